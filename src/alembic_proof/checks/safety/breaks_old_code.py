"""`compat/breaks-old-code`: a statement of yesterday's code fails, for none of the usual reasons."""

from __future__ import annotations

from alembic_proof.checks.safety.breaks import Break, judge_breaks
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="compat/breaks-old-code",
    severity=Severity.ERROR,
    summary="A statement that works on the old schema fails on the new one.",
    why="While a deployment goes on, and after a rollback of the code, old code runs on the new schema.",
    way_out="change the schema in two releases: first so that old and new code work, then what only the new one needs",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.rename_table("account", "account_person")
op.execute("CREATE VIEW account AS SELECT DISTINCT id, email FROM account_person")
""",
        good=(
            """\
op.rename_table("account", "account_person")
op.execute("CREATE VIEW account AS SELECT id, email FROM account_person")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each table and column; what has a rule of its own is told there."""
    return judge_breaks(RULE, evidence, ("ALTER", "DROP", "CREATE"), _says)


def _says(each: Break) -> str:
    said = next((b.message for b in each.broken if b.message), "")
    return f"{each.operations} of code that runs today on {each.name} fail: {said}"
