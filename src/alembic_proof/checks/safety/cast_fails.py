"""`data/cast-fails`: a value that the old type allows is none of the new type."""

from __future__ import annotations

from alembic_proof.checks.safety.falls import at_fall, falls, is_cast
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="data/cast-fails",
    severity=Severity.ERROR,
    summary="Values that the old type allows do not fit the new one, and the upgrade stops on them.",
    why="One row out of millions is enough to stop the deployment, after the table was locked and read.",
    way_out="add a column of the new type, convert into it what fits, look at the rest, and swap the columns later",
    example=Example(
        given="""\
op.create_table("purchase", sa.Column("id", sa.Integer, primary_key=True), sa.Column("amount", sa.Text))
""",
        bad="""\
op.alter_column("purchase", "amount", type_=sa.Integer(), postgresql_using="amount::integer")
""",
        good=(
            """\
op.add_column("purchase", sa.Column("amount_number", sa.Integer))
""",
            """\
op.execute(
    "UPDATE purchase SET amount_number = amount::integer WHERE amount_number IS NULL AND amount ~ '^[0-9]{1,9}$'"
)
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Revisions that stop on a cast: an error where they stop on any row, a warning where on some."""
    return [
        at_fall(RULE, evidence, passage, fall, _severity(fall.rows), RULE.way_out)
        for passage, fall in falls(evidence)
        if is_cast(fall)
    ]


def _severity(rows: str) -> Severity:
    return RULE.severity if rows == "any" else Severity.WARNING
