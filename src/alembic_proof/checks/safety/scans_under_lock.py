"""`lock/scans-under-lock`: a table is read whole while a lock is held that others wait for."""

from __future__ import annotations

from alembic_proof.checks.safety.scans import scans
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/scans-under-lock",
    severity=Severity.ERROR,
    summary="A table is read whole while a lock is held that others wait for.",
    why="Whoever waits for the lock waits for as long as the reading takes.",
    way_out="read in a revision of its own, before any statement that locks",
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("plan", sa.Text),
)
""",
        bad="""\
op.add_column("account", sa.Column("note", sa.Text))
op.execute("CREATE TABLE account_plans AS SELECT plan, count(*) FROM account GROUP BY plan")  # here
""",
        good=(
            """\
op.execute("CREATE TABLE account_plans AS SELECT plan, count(*) FROM account GROUP BY plan")
""",
            """\
op.add_column("account", sa.Column("note", sa.Text))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that read a table whole for this reason, while others wait."""
    return scans(RULE, evidence, "other")
