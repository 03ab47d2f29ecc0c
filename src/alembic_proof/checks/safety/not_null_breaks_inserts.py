"""`compat/not-null-breaks-inserts`: yesterday's code leaves out a column that is NOT NULL now."""

from __future__ import annotations

from alembic_proof.checks.safety.breaks import Break, judge_breaks
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="compat/not-null-breaks-inserts",
    severity=Severity.ERROR,
    summary="A column that old code may leave out, or set to NULL, is NOT NULL now, or lost its default.",
    why="While a deployment goes on, old code still writes such rows, and they are refused.",
    way_out="first release the code that always fills it, with a server_default for the rest; "
    "make it NOT NULL in the next release",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.execute("UPDATE account SET email = 'unknown' WHERE email IS NULL")
op.alter_column("account", "email", nullable=False)  # here
""",
        good=(
            """\
op.alter_column("account", "email", server_default="unknown")
""",
            """\
op.execute("UPDATE account SET email = 'unknown' WHERE email IS NULL")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each column."""
    return judge_breaks(RULE, evidence, ("ALTER",), _says, "NOT", "NULL", "DEFAULT")


def _says(each: Break) -> str:
    return f"code that runs today may leave {each.name} out or NULL, which is refused now: {each.operations} fail"
