"""The picture of the changed tables and their neighbours: one drawing for each distance, a legend, and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from alembic_proof.picture import ADDED, CHANGED, REMOVED, RENAMED, SAME, Picture, Table
from alembic_proof.render.html.anchors import places
from alembic_proof.render.html.layout import box, placed
from alembic_proof.render.html.parts import badge, block, code, folded, section
from alembic_proof.render.html.svg import drawn, swatch
from alembic_proof.render.html.tags import Content, Html, tag
from alembic_proof.render.markdown.found import counted
from alembic_proof.render.mermaid import mermaid_text
from alembic_proof.report import Report

# of one drawing; what is more is counted
TABLES, _ROWS, _ROOM = 60, 350, 330_000
_FIRST = 1
_HOPS = 3
_VIEWS = (("both", "Before and after"), ("before", "Before"), ("after", "After"))


def picture(report: Report) -> Html | None:
    """None where there is no table to draw."""
    if report.review is None or not report.review.picture.tables:
        return None
    whole = report.review.picture
    anchors = places(report)
    shown = min(_FIRST, max(t.hops for t in whole.tables))
    sheets = _sheets(whole, anchors, shown)
    most = len(sheets) - 1
    controls = tag("div", _views(), _slider(most, shown), _zoom(), class_="controls")
    parts = [controls, sheets, _legend(), _in_words(whole), _source(whole)]
    figure = tag("div", parts, class_="picture", id="er")
    lead = "The changed tables, and their neighbours by foreign keys."
    return section("picture", "Picture", figure, lead=lead)


def _sheets(whole: Picture, anchors: Mapping[str, str], shown: int) -> list[Html]:
    """One for each distance, as far as there is room; what is shown first is always there."""
    farthest = min(_HOPS, max(t.hops for t in whole.tables))
    sheets: list[Html] = []
    for hops in range(farthest + 1):
        sheet = _sheet(whole, hops, anchors, shown)
        if hops > shown and sum(map(len, sheets)) + len(sheet) > _ROOM:
            break
        sheets.append(sheet)
    return sheets


def _near(whole: Picture, hops: int) -> list[Table]:
    """The tables up to a distance, as many as have room."""
    tables: list[Table] = []
    rows = 0
    for table in (t for t in whole.tables if t.hops <= hops):
        rows += len(box(table).rows)
        if tables and (len(tables) == TABLES or rows > _ROWS):
            break
        tables.append(table)
    return tables


def _sheet(whole: Picture, hops: int, anchors: Mapping[str, str], shown: int) -> Html:
    part = replace(whole, tables=tuple(_near(whole, hops)))
    left = whole.left_out + len(whole.tables) - len(part.tables)
    said = f"{counted(len(part.tables), 'table')} up to {counted(hops, 'hop')} away"
    svg = drawn(placed(part), f"Tables and references: {said}", lambda table: anchors.get(table.identity))
    note = tag("p", f"{said}; {counted(left, 'more table')} not drawn." if left else f"{said}.", class_="quiet")
    paper = tag("div", svg, class_="paper", tabindex=0, role="region", aria_label=f"Picture, {said}")
    return tag("div", paper, note, class_="sheet", data_hops=hops, hidden=hops != shown)


def _views() -> Html:
    """Radio buttons: the style sheet does the rest, so that they work without scripts."""
    each = [
        tag("label", tag("input", type="radio", name="view", value=value, checked=value == "both"), label)
        for value, label in _VIEWS
    ]
    return tag("fieldset", tag("legend", "Show", class_="heard"), each, class_="views")


def _slider(most: int, shown: int) -> Html | None:
    if not most:
        return None
    out = tag("output", shown, for_="hops")
    slider = tag("input", type="range", id="hops", min=0, max=most, value=shown, step=1)
    return tag("label", "Hops ", slider, out, class_="hops scripted")


def _zoom() -> Html:
    each = (("out", "−", "Smaller"), ("in", "+", "Larger"), ("fit", "Fit", "All of it"))
    buttons = [tag("button", sign, type="button", data_zoom=how, aria_label=told) for how, sign, told in each]
    return tag("div", buttons, class_="zoom scripted")


def _legend() -> Html:
    changes = [tag("li", swatch(c), badge(c)) for c in (ADDED, CHANGED, RENAMED, REMOVED)]
    words = (
        ("PK, FK, UK", "primary, foreign, unique key"),
        ("type?", "may be NULL"),
        ("⋲", "any number of rows at the crow’s foot"),
        ("|", "exactly one at the bar; none, too, at the ring"),
    )
    told = [tag("li", tag("code", sign), " ", said) for sign, said in words]
    return tag("ul", changes, told, class_="legend", aria_label="Legend")


def _in_words(whole: Picture) -> Html:
    """The same for those who do not see it."""
    tables = [tag("li", _told(t)) for t in whole.tables[:TABLES]]
    references = [
        tag("li", code(r.table), f" ({', '.join(r.columns)}) references ", code(r.target), _change(r.change))
        for r in whole.references[: TABLES * 2]
    ]
    return folded("The picture in words", tag("ul", tables), tag("ul", references), class_="words")


def _told(table: Table) -> Content:
    columns = [f"{c.name} {c.change}" for c in table.columns if c.change != SAME]
    return [code(table.identity), _change(table.change), f": {', '.join(columns)}" if columns else ""]


def _change(change: str) -> Content:
    return [" ", badge(change)] if change != SAME else None


def _source(whole: Picture) -> Html:
    return folded("Mermaid source", block(mermaid_text(whole), "the Mermaid source", 2_000), class_="mermaid")
