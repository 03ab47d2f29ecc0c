"""Locks that stop readers or writers: which ones a statement takes, how long it may wait for them, who follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alembic_proof.checks.safety.words import tables
from alembic_proof.effects import Effects, Lock, strength
from alembic_proof.trace import Passage, Statement

STRONG = strength("ShareLock")
TABLES = ("table", "partitioned table", "materialized view")
_READ_OR_WRITTEN = (*TABLES, "view", "foreign table")
_NO_WAIT = re.compile(r"\bNOWAIT\b\s*;?\s*$", re.IGNORECASE)
Measured = tuple[Statement, Effects]


def steps(passage: Passage) -> list[Measured]:
    """The measured statements of a revision, in order."""
    return [(s, s.effects) for s in passage.statements if s.effects is not None]


def strong(effects: Effects, kinds: tuple[str, ...] = _READ_OR_WRITTEN) -> tuple[Lock, ...]:
    """The locks that this very statement takes and that stop writers, or readers too."""
    return tuple(k for k in effects.locks if k.taken and k.kind in kinds and strength(k.mode) >= STRONG)


def held(effects: Effects, mode: str = "AccessExclusiveLock") -> tuple[str, ...]:
    """The tables on which an earlier statement of the transaction took this lock."""
    return tuple(k.relation for k in effects.locks if not k.taken and k.kind in TABLES and k.mode == mode)


def taken(locks: tuple[Lock, ...]) -> str:
    """`AccessExclusiveLock on account`."""
    by: dict[str, list[str]] = {}
    for lock in locks:
        by.setdefault(lock.mode, []).append(lock.relation)
    return ", ".join(f"{mode} on {tables(of)}" for mode, of in by.items())


def bound(effects: Effects) -> int:
    """After how many milliseconds a statement stops to wait, 0 for never; either timeout ends it."""
    return min((t for t in (effects.lock_timeout, effects.statement_timeout) if t), default=0)


def waits_for_locks(statement: Statement, effects: Effects) -> bool:
    """Whether it takes locks that stop others, and waits until it gets them."""
    return bool(strong(effects)) and not _NO_WAIT.search(statement.sql)


def transactions(passage: Passage) -> Iterator[list[Measured]]:
    """The statements of each transaction of a revision; one outside of any is its own."""
    by: dict[int, list[Measured]] = {}
    for statement, effects in steps(passage):
        by.setdefault(effects.transaction, []).append((statement, effects))
    yield from by.values()


def line_of(statement: Statement) -> str:
    """`line 12: ALTER TABLE account …`, for details."""
    words = " ".join(statement.sql.split())
    text = words if len(words) <= 90 else f"{words[:89]}…"
    return f"line {statement.line}: {text}" if statement.line else text
