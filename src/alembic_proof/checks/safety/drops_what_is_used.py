"""`compat/drops-what-is-used`: yesterday's code names a column or a table that is gone."""

from __future__ import annotations

from alembic_proof.checks.safety.breaks import Break, judge_breaks
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="compat/drops-what-is-used",
    severity=Severity.ERROR,
    summary="Code that runs today names a column or a table that the revision drops.",
    why="While a deployment goes on, and after a rollback of the code, old code runs on the new schema; "
    "SQLAlchemy names every mapped column in every SELECT and INSERT, used or not.",
    way_out="in this release take it out of the models, and make it nullable; drop it in the next one",
    example=Example(
        given="""\
op.create_table(
    "purchase", sa.Column("id", sa.Integer, primary_key=True), sa.Column("note", sa.Text, nullable=False)
)
""",
        bad="""\
op.drop_column("purchase", "note")
""",
        good=(
            """\
op.alter_column("purchase", "note", nullable=True)
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each column, or for a table as a whole."""
    return judge_breaks(RULE, evidence, ("ALTER TABLE", "DROP"), _says, "DROP")


def _says(each: Break) -> str:
    return f"code that runs today still names {each.name}, which is gone: {each.operations} fail"
