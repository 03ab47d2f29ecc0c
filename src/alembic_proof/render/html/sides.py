"""Two texts side by side: which lines belong together, and which words of them differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# words of one line, and whether each differs from the other side
Words = tuple[tuple[str, bool], ...]
_WORD = re.compile(r"\w+|\s+|.")
# below it two lines have too little in common to be the same one
_ALIKE = 0.5
# above them, words are not compared: nobody reads such a line, and so many lines at once are another text
_LONG = 400
_MANY = 2_500


@dataclass(frozen=True)
class Row:
    """A line before and the one after that belongs to it; None: there is none. `same`: they are equal."""

    before: Words | None
    after: Words | None
    same: bool = False


def side_by_side(before: str, after: str) -> Iterator[Row]:
    """Every line of both, in order."""
    old, new = before.splitlines(), after.splitlines()
    for what, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield from (Row(_whole(line), _whole(line), same=True) for line in old[i1:i2])
        else:
            yield from _changed(old[i1:i2], new[j1:j2])


def _changed(old: list[str], new: list[str]) -> Iterator[Row]:
    """Lines that are alike stand side by side; the others by themselves."""
    at = len(new) if len(old) * len(new) > _MANY else 0
    yield from (Row(None, _whole(line, differs=True)) for line in new[:at])
    for line in old:
        partner = next((n for n in range(at, len(new)) if _alike(line, new[n])), None)
        if partner is None:
            yield Row(_whole(line, differs=True), None)
            continue
        yield from (Row(None, _whole(other, differs=True)) for other in new[at:partner])
        yield Row(*_paired(line, new[partner]))
        at = partner + 1
    yield from (Row(None, _whole(other, differs=True)) for other in new[at:])


def _alike(old: str, new: str) -> bool:
    if max(len(old), len(new)) > _LONG:
        return False
    matcher = SequenceMatcher(None, _WORD.findall(old), _WORD.findall(new), autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE and _first(old) == _first(new)


def _first(line: str) -> str:
    """What a line of SQL is about: its indent, which tells a column from the statement that holds it."""
    return line[: len(line) - len(line.lstrip())]


def _paired(old: str, new: str) -> tuple[Words, Words]:
    a, b = _WORD.findall(old), _WORD.findall(new)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        left += [("".join(a[i1:i2]), what != "equal")] if i1 < i2 else []
        right += [("".join(b[j1:j2]), what != "equal")] if j1 < j2 else []
    return tuple(left), tuple(right)


def _whole(line: str, differs: bool = False) -> Words:
    return ((line, differs),)
