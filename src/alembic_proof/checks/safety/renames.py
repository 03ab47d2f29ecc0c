"""`compat/renames`: yesterday's code knows a table or a column by its old name."""

from __future__ import annotations

from alembic_proof.checks.safety.breaks import Break, judge_breaks
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="compat/renames",
    severity=Severity.ERROR,
    summary="Code that runs today knows a table or a column by the name that it had.",
    why="Old and new code cannot both find it, so every deployment has a moment in which one of them fails.",
    way_out="rename the table, and create a view of the old name in the same transaction; drop the view a release "
    "later. For a column: a new one, written by both, and the old one dropped later",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.rename_table("account", "account_person")
""",
        good=(
            """\
op.rename_table("account", "account_person")
op.execute("CREATE VIEW account AS SELECT * FROM account_person")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each column, or for a table as a whole."""
    return judge_breaks(RULE, evidence, ("ALTER",), _says, "RENAME", "SCHEMA")


def _says(each: Break) -> str:
    return f"code that runs today knows {each.name} by this name only: {each.operations} fail"
