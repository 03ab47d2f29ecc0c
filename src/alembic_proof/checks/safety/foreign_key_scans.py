"""`lock/foreign-key-scans`: a foreign key that is valid at once checks every row, and blocks writes to both tables."""

from __future__ import annotations

from alembic_proof.checks.safety.scans import scans
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/foreign-key-scans",
    severity=Severity.ERROR,
    summary="A foreign key that is valid at once checks every row, and blocks writes to both tables.",
    why="All rows of the one table are looked up in the other while nobody can write to either.",
    way_out=(
        "create_foreign_key(..., postgresql_not_valid=True), and VALIDATE CONSTRAINT in a later revision; for "
        "a new column add_column(..., inline_references=True), which checks nothing"
    ),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
)
op.create_table(
    "purchase",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", sa.Integer, index=True),
    sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="purchase_account"),
)
""",
        bad="""\
op.create_foreign_key(
    "purchase_account_cascade", "purchase", "account", ["account_id"], ["id"], ondelete="CASCADE"
)
""",
        good=(
            """\
op.create_foreign_key(
    "purchase_account_cascade",
    "purchase",
    "account",
    ["account_id"],
    ["id"],
    ondelete="CASCADE",
    postgresql_not_valid=True,
)
""",
            """\
op.execute("ALTER TABLE purchase VALIDATE CONSTRAINT purchase_account_cascade")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that read a table whole for this reason, while others wait."""
    return scans(RULE, evidence, "foreign key")
