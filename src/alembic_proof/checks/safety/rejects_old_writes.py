"""`compat/rejects-old-writes`: a new limit or constraint refuses values that yesterday's code may write."""

from __future__ import annotations

from alembic_proof.checks.safety.breaks import Break, judge_breaks
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="compat/rejects-old-writes",
    severity=Severity.ERROR,
    summary="A narrower type or a new constraint refuses values that old code may write.",
    why="The old code did not know the limit. NOT VALID spares the rows that are there, and no new one.",
    way_out="first release code that keeps to the limit; add the constraint in the next release",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("nick", sa.String(50)))
""",
        bad="""\
op.create_check_constraint("ck_account_nick", "account", "length(nick) <= 5", postgresql_not_valid=True)
""",
        good=(
            """\
op.create_check_constraint("ck_account_nick", "account", "length(nick) <= 50", postgresql_not_valid=True)
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each column, or for the table; a warning, since it depends on what is written."""
    return judge_breaks(RULE, evidence, ("ALTER TABLE", "CREATE UNIQUE", "CREATE INDEX"), _says)


def _says(each: Break) -> str:
    return f"values that code writes today may be refused by {each.name}: {each.operations}"
