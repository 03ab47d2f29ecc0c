"""`lock/storage-rewrites-table`: CLUSTER, VACUUM FULL, SET LOGGED and their like."""

from __future__ import annotations

from alembic_proof.checks.safety.rewrites import COPY, rewrites
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/storage-rewrites-table",
    severity=Severity.ERROR,
    summary="CLUSTER, VACUUM FULL, SET LOGGED, SET TABLESPACE and their like copy the whole table.",
    why=COPY,
    way_out=("leave it to a tool that copies beside the running table, such as pg_repack, outside of migrations"),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
)
""",
        bad="""\
op.execute("CLUSTER account USING account_pkey")
""",
        good=(
            """\
# says what pg_repack is to order by, outside of migrations; copies nothing
op.execute("ALTER TABLE account CLUSTER ON account_pkey")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that copied a table for this reason."""
    return rewrites(RULE, evidence, "storage")
