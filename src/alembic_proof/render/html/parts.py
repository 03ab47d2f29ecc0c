"""Pieces that several sections are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from alembic_proof.render.html.svg import SIGNS
from alembic_proof.render.html.tags import Content, Html, markup, tag
from alembic_proof.render.markdown.escape import plain

T = TypeVar("T")
# `replaced` and `rewritten` are changes of their own kind, and look like one
LOOKS = {"replaced": "changed", "rewritten": "changed"}


def section(anchor: str, title: str, *content: Content, lead: Content = None) -> Html:
    """A part of the page with a heading of its own; `lead` is a sentence under it."""
    head = tag("h2", title, id=f"{anchor}-title")
    said = tag("p", lead, class_="lead") if lead else None
    return tag("section", head, said, *content, id=anchor, aria_labelledby=f"{anchor}-title")


def table(caption: str, head: Iterable[Content], rows: Iterable[Iterable[Content]], class_: str = "") -> Html:
    """With a caption for those who hear it; the first cell of a row is its head. Cells may be whole `td` elements."""
    names = tag("tr", [tag("th", name, scope="col") for name in head])
    body = [tag("tr", [_cell(cell, first=n == 0) for n, cell in enumerate(row)]) for row in rows]
    told = tag("caption", caption, class_="heard")
    inner = tag("table", told, tag("thead", names), tag("tbody", body), class_=class_ or None)
    return tag("div", inner, class_="scroll", tabindex=0, role="region", aria_label=caption)


def _cell(content: Content, first: bool) -> Html:
    if isinstance(content, Html) and content.startswith(("<td", "<th")):
        return content
    return tag("th", content, scope="row") if first else tag("td", content)


def code(said: str, limit: int = 300) -> Html:
    """A name or a statement in one line."""
    flat = " ".join(plain(said, limit).split())
    return tag("code", flat)


def block(said: str, what: str, lines: int = 200) -> Html:
    """Lines of code, with a button that copies them; cut between lines, with the cut told."""
    every = plain(said.strip("\n"), 60_000).split("\n")
    left = len(every) - lines
    told = "\n".join(every[:lines]) + (f"\n… {left:,} more lines" if left > 0 else "")
    button = tag("button", "Copy", type="button", class_="copy scripted", aria_label=f"Copy {what}")
    return tag("div", tag("pre", tag("code", told)), button, class_="block")


def sentence(said: str, limit: int = 2_000) -> list[Html]:
    """A sentence of ours with what stands between backticks as code."""
    parts = plain(said, limit).split("`")
    if len(parts) % 2 == 0:
        return [markup("`".join(parts))]
    return [tag("code", part) if n % 2 else markup(part) for n, part in enumerate(parts)]


def badge(change: str) -> Html:
    """How an object stands to the schema before: a colour, a sign and a word."""
    look = LOOKS.get(change, change)
    sign = tag("span", SIGNS.get(look, ""), class_="sign", aria_hidden="true")
    return tag("span", sign, change, class_=f"badge {look}")


def folded(summary: Content, *content: Content, open_: bool = False, class_: str = "") -> Html:
    """What opens with a click, a key, or when it is printed."""
    return tag("details", tag("summary", summary), *content, open=open_, class_=class_ or None)


def within(room: int, things: Sequence[T], told: Callable[[T], Html]) -> tuple[list[Html], int]:
    """The first ones as far as there is room for what is told of them, and the number of the others."""
    kept: list[Html] = []
    for thing in things:
        part = told(thing)
        room -= len(part)
        if room < 0:
            break
        kept.append(part)
    return kept, len(things) - len(kept)


def more(number: int, noun: str) -> Html | None:
    """What has no room here, and where it is."""
    said = f"And {number:,} more {noun}{'' if number == 1 else 's'}: "
    return tag("p", said, tag("code", "--format json=PATH"), " has all.", class_="quiet") if number > 0 else None
