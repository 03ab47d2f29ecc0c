"""`lock/type-rechecks`: a change of type that copies nothing checks every row anew."""

from __future__ import annotations

from alembic_proof.checks.safety.scans import READ, scans
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/type-rechecks",
    severity=Severity.WARNING,
    summary=("A change of type that copies nothing checks every row anew, for a CHECK or a foreign key on the column."),
    why=READ,
    way_out=("drop the constraint, change the type, add the constraint as NOT VALID; validate it in a later revision"),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(50)),
    sa.CheckConstraint("email <> ''", name="account_email"),
)
""",
        bad="""\
op.alter_column("account", "email", type_=sa.Text)
""",
        good=(
            """\
op.drop_constraint("account_email", "account")
op.alter_column("account", "email", type_=sa.Text)
op.create_check_constraint("account_email", "account", "email <> ''", postgresql_not_valid=True)
""",
            """\
op.execute("ALTER TABLE account VALIDATE CONSTRAINT account_email")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that read a table whole for this reason, while others wait."""
    return scans(RULE, evidence, "type")
