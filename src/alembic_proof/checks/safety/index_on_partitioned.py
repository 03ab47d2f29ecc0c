"""`lock/index-on-partitioned`: an index is built on a partitioned table, and so on all partitions at once."""

from __future__ import annotations

from alembic_proof.checks.safety.builds import PARTITIONED, built
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/index-on-partitioned",
    severity=Severity.ERROR,
    summary="An index is built on a partitioned table in use.",
    why="Nobody writes any of its partitions until the indexes of all are built; CONCURRENTLY is refused for it.",
    way_out="CREATE INDEX … ON ONLY the parent, which reads nothing; an index of each partition with "
    "postgresql_concurrently=True in an autocommit_block(); then ALTER INDEX … ATTACH PARTITION",
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer),
    sa.Column("day", sa.Date),
    postgresql_partition_by="RANGE (day)",
)
op.execute("CREATE TABLE account_2026 PARTITION OF account FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")
op.execute("CREATE TABLE account_rest PARTITION OF account DEFAULT")
""",
        bad="""\
op.create_index("account_day", "account", ["day"])
""",
        good=(
            """\
op.execute("CREATE INDEX account_day ON ONLY account (day)")
""",
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_2026_day", "account_2026", postgresql_concurrently=True, if_exists=True)
    op.create_index("account_2026_day", "account_2026", ["day"], postgresql_concurrently=True)
""",
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_rest_day", "account_rest", postgresql_concurrently=True, if_exists=True)
    op.create_index("account_rest_day", "account_rest", ["day"], postgresql_concurrently=True)
""",
            """\
op.execute("ALTER INDEX account_day ATTACH PARTITION account_2026_day")
op.execute("ALTER INDEX account_day ATTACH PARTITION account_rest_day")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that builds an index on a partitioned table and reads its partitions."""
    return built(RULE, evidence, PARTITIONED)
