"""Markdown that anybody may have written, made text: no mention, no link, no picture, no HTML but a few bare tags.

The renderer has escaped all names, but in a run with the pull request's code; so this believes nothing. Only one form
of code is known for sure to be code: a fence of backticks at the start of a line with an empty line before it. All
else that could open a fence is broken, and in what is left everything that could be live gets a space without width
in its middle, also in spans of code, since where those begin and end is an author's choice. Looked at is the text as
it reads after entities and backslashes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from alembic_proof.render.text import visible

_BREAK = "\u200b"
_FENCE = re.compile(r"(`{3,})([a-z]*)")
_LIKE_A_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,})")
_LANGUAGES = ("sql", "diff", "text", "json", "python", "console", "mermaid")
_PICTURE = re.compile(r"\s*erDiagram\s*\n")
_TAGS = tuple(f"<{end}{tag}>" for tag in ("details", "summary", "br", "code", "b", "sub", "kbd") for end in ("", "/"))
_UNIT = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|\\[!-/:-@\[-`{-~]|.", re.DOTALL)
# each match ends where the break goes
_LIVE = re.compile(
    r"@(?=\w)|#(?=\d)|\bgh-(?=\d)|:(?=/)|\bwww(?=\.)|\b(?:mailto|xmpp|javascript|data):|\](?=[(\[:])|!(?=\[)"
    r"|<(?=[a-z/!?])",
    re.IGNORECASE,
)
# what other bots take for an order, wherever in the text it stands
_ORDER = re.compile(r"(?m)^([ \t]*)(?=[/@!][A-Za-z])")


def inert(text: str) -> str:
    """The same text for the eye, with nothing alive in it."""
    lines = visible(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return _ORDER.sub(rf"\1{_BREAK}", "\n".join(_blocks(lines)))


def _blocks(lines: list[str]) -> Iterator[str]:
    """Fences as they are, the rest line by line."""
    at = 0
    while at < len(lines):
        fence = _FENCE.fullmatch(lines[at])
        if fence is None:
            yield _line(lines[at])
            at += 1
            continue
        end = next((n for n in range(at + 1, len(lines)) if _closes(lines[n], fence[1])), len(lines))
        yield from _fenced(fence[1], fence[2], lines[at + 1 : end])
        at = end + 1


def _closes(line: str, ticks: str) -> bool:
    return re.fullmatch(rf" {{0,3}}`{{{len(ticks)},}}[ \t]*", line) is not None


def _fenced(ticks: str, language: str, body: list[str]) -> Iterator[str]:
    """An empty line before it ends whatever else it could be part of."""
    known = language in _LANGUAGES and (language != "mermaid" or _is_picture("\n".join(body)))
    yield from ("", f"{ticks}{language if known else 'text'}", *body, ticks, "")


def _is_picture(body: str) -> bool:
    return _PICTURE.match(f"{body}\n") is not None and "%%{" not in body


def _line(line: str) -> str:
    like = _BREAK if _LIKE_A_FENCE.match(line) else ""
    units = [m[0] for m in _UNIT.finditer(line)]
    read = [_read(unit) for unit in units]
    breaks = _breaks(line, units, read)
    return like + "".join(unit + (_BREAK if n in breaks else "") for n, unit in enumerate(units))


def _read(unit: str) -> str:
    if unit.startswith("&") and len(unit) > 1:
        return html.unescape(unit)
    return unit[-1:]


def _breaks(line: str, units: list[str], read: list[str]) -> set[int]:
    """The units after which a break goes; a bare tag of the list is left alone."""
    starts, at = [], 0
    for unit in units:
        starts.append(at)
        at += len(unit)
    unit_of = [n for n, char in enumerate(read) for _ in char]
    found = (unit_of[m.end() - 1] for m in _LIVE.finditer("".join(read)))
    return {n for n in found if not line.startswith(_TAGS, starts[n])}
