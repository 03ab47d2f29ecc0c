"""`compat/generated`: yesterday's code writes a column that only the database may write now."""

from __future__ import annotations

from alembic_proof.checks.safety.breaks import Break, judge_breaks
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="compat/generated",
    severity=Severity.ERROR,
    summary="A column that old code writes is generated now.",
    why="Postgres refuses any value for it but DEFAULT, so every INSERT and UPDATE of the old code fails.",
    way_out="add the generated column under another name; drop the old one when no code writes it any more",
    example=Example(
        given="""\
op.create_table(
    "purchase",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("price", sa.Integer),
    sa.Column("total", sa.Integer),
)
""",
        bad="""\
op.drop_column("purchase", "total")
op.add_column("purchase", sa.Column("total", sa.Integer, sa.Computed("price", persisted=True)))
""",
        good=(
            """\
op.add_column("purchase", sa.Column("total_computed", sa.Integer, sa.Computed("price", persisted=True)))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each column."""
    return judge_breaks(RULE, evidence, ("ALTER TABLE",), _says, "GENERATED", "IDENTITY")


def _says(each: Break) -> str:
    return f"{each.name} is generated now, and code that runs today writes it: {each.operations} fail"
