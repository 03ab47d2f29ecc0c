"""Measured passages made by hand, for the rules over them."""

from __future__ import annotations

import json
from typing import Any

from alembic_proof.effects import Blocked, Effects, Lock, Touched
from alembic_proof.history import Function, History, Revision
from alembic_proof.snapshot import Snapshot
from alembic_proof.trace import Evidence, Measured, Passage, Statement, Step, Trace

ACCOUNT, PURCHASE = "public.account", "public.purchase"
ALL = ("select", "insert", "update", "delete")
HISTORY = History((Revision("a.py", "a", upgrade=Function("code", 3)),))


def lock(table: str = ACCOUNT, mode: str = "AccessExclusiveLock", **more: Any) -> Lock:
    """A lock on a table."""
    return Lock(table, more.pop("kind", "table"), mode, table, **more)


def blocked(table: str = ACCOUNT, operations: tuple[str, ...] = ALL) -> Blocked:
    """All operations on a table wait."""
    return Blocked(table, operations)


def touched(table: str = ACCOUNT, **counts: int) -> Touched:
    """Rows of a table."""
    return Touched(table, **counts)


def ran(sql: str, tag: str = "ALTER TABLE", **effects: Any) -> Statement:
    """A statement of line 5; unless said otherwise it holds the strongest lock on `account`, and all wait."""
    given: dict[str, Any] = {"locks": (lock(),), "blocked": (blocked(),), **effects}
    return Statement(sql, "a.py", 5, 0.1, effects=Effects(tag, **given))


def fact(kind: str, identity: str, parent: str | None = None, /, **payload: object) -> str:
    """The line of a fact."""
    return json.dumps([kind, identity, parent, {k.replace("_", " "): v for k, v in payload.items()}])


def column(name: str, table: str = ACCOUNT, /, **payload: object) -> str:
    """A column of a table."""
    return fact("column", f"{table}.{name}", table, **payload)


def evidence(
    *statements: Statement, removed: tuple[str, ...] = (), added: tuple[str, ...] = (), **more: Any
) -> Evidence:
    """One revision `a` with these statements, that changed these facts; `head` are facts of the end."""
    step = Step("a", "upgrade", ok=True, removed=removed, added=added)
    head = Snapshot(frozenset(more.pop("head", ())))
    estimates = more.pop("estimates", ())
    passage = Passage("a", ok=True, statements=statements, **more)
    return Evidence(HISTORY, Trace(("a",), (step,), head), measured=Measured("", (passage,), estimates=estimates))
