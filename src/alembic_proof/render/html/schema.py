"""The objects that are not as they were: a tree of them, and each before and after, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from alembic_proof.diff import Attribute, Change, show
from alembic_proof.render.html.anchors import finding_anchors, object_anchor, places, revision_anchor
from alembic_proof.render.html.parts import badge, code, folded, more, section, table, within
from alembic_proof.render.html.sides import Row, Words, side_by_side
from alembic_proof.render.html.svg import SIGNS
from alembic_proof.render.html.tags import Content, Html, tag
from alembic_proof.render.markdown.escape import plain
from alembic_proof.report import Report
from alembic_proof.review import WORDS, Object

_ROOM, _OPEN, _LINES = 420_000, 60_000, 300
_IN_TREE, _PARTS = 300, 8
_SAID = ("type", "definition", "labels", "base type")


def schema(report: Report, numbers: Mapping[str, int]) -> Html | None:
    """Every changed object; None where nothing is compared."""
    review = report.review
    if review is None:
        return None
    if not review.objects:
        calm = tag("p", "No object is other than before.", class_="calm")
        return section("schema", "Schema, before and after", calm)
    anchors = {o.subject: object_anchor(o) for o in review.objects}
    about = _findings(report)
    small = sum(len(o.before) + len(o.after) for o in review.objects) <= _OPEN
    first = frozenset(id(o) for o in review.objects[:10])
    kept, left = within(
        _ROOM, review.objects, lambda o: _object(o, numbers, anchors, about, opened=small or id(o) in first)
    )
    rest = [tag("li", badge(o.change), " ", code(o.subject)) for o in review.objects[len(kept) :][:_IN_TREE]]
    others = folded("Those without room here", tag("ul", rest)) if rest else None
    return section("schema", "Schema, before and after", kept, more(left, "object"), others)


def tree(report: Report) -> Html | None:
    """Links to the objects, by kind; those that have no room on the page are only counted."""
    if report.review is None or not report.review.objects:
        return None
    objects = sorted(report.review.objects, key=lambda o: o.kind)[:_IN_TREE]
    few = len(objects) <= 60
    groups = []
    for kind, members in groupby(objects, key=lambda o: o.kind):
        each = list(members)
        listed = tag("ul", [_leaf(o, few) for o in each])
        summary = [kind, tag("span", f"{len(each):,}", class_="count")]
        groups.append(folded(summary, listed, open_=True, class_="branch"))
    return tag("nav", tag("h2", "Changed objects"), groups, id="tree", aria_label="Changed objects")


def _leaf(thing: Object, few: bool) -> Html:
    anchor = object_anchor(thing)
    look = badge(thing.change)
    link = tag("a", look, tag("span", _short(thing.identity), class_="name"), href=f"#{anchor}")
    parts = _own_parts(thing) if few else []
    below = [tag("li", _sign(p), tag("span", _part_name(thing, p))) for p in parts[:_PARTS]]
    rest = [tag("li", f"and {len(parts) - _PARTS:,} more", class_="quiet")] if parts[_PARTS:] else []
    return tag("li", link, tag("ul", below, rest) if below else None, data_leaf=anchor)


def _own_parts(thing: Object) -> list[Change]:
    return [d for d in thing.details if (d.kind, d.identity) != (thing.kind, thing.identity)]


def _part_name(thing: Object, part: Change) -> str:
    return part.identity.removeprefix(f"{thing.identity}.").removeprefix("public.")


def _sign(change: Change) -> Html:
    word = WORDS.get(change.change, change.change)
    look = word if word in SIGNS else "changed"
    return tag("span", SIGNS[look], class_=f"sign {look}", title=word)


def _short(identity: str) -> str:
    return identity.removeprefix("public.")


def _findings(report: Report) -> Mapping[str, list[Html]]:
    """Links to what was found about an object or a part of it, by the object's anchor."""
    links: dict[str, list[Html]] = {}
    anchors, objects = finding_anchors(report), places(report)
    for finding in report.open_findings[:2_000]:
        link = tag("a", finding.rule, href=f"#{anchors[id(finding)]}", class_=f"chip {finding.severity.value}")
        links.setdefault(objects.get(finding.object or "", ""), []).append(link)
    return links


def _object(
    thing: Object, numbers: Mapping[str, int], anchors: Mapping[str, str], about: Mapping[str, list[Html]], opened: bool
) -> Html:
    anchor = anchors[thing.subject]
    link = tag("a", "#", href=f"#{anchor}", class_="here", aria_label="Link to this object")
    name = tag("span", f"{thing.kind} ", class_="quiet"), tag("span", thing.identity, class_="name")
    was = tag("span", " was ", code(thing.was), class_="quiet") if thing.was else None
    head = tag("h3", badge(thing.change), " ", name, was, link)
    revisions = [numbers[r] for r in thing.revisions if r in numbers]
    body = folded("Before and after", _sides(thing), open_=opened, class_="text")
    return tag(
        "article",
        head,
        _chips(thing, anchors, about),
        _details(thing),
        body,
        id=anchor,
        class_="object",
        tabindex=-1,
        data_item="object",
        data_kind=thing.kind,
        data_change=thing.change,
        data_revisions=" ".join(map(str, revisions)) or None,
    )


def _chips(thing: Object, anchors: Mapping[str, str], about: Mapping[str, list[Html]]) -> Html | None:
    """The revisions that touched it, what was found about it, and what depends on it."""
    revisions = [tag("a", code(r, 60), href=f"#{revision_anchor(r)}", class_="chip") for r in thing.revisions]
    needed = [_needed(name, anchors) for name in thing.needed_by[:40]]
    needed += [tag("span", f"and {len(thing.needed_by) - 40:,} more")] if thing.needed_by[40:] else []
    rows = (("Touched by", revisions), ("Found", about.get(anchors[thing.subject], [])[:20]), ("Needed by", needed))
    told = [tag("div", tag("dt", label), tag("dd", chips)) for label, chips in rows if chips]
    return tag("dl", told, class_="chips") if told else None


def _needed(name: str, anchors: Mapping[str, str]) -> Html:
    shown = tag("span", name)
    return (
        tag("a", shown, href=f"#{anchors[name]}", class_="chip")
        if name in anchors
        else tag("span", shown, class_="chip")
    )


def _details(thing: Object) -> Html | None:
    worth = [
        d for d in thing.details if d.attributes or d.payload or (d.kind, d.identity) != (thing.kind, thing.identity)
    ]
    rows = [row for detail in worth[:80] for row in change_row(detail, thing.identity)]
    if not rows:
        return None
    told = table(f"What differs in {thing.subject}", ("What", "Change", "Before", "After"), rows, "changes")
    return tag("div", told, more(len(worth) - 80, "change"))


def change_row(change: Change, whole: str = "") -> Iterator[list[Content]]:
    """A row for each attribute that differs; one for what came or went."""
    name = change.identity.removeprefix(f"{whole}.") if whole and change.identity != whole else change.identity
    subject = tag("span", tag("span", f"{change.kind} ", class_="quiet"), tag("span", name, class_="name"))
    mark = badge(WORDS.get(change.change, change.change))
    for attribute in change.attributes:
        yield [subject, [mark, " ", attribute.name], *_values(attribute)]
    if not change.attributes:
        said = _said(dict(change.payload))
        gone = change.change == "extra"
        yield [subject, mark, said if gone else "–", said if change.change == "missing" else "–"]


def _values(attribute: Attribute) -> list[Content]:
    return [tag("code", plain(show(v), 400), class_="value") for v in (attribute.have, attribute.want)]


def _said(payload: Mapping[str, Any]) -> Content:
    said = next((show(payload[n]) for n in _SAID if n in payload), "")
    said += " NOT NULL" if payload.get("not null") else ""
    said += f" DEFAULT {show(payload['default'])}" if payload.get("default") is not None else ""
    return tag("code", plain(said, 400), class_="value") if said else "–"


def _sides(thing: Object) -> Html:
    """A table of two columns of lines, or of the one that there is; on narrow screens one below the other."""
    before, left = _lines(thing.before)
    after, right = _lines(thing.after)
    names = [name for name, there in (("Before", before), ("After", after)) if there]
    both = len(names) == 2
    rows = [_line(row, both) for row in side_by_side(before, after)]
    head = tag("thead", tag("tr", [tag("th", name, scope="col") for name in names]))
    caption = tag("caption", f"{thing.subject} before and after", class_="heard")
    told = tag("table", caption, head, tag("tbody", rows), class_="sides" if both else "sides one")
    return tag("div", told, more(max(left, right), "line"), class_="scroll")


def _lines(text: str) -> tuple[str, int]:
    """Spelt out before it is cut in words, so that no password is cut in two; and how many lines have no room."""
    every = plain(text[:200_000], 60_000).rstrip("\n").splitlines()
    return "\n".join(every[:_LINES]), max(0, len(every) - _LINES)


def _line(row: Row, both: bool) -> Html:
    if row.same:
        return tag("tr", tag("td", _words(row.before, "")), tag("td", _words(row.after, "")))
    sides = [_side(words, name) for words, name in ((row.before, "del"), (row.after, "ins")) if both or words]
    return tag("tr", sides, class_="differs")


def _side(words: Words | None, name: str) -> Html:
    if words is None:
        return tag("td", class_="gap")
    whole = len(words) == 1
    return tag("td", tag(name, words[0][0] if whole else _words(words, "mark")), class_=name)


def _words(words: Words | None, name: str) -> Content:
    return [tag(name, word) if name and differs else word for word, differs in words or ()]
