"""Sections that give way until a text fits: whole forms are exchanged, nothing is ever cut through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A part of the text in its forms, the fullest first; an empty one tells nothing."""

    name: str
    forms: tuple[Callable[[], str], ...]


@dataclass(frozen=True)
class Budget:
    """What to aim at and what never to exceed, in the unit of `size`; where the whole can be read is in `whole`."""

    aim: int
    limit: int
    size: Callable[[str], int]
    whole: str


def utf16(text: str) -> int:
    """Characters as the strictest reader counts them: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def utf8(text: str) -> int:
    """Bytes."""
    return len(text.encode("utf-8"))


class Fitted:
    """The sections in the forms that are taken now."""

    def __init__(self, sections: Iterable[Section]) -> None:
        self._sections = tuple(sections)
        self._form = dict.fromkeys((s.name for s in self._sections), 0)
        self._text = {s.name: s.forms[0]() for s in self._sections}
        self._told = dict.fromkeys((s.name for s in self._sections if self._text[s.name]), "")

    def step(self, name: str) -> None:
        """The next shorter form of a section, where there is one."""
        section = next(s for s in self._sections if s.name == name)
        if self._form[name] + 1 >= len(section.forms) or name not in self._told:
            return
        self._form[name] += 1
        text = section.forms[self._form[name]]()
        if text != self._text[name]:
            self._told[name] = "shortened" if text else "left out"
        self._text[name] = text

    def text(self, whole: str) -> str:
        """All that is told, and last what is not."""
        parts = [text for text in self._text.values() if text]
        gone = [f"{name} ({how})" for name, how in self._told.items() if how]
        note = f"To keep this short: {', '.join(gone)}. The whole: {whole}." if gone else ""
        return "\n\n".join([*parts, *([note] if note else [])]) + "\n"


def fitted(sections: Iterable[Section], soft: Iterable[str], hard: Iterable[str], budget: Budget) -> str:
    """The text after as few steps as it takes: `soft` ones until the aim is met, `hard` ones only for the limit."""
    now = Fitted(sections)
    for names, most in ((soft, min(budget.aim, budget.limit)), (hard, budget.limit)):
        for name in names:
            if budget.size(now.text(budget.whole)) <= most:
                break
            now.step(name)
    return now.text(budget.whole)
