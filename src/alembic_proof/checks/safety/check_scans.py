"""`lock/check-scans`: a CHECK that is valid at once reads the whole table."""

from __future__ import annotations

from alembic_proof.checks.safety.scans import READ, scans
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/check-scans",
    severity=Severity.ERROR,
    summary="A CHECK that is valid at once reads the whole table.",
    why=READ,
    way_out=("create_check_constraint(..., postgresql_not_valid=True), and VALIDATE CONSTRAINT in a later revision"),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("balance", sa.Integer),
    sa.CheckConstraint("balance >= 0", name="account_balance"),
)
""",
        bad="""\
op.create_check_constraint("account_overdraft", "account", "balance >= -100")
""",
        good=(
            """\
op.create_check_constraint(
    "account_overdraft", "account", "balance >= -100", postgresql_not_valid=True
)
""",
            """\
op.execute("ALTER TABLE account VALIDATE CONSTRAINT account_overdraft")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that read a table whole for this reason, while others wait."""
    return scans(RULE, evidence, "check")
