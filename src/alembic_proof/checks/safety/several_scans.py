"""`lock/several-scans`: statements of one revision check or copy all rows of a table, each by itself."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.locking import Measured, line_of, steps
from alembic_proof.checks.safety.statements import command
from alembic_proof.checks.safety.words import short
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="lock/several-scans",
    severity=Severity.INFO,
    summary="Several ALTER TABLE go over all rows of one table, one after the other.",
    why="Each of them reads or copies the whole table; one ALTER TABLE with all the changes does it once.",
    way_out='one statement: op.execute("ALTER TABLE … ALTER … , ALTER …"); or a way without going over the rows at all',
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("visits", sa.Integer),
    sa.Column("points", sa.Integer),
)
""",
        bad="""\
op.alter_column("account", "visits", type_=sa.BigInteger())
op.alter_column("account", "points", type_=sa.BigInteger())  # here
""",
        good=(
            """\
op.execute("ALTER TABLE account ALTER visits TYPE bigint, ALTER points TYPE bigint")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Once for a table and a revision: the second such statement."""
    return [
        _finding(evidence, passage, table, going)
        for passage in evidence.measured.passages
        for table, going in _by_table(passage).items()
        if len(going) > 1
    ]


def _by_table(passage: Passage) -> dict[str, list[Measured]]:
    found: dict[str, list[Measured]] = {}
    for statement, effects in steps(passage):
        if command(effects) == "ALTER TABLE":
            for table in sorted({*effects.rewritten, *effects.verified}):
                found.setdefault(table, []).append((statement, effects))
    return found


def _finding(evidence: Evidence, passage: Passage, table: str, going: list[Measured]) -> Finding:
    message = f"{len(going)} statements go over all rows of {short(table)}, where one could"
    details = tuple(line_of(s) for s, _ in going)
    return at_statement(RULE, evidence, passage, going[1][0], message, object=table, details=details)
