"""`lock/not-null-scans`: SET NOT NULL reads the whole table under its strongest lock."""

from __future__ import annotations

from alembic_proof.checks.safety.scans import READ, scans
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/not-null-scans",
    severity=Severity.ERROR,
    summary="SET NOT NULL reads the whole table under its strongest lock.",
    why=READ,
    way_out=(
        "CHECK (c IS NOT NULL) as NOT VALID, fill the old rows, validate it in a later revision; then SET NOT "
        "NULL takes it as proof and reads nothing; drop the CHECK by a statement of its own"
    ),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.Text),
)
""",
        bad="""\
op.alter_column("account", "email", nullable=False)
""",
        good=(
            """\
op.create_check_constraint("account_email", "account", "email IS NOT NULL", postgresql_not_valid=True)
""",
            """\
batch = sa.text(
    "UPDATE account SET email = '' WHERE id IN "
    "(SELECT id FROM account WHERE email IS NULL LIMIT 1000)"
)
with op.get_context().autocommit_block():
    while op.get_bind().execute(batch).rowcount:
        pass
""",
            """\
op.execute("ALTER TABLE account VALIDATE CONSTRAINT account_email")
""",
            """\
op.alter_column("account", "email", nullable=False)
op.drop_constraint("account_email", "account")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that read a table whole for this reason, while others wait."""
    return scans(RULE, evidence, "not null")
