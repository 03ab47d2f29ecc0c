"""The query that runs statements, and what its answer says of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alembic_proof.compat.packed import packed
from alembic_proof.compat.statements import Usage


@dataclass(frozen=True)
class Outcome:
    """How a statement ended: rows where it passed (no SQLSTATE), else the server's words.

    `hidden`: it found no row, and there are some.
    """

    sqlstate: str = ""
    message: str = ""
    constraint: str = ""
    column: str = ""
    rows: int = 0
    hidden: bool = False

    @property
    def passed(self) -> bool:
        """Whether it ran."""
        return not self.sqlstate


# of statements that were run; the others are not in it
Results = Mapping[Usage, Outcome]


def replay_sql(usages: Sequence[Usage], roles: Sequence[str | None] | None = None) -> str:
    """One query that gives one text, on any connection: runs what is the owner's, and changes nothing.

    With `roles`, one for each usage, it runs them all, each as its role; that is for a connection that may take them.
    """
    chosen = usages if roles else owners(usages)
    taken = roles or [None] * len(chosen)
    return f"SELECT alembic_proof.replay({packed([u.sql for u in chosen])}, {packed(taken)})"


def owners(usages: Sequence[Usage]) -> tuple[Usage, ...]:
    """Those that the owner runs."""
    return tuple(u for u in usages if u.role is None)


def read_results(usages: Sequence[Usage], text: str) -> Results:
    """The outcomes in the answer to `replay_sql` of just these usages."""
    answers = zip(usages, json.loads(text), strict=True)
    return {usage: Outcome(*answer) for usage, answer in answers if answer is not None}
