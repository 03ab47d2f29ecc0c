"""`lock/inline-constraint-scans`: a new column with a constraint in its definition reads the whole table."""

from __future__ import annotations

from alembic_proof.checks.safety.scans import READ, scans
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/inline-constraint-scans",
    severity=Severity.ERROR,
    summary="A new column with a constraint in its definition reads the whole table.",
    why=READ,
    way_out=(
        "add the column alone, then its constraint with postgresql_not_valid=True; validate it in a later revision"
    ),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
)
""",
        bad="""\
op.add_column(
    "account", sa.Column("discount", sa.Integer, sa.CheckConstraint("discount >= 0"))
)
""",
        good=(
            """\
op.add_column("account", sa.Column("discount", sa.Integer))
op.create_check_constraint("account_discount", "account", "discount >= 0", postgresql_not_valid=True)
""",
            """\
op.execute("ALTER TABLE account VALIDATE CONSTRAINT account_discount")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that read a table whole for this reason, while others wait."""
    return scans(RULE, evidence, "inline")
