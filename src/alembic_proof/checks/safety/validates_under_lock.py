"""`lock/validates-under-lock`: a constraint is validated in the transaction that still holds a stronger lock."""

from __future__ import annotations

from alembic_proof.checks.safety.scans import scans
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/validates-under-lock",
    severity=Severity.ERROR,
    summary="A constraint is validated in the transaction that still holds a stronger lock.",
    why=(
        "NOT VALID is of use only where its lock is given back before the rows are read: in one transaction it is kept."
    ),
    way_out=(
        "VALIDATE CONSTRAINT in a later revision, with env.py's transaction_per_migration=True; or in an "
        "autocommit_block"
    ),
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
op.create_check_constraint(
    "account_overdraft", "account", "balance >= -100", postgresql_not_valid=True
)
op.execute("ALTER TABLE account VALIDATE CONSTRAINT account_overdraft")  # here
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
    return scans(RULE, evidence, "validate")
