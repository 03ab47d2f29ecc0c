"""Old and new code on the old and the new schema, as a table of two by two: in which order a deploy may go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from alembic_proof.effects import Broken

WORKS = "works"


class Passed(Protocol):
    """What the table reads of the measured upgrade of a revision."""

    @property
    def revision(self) -> str:
        """Its id."""

    @property
    def ok(self) -> bool:
        """Whether it was upgraded."""

    @property
    def rows(self) -> str:
        """The rows that it ran on."""

    @property
    def broken(self) -> tuple[Broken, ...]:
        """The statements that it breaks."""

    @property
    def way_back(self) -> str:
        """What became of its downgrade."""


@dataclass(frozen=True)
class Cell:
    """A code on a schema: `works`, `breaks N` with what breaks, or `not looked at: why`.

    `sure` are those of the breaks that depend on no value.
    """

    said: str = WORKS
    breaks: tuple[Broken, ...] = ()

    @property
    def sure(self) -> tuple[Broken, ...]:
        """What breaks whatever the values."""
        return tuple(b for b in self.breaks if not b.sample)


@dataclass(frozen=True)
class Compatibility:
    """The four cells. A code on its own schema is the control: only what works there is held against a revision."""

    old_code_new_schema: Cell = Cell()
    new_code_old_schema: Cell = Cell()
    old_code_old_schema: Cell = Cell()
    new_code_new_schema: Cell = Cell()

    @property
    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """As a table: the code, on the old schema, on the new one."""
        return (
            ("old code", self.old_code_old_schema.said, self.old_code_new_schema.said),
            ("new code", self.new_code_old_schema.said, self.new_code_new_schema.said),
        )


def compatibility(passages: Iterable[Passed]) -> Compatibility:
    """The table of a set of revisions that are deployed together."""
    passages = tuple(passages)
    stopped = next((f"revision {p.revision} fails" for p in passages if not p.ok), None) or _nothing(passages)
    back = next((_no_way_back(p) for p in passages if p.way_back != "ok"), None)
    new = Cell(f"not looked at: {stopped}") if stopped else Cell()
    return Compatibility(
        old_code_new_schema=_cell(passages, "old", stopped),
        new_code_old_schema=_cell(passages, "new", stopped or back),
        new_code_new_schema=new,
        old_code_old_schema=Cell(f"not looked at: {_nothing(passages)}") if _nothing(passages) else Cell(),
    )


def _nothing(passages: tuple[Passed, ...]) -> str | None:
    if not passages:
        return "no revision is under test"
    return None if any(p.rows != "none" for p in passages) else "there are no rows to look with"


def _no_way_back(passage: Passed) -> str:
    what = "has no downgrade that was run" if passage.way_back == "not run" else "cannot be downgraded"
    return f"revision {passage.revision} {what}"


def _cell(passages: tuple[Passed, ...], code: str, unseen: str | None) -> Cell:
    """What breaks is told, also where not all was looked at."""
    found = tuple(dict.fromkeys(b for p in passages for b in p.broken if b.code == code))
    if found:
        return Cell(f"breaks {len(found)}", found)
    return Cell(f"not looked at: {unseen}") if unseen else Cell()
