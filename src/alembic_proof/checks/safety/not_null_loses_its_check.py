"""`lock/not-null-loses-its-check`: SET NOT NULL and the drop of its CHECK in one statement."""

from __future__ import annotations

from alembic_proof.checks.safety.scans import READ, scans
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/not-null-loses-its-check",
    severity=Severity.ERROR,
    summary="SET NOT NULL in the statement that drops its CHECK reads the whole table all the same.",
    why=f"{READ} A statement drops constraints before it looks for a proof.",
    way_out="SET NOT NULL in one statement, DROP CONSTRAINT in the next; both may be in one revision",
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.Text),
    sa.CheckConstraint("email IS NOT NULL", name="account_email"),
)
""",
        bad="""\
op.execute("ALTER TABLE account ALTER COLUMN email SET NOT NULL, DROP CONSTRAINT account_email")
""",
        good=(
            """\
op.alter_column("account", "email", nullable=False)
op.drop_constraint("account_email", "account")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that read a table whole for this reason, while others wait."""
    return scans(RULE, evidence, "lost check")
