"""`compat/insert-needs-value`: a new NOT NULL column has no default, and yesterday's code does not fill it."""

from __future__ import annotations

from alembic_proof.checks.safety.breaks import Break, judge_breaks
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="compat/insert-needs-value",
    severity=Severity.ERROR,
    summary="A new NOT NULL column has no server default, so inserts of old code fail.",
    why="Code that runs today does not know the column; a Python-side `default=` does nothing in the database.",
    way_out="keep a server_default as long as code runs that does not fill the column, or leave it nullable",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.add_column("account", sa.Column("region", sa.Text, nullable=False, server_default="eu"))
op.alter_column("account", "region", server_default=None)
""",
        good=(
            """\
op.add_column("account", sa.Column("region", sa.Text, nullable=False, server_default="eu"))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each column."""
    return judge_breaks(RULE, evidence, ("ALTER TABLE",), _says, "DEFAULT")


def _says(each: Break) -> str:
    return f"every INSERT of code that runs today fails: {each.name} is new, NOT NULL, and has no default"
