"""Which statements write more rows the more a table has."""

from __future__ import annotations

import re

from alembic_proof.checks.safety.statements import command, plain, says
from alembic_proof.effects import Effects, Touched
from alembic_proof.trace import Passage, Statement

_WRITING = ("UPDATE", "DELETE", "MERGE", "INSERT", "DO", "SELECT", "CALL", "WITH")
_CHANGING = ("UPDATE", "DELETE", "MERGE")
_BATCH = r"\b(LIMIT|FETCH (FIRST|NEXT)|BETWEEN)\b"
_RANGE = r">=? ?(%|:|\$|\d)", r"<=? ?(%|:|\$|\d)"
_LIST = re.compile(r"\bIN \(([^()]*)\)")
_GIVEN = re.compile(r"(\w+)\"? ?= ?(?:%|:|\$|'|-?\d)")
# as psycopg writes a parameter
_PARAMETER = re.compile(r"%\(\w+\)S")


def grows(passage: Passage, statement: Statement, effects: Effects) -> tuple[Touched, ...]:
    """The tables of which a statement wrote rows that it chose by looking, the most first."""
    touched = tuple(t for t in sorted(effects.rows, key=_count, reverse=True) if _count(t))
    if command(effects) not in _WRITING:
        return ()
    if not touched and command(effects) in _CHANGING and not says(statement.sql, r"\bWHERE\b"):
        return tuple(Touched(table) for table in effects.scanned)  # no row was there
    if command(effects) == "INSERT" and not says(statement.sql, r"\bSELECT\b"):
        return ()
    return () if _by_key(passage, statement, touched) else touched


def in_batches(statement: Statement, effects: Effects) -> bool:
    """Whether a statement takes a bounded part, such as a range of keys, or a list of them."""
    if says(statement.sql, _BATCH) or all(says(statement.sql, bound) for bound in _RANGE):
        return True
    found = _LIST.search(_PARAMETER.sub("%S", plain(statement.sql)))
    most = max((_count(t) for t in effects.rows), default=0)
    return found is not None and "SELECT" not in found[1] and most <= found[1].count(",") + 1


def count(touched: Touched) -> str:
    """How many rows, in words."""
    return f"{_count(touched)} row{'' if _count(touched) == 1 else 's'}"


def _count(touched: Touched) -> int:
    return touched.inserted + touched.updated + touched.deleted


def _by_key(passage: Passage, statement: Statement, touched: tuple[Touched, ...]) -> bool:
    """Whether the condition gives values for all columns of a unique index: it is one row, however many there are."""
    keys = [i.columns for i in passage.indexes if i.unique and i.table in {t.table for t in touched}]
    given = {column.lower() for column in _GIVEN.findall(plain(statement.sql).partition(" WHERE ")[2])}
    return " OR " not in plain(statement.sql) and any({c.strip('"').lower() for c in key} <= given for key in keys)
