"""Whether a timeout bounds the wait for a lock, and if none does, what became of those that the revision sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from alembic_proof.checks.safety.locking import bound, steps, waits_for_locks
from alembic_proof.effects import Effects
from alembic_proof.trace import Passage, Statement

_NAMES = r"(?:lock_timeout|statement_timeout)"
_LOCAL = re.compile(
    rf"\bSET\s+LOCAL\s+{_NAMES}\b|\bset_config\s*\(\s*'{_NAMES}'\s*,[^,]*,\s*(?:true|'t|%|\$)", re.IGNORECASE
)
_SETS = re.compile(rf"\bSET\s+(?:SESSION\s+|LOCAL\s+)?{_NAMES}\b|\bset_config\s*\(\s*'{_NAMES}'", re.IGNORECASE)
_NO_TRANSACTION = "25P01"


@dataclass(frozen=True)
class Waiting:
    """A statement that waits for a lock that stops others: what bounds it, and what was meant to.

    `lost` is the SET LOCAL that ended before it with its transaction, or never began; `later` sets a timeout only
    after it.
    """

    statement: Statement
    effects: Effects
    bound: int
    lost: Statement | None = None
    later: Statement | None = None


def waiting(passage: Passage) -> Iterator[Waiting]:
    """Every such statement of a revision, in order."""
    measured = steps(passage)
    for number, (statement, effects) in enumerate(measured):
        if waits_for_locks(statement, effects):
            limit = bound(effects)
            lost = _lost(measured[:number], effects)
            later = None if lost or limit else _later(measured[number + 1 :])
            yield Waiting(statement, effects, limit, lost, later)


def had_no_effect(statement: Statement, effects: Effects) -> bool:
    """Whether the server warns that a timeout was set for a transaction where there is none."""
    return _is_local(statement) and any(n.sqlstate == _NO_TRANSACTION or _warns(n.message) for n in effects.notices)


def _warns(message: str) -> bool:
    return message.startswith("SET LOCAL can only be used")  # psycopg2 hands on no SQLSTATE


def _is_local(statement: Statement) -> bool:
    return _LOCAL.search(statement.sql) is not None


def _lost(before: list[tuple[Statement, Effects]], effects: Effects) -> Statement | None:
    """The last timeout set, where it was for a transaction that is over, and a longer one is in force now."""
    last = next(((s, e) for s, e in reversed(before) if _SETS.search(s.sql)), None)
    if last is None or not _is_local(last[0]):
        return None
    if had_no_effect(*last):
        return last[0]
    meant, now = bound(last[1]), bound(effects)
    over = last[1].transaction != effects.transaction
    return last[0] if over and meant and (not now or now > meant) else None


def _later(after: list[tuple[Statement, Effects]]) -> Statement | None:
    """Where a timeout comes into force only afterwards, for locks that are still to come."""
    found = (s for s, e in after if _SETS.search(s.sql) and bound(e))
    return next(found, None)
