"""What the rules over measured passages share: walking over statements, and a finding at one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alembic_proof.checks.common import at_revision
from alembic_proof.effects import Effects
from alembic_proof.findings import Finding, Rule
from alembic_proof.trace import Evidence, Passage, Statement


def measured(evidence: Evidence) -> Iterator[tuple[Passage, Statement, Effects]]:
    """Every measured statement of every revision under test, in order."""
    for passage in evidence.measured.passages:
        for statement in passage.statements:
            if statement.effects is not None:
                yield passage, statement, statement.effects


def at_statement(
    rule: Rule, evidence: Evidence, passage: Passage, statement: Statement, message: str, **more: Any
) -> Finding:
    """A finding at the `op.` call that ran a statement, with the statement as evidence."""
    place = (statement.file, statement.line) if statement.line else (None, None)
    return at_revision(rule, evidence, passage.revision, "upgrade", message, place=place, sql=statement.sql, **more)
