"""`lock/table-in-several-revisions`: one deploy stops the users of a table several times."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.locking import TABLES, line_of, steps, strong
from alembic_proof.checks.safety.statements import says
from alembic_proof.checks.safety.words import short
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="lock/table-in-several-revisions",
    severity=Severity.INFO,
    summary="Several revisions of one deploy lock the same table.",
    why="Each has to wait for its turn, and everybody behind it; what was not released yet can still be one revision.",
    way_out="one revision for the changes of one table that need no order; unless they were taken apart on purpose",
)
# taken apart on purpose: the lock, and in a transaction of its own what takes long without one
_APART = r"\bNOT VALID\b|\bVALIDATE CONSTRAINT\b|\bUSING INDEX\b|\bCONCURRENTLY\b"


def judge(evidence: Evidence) -> list[Finding]:
    """Once for a table: the last revision that locks it. Only where the revisions are one deploy."""
    if not evidence.measured.together:
        return []
    by: dict[str, list[tuple[Passage, Statement]]] = {}
    for passage in evidence.measured.passages:
        for table, statement in _locking(passage).items():
            by.setdefault(table, []).append((passage, statement))
    apart = {t for passage in evidence.measured.passages for t in _taken_apart(passage)}
    return [_finding(evidence, t, going) for t, going in sorted(by.items()) if len(going) > 1 and t not in apart]


def _locking(passage: Passage) -> dict[str, Statement]:
    """The first statement that locks each table."""
    found: dict[str, Statement] = {}
    for statement, effects in steps(passage):
        for lock in strong(effects, TABLES):
            found.setdefault(lock.relation, statement)
    return found


def _taken_apart(passage: Passage) -> set[str]:
    return {table for s, e in steps(passage) if says(s.sql, _APART) for table in e.tables}


def _finding(evidence: Evidence, table: str, going: list[tuple[Passage, Statement]]) -> Finding:
    passage, statement = going[-1]
    message = f"{short(table)} is locked by {len(going)} revisions of one deploy"
    details = tuple(f"{p.revision}, {line_of(s)}" for p, s in going)
    return at_statement(RULE, evidence, passage, statement, message, object=table, details=details)
