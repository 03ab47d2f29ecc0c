"""`compat/type-breaks`: yesterday's code compares or writes a column as the type that it was."""

from __future__ import annotations

from alembic_proof.checks.safety.breaks import Break, judge_breaks
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="compat/type-breaks",
    severity=Severity.ERROR,
    summary="Values of the old type can no longer be compared with a column, or written into it.",
    why="Drivers send values with the type that the code knows; `integer = text` is no operator.",
    way_out="add a column of the new type, fill it and let both be written; "
    "drop the old one when no code reads it any more",
    example=Example(
        given="""\
op.create_table("purchase", sa.Column("id", sa.Integer, primary_key=True), sa.Column("code", sa.Integer))
""",
        bad="""\
op.alter_column("purchase", "code", type_=sa.Text(), postgresql_using="code::text")
""",
        good=(
            """\
op.add_column("purchase", sa.Column("code_text", sa.Text))
""",
            """\
op.execute("UPDATE purchase SET code_text = code::text WHERE code_text IS NULL")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each column."""
    return judge_breaks(RULE, evidence, ("ALTER TABLE", "ALTER"), _says, "TYPE")


def _says(each: Break) -> str:
    return f"code that runs today uses {each.name} as the type that it was: {each.operations} fail"
