"""`lock/bulk-write`: one statement writes all the rows that it finds."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.words import listed, short, subject, tables
from alembic_proof.checks.safety.writes import count, grows, in_batches
from alembic_proof.effects import Effects, Touched
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="lock/bulk-write",
    severity=Severity.WARNING,
    summary="One statement writes all the rows that it finds.",
    why=(
        "Each row stays locked until the last one is written; WAL, replicas and vacuum get all of it at once, "
        "and a failure at the end undoes everything."
    ),
    way_out=(
        "batches, each committed: a loop inside autocommit_block(), or a job outside of the migration; then ANALYZE"
    ),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("plan", sa.Text),
)
""",
        bad="""\
op.execute("UPDATE account SET plan = 'free' WHERE plan IS NULL")
""",
        good=(
            """\
batch = sa.text(
    "UPDATE account SET plan = 'free' WHERE id IN "
    "(SELECT id FROM account WHERE plan IS NULL LIMIT 1000)"
)
with op.get_context().autocommit_block():
    while op.get_bind().execute(batch).rowcount:
        pass
""",
        ),
    ),
)
# so many rows in production make it an error
MANY = 100_000


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that wrote what it found, not in batches, and with nobody locked out since earlier."""
    return [
        _finding(evidence, passage, statement, effects, touched)
        for passage, statement, effects in measured(evidence)
        if not effects.blocked
        and (touched := grows(passage, statement, effects))
        and not (effects.autocommit and in_batches(statement, effects))
    ]


def _finding(
    evidence: Evidence, passage: Passage, statement: Statement, effects: Effects, touched: tuple[Touched, ...]
) -> Finding:
    place = (statement.file, statement.line)
    sizes = {e.table: e.rows or 0 for e in evidence.measured.estimates if (e.file, e.line) == place}
    most = max((sizes.get(t.table, 0) for t in touched), default=0)
    known = (f"{most:,} rows in production, by the file of row counts",) if most else ()
    message = f"{subject(effects)} writes the rows of {tables(t.table for t in touched)} in one statement"
    return at_statement(
        RULE,
        evidence,
        passage,
        statement,
        message,
        severity=Severity.ERROR if most >= MANY else RULE.severity,
        object=touched[0].table,
        details=(f"here: {listed(f'{count(t)} of {short(t.table)}' for t in touched)}", *known),
    )
