"""What revisions under test did to a database in use, as lines: lock, what waits, what was read and written, proofs."""

from __future__ import annotations

from collections.abc import Iterator

from alembic_proof.compat.table import Compatibility
from alembic_proof.cost import words
from alembic_proof.effects import Blocked, Effects, Estimate, Lock, strength
from alembic_proof.render.text import one_line
from alembic_proof.trace import Measured, Passage, Statement

_SHOWN = strength("ShareUpdateExclusiveLock")
# a second for a million rows: less is not worth a line
_LITTLE = 1e-6


def measured_lines(measured: Measured) -> Iterator[str]:
    """One line a statement that locks a table that existed, and its evidence below; revision by revision."""
    for passage in measured.passages:
        told = [line for s in passage.statements if s.effects for line in _statement(s, s.effects)]
        if told:
            yield f"{passage.revision}{_rows(passage)}"
            yield from (f"  {line}" for line in told)


def summary_lines(measured: Measured, table: Compatibility | None) -> Iterator[str]:
    """Under the statements: in which order code and schema may be deployed, and what heavy statements would cost."""
    if table is not None:
        width = max(len(old) for _, old, _ in table.rows)
        yield f"{'':10}{'on the old schema':{max(width, 17)}}  on the new schema"
        for code, old, new in table.rows:
            yield f"{code:10}{old:{max(width, 17)}}  {new}"
    for estimate in worth_telling(measured):
        yield f"{estimate.line or '?'}: {one_line(estimate.sql, 60)}: {words(estimate)}"


def _rows(passage: Passage) -> str:
    words = {
        "all": "",
        "plain": ", on ordinary rows only: it falls on others",
        "none": ", on empty tables: it falls on rows",
    }
    return words[passage.rows]


def _statement(statement: Statement, effects: Effects) -> list[str]:
    """Nothing where no lock is stronger than what ordinary statements take, and no row is written."""
    if not worth_a_line(effects):
        return []
    head = f"{statement.line or '?'}: {one_line(statement.sql, 90)}"
    taken = [f"{lock.mode} on {lock.relation}: {waits(effects, lock.relation)}" for lock in strong(effects)]
    above = [f"{b.table}, through {b.through}: {waits(effects, b.table)}" for b in through(effects)]
    return [head, *(f"    {text}" for text in (*taken, *above, *work(effects), *effects.proofs))]


def worth_a_line(effects: Effects) -> bool:
    """Whether others feel it, rows are written, or the server said what it need not do."""
    return bool(strong(effects) or effects.rows or effects.proofs)


def strong(effects: Effects) -> list[Lock]:
    """The locks that it took on tables, stronger than what ordinary statements take."""
    own = [lock for lock in effects.locks if lock.relation == lock.table and lock.taken]
    return [lock for lock in own if strength(lock.mode) >= _SHOWN]


def held(effects: Effects) -> list[Lock]:
    """Such locks that an earlier statement took, and that nobody gets while this one runs."""
    own = [lock for lock in effects.locks if lock.relation == lock.table and not lock.taken]
    return [lock for lock in own if strength(lock.mode) >= _SHOWN]


def worth_telling(measured: Measured) -> list[Estimate]:
    """The estimates that are about something."""
    return [e for e in measured.estimates if e.wal_per_row >= 1 or e.seconds_per_row >= _LITTLE]


def through(effects: Effects) -> list[Blocked]:
    """Tables that are not locked, and for which others wait since this statement locked a partition or child."""
    taken = {lock.table for lock in effects.locks if lock.taken}
    return [b for b in effects.blocked if b.through in taken]


def waits(effects: Effects, table: str) -> str:
    """What other sessions wait for, in words."""
    found = next((b for b in effects.blocked if b.table == table), None)
    if found is None:
        return "no read and no write waits"
    if found.reads:
        return "reads and writes wait" if found.writes else "reads wait"
    return "writes wait, reads do not"


def work(effects: Effects) -> list[str]:
    """What was copied, read, built and written."""
    said = [
        *(f"rewrites {name}" for name in effects.rewritten),
        *(f"rebuilds {name}" for name in effects.rebuilt if not effects.rewritten),
        *(f"builds {name}" for name in effects.built),
        *(f"reads all of {name}" for name in effects.scanned if name not in effects.rewritten),
    ]
    for rows in effects.rows:
        counts = ((rows.inserted, "inserted"), (rows.updated, "updated"), (rows.deleted, "deleted"))
        said.append(f"{rows.table}: " + ", ".join(f"{n} {word}" for n, word in counts if n))
    return [", ".join(said)] if said else []
