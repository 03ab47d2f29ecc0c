"""`lock/refresh`: a materialized view is refreshed under a lock that stops its readers."""

from __future__ import annotations

from alembic_proof.checks.safety.rewrites import rewrites
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/refresh",
    severity=Severity.WARNING,
    summary="A materialized view is refreshed under a lock that stops its readers.",
    why="The query runs while nobody can read the view.",
    way_out=("a unique index on the view, and REFRESH MATERIALIZED VIEW CONCURRENTLY, which lets readers go on"),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("plan", sa.Text),
)
op.execute("CREATE MATERIALIZED VIEW account_plans AS SELECT plan, count(*) FROM account GROUP BY plan")
op.execute("CREATE UNIQUE INDEX account_plans_plan ON account_plans (plan)")
""",
        bad="""\
op.execute("REFRESH MATERIALIZED VIEW account_plans")
""",
        good=(
            """\
op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY account_plans")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that copied a table for this reason."""
    return rewrites(RULE, evidence, "refresh")
