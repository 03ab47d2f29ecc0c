"""A text of SQL cut into statements as psql cuts it, so that a script is run as its reader would run it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*)
    | (?P<block>/\*)
    | [eE]'[^'\\]*(?:(?:\\.|'')[^'\\]*)*'
    | '[^']*(?:''[^']*)*'
    | "[^"]*(?:""[^"]*)*"
    | (?P<dollar>\$(?:[^\W\d]\w*)?\$).*?(?P=dollar)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<mark>[();])
    | (?P<other>\S)
    """,
    re.VERBOSE | re.DOTALL,
)
_BLOCK = re.compile(r"/\*|\*/")
_ROUTINE = re.compile(r"create( or replace)? (function|procedure)")


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement, and where in the text it begins.

    Semicolons in quotes, comments, parentheses and the body of a `BEGIN ATOMIC` routine do not end one.
    """
    begin: int | None = None
    words: list[str] = []
    depth = inside = position = 0
    while match := _TOKEN.search(text, position):
        position = match.end()
        if match["block"]:
            position = _past_block(text, position)
        if match["block"] or match["comment"]:
            continue
        if match["mark"] == ";" and not depth and not inside:
            if begin is not None:
                yield begin, text[begin : match.start()]
            begin, words = None, []
            continue
        begin = match.start() if begin is None else begin
        depth = max(0, depth + {"(": 1, ")": -1}.get(match["mark"] or "", 0))
        if match["word"] and not depth:
            words = [*words[:4], match["word"].lower()]
            inside = _body(words, inside)
    if begin is not None:
        yield begin, text[begin:]


def _past_block(text: str, position: int) -> int:
    """Comments nest."""
    depth = 1
    while depth and (match := _BLOCK.search(text, position)):
        depth += 1 if match[0] == "/*" else -1
        position = match.end()
    return len(text) if depth else position


def _body(words: list[str], inside: int) -> int:
    """How many ENDs are still to come; `words` are the first of the statement and the one just read."""
    if words[-1] == "begin" and _ROUTINE.match(" ".join(words)):
        return inside + 1
    if inside and words[-1] == "case":
        return inside + 1
    return inside - 1 if inside and words[-1] == "end" else inside
