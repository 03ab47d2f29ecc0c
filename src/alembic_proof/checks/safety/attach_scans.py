"""`lock/attach-scans`: ATTACH PARTITION reads the new partition whole."""

from __future__ import annotations

from alembic_proof.checks.safety.scans import READ, scans
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/attach-scans",
    severity=Severity.ERROR,
    summary="ATTACH PARTITION reads the new partition whole.",
    why=f"{READ} So does the default partition, where there is one.",
    way_out=(
        "a CHECK of the same bounds on the new partition, as NOT VALID and validated in a later revision: "
        "then ATTACH takes it as proof and reads nothing"
    ),
    example=Example(
        given="""\
op.create_table(
    "purchase",
    sa.Column("id", sa.Integer, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    postgresql_partition_by="RANGE (year)",
)
op.create_table(
    "purchase_old", sa.Column("id", sa.Integer, nullable=False), sa.Column("year", sa.Integer, nullable=False)
)
""",
        bad="""\
op.execute("ALTER TABLE purchase ATTACH PARTITION purchase_old FOR VALUES FROM (MINVALUE) TO (2000)")
""",
        good=(
            """\
op.create_check_constraint("purchase_bounds", "purchase_old", "year < 2000", postgresql_not_valid=True)
""",
            """\
batch = sa.text(
    "UPDATE purchase_old SET year = 1999 WHERE ctid = ANY (ARRAY "
    "(SELECT ctid FROM purchase_old WHERE year >= 2000 LIMIT 1000))"
)
with op.get_context().autocommit_block():
    while op.get_bind().execute(batch).rowcount:
        pass
""",
            """\
op.execute("ALTER TABLE purchase_old VALIDATE CONSTRAINT purchase_bounds")
""",
            """\
op.execute("ALTER TABLE purchase ATTACH PARTITION purchase_old FOR VALUES FROM (MINVALUE) TO (2000)")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that read a table whole for this reason, while others wait."""
    return scans(RULE, evidence, "attach")
