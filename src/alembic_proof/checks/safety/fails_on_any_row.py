"""`data/fails-on-any-row`: the upgrade passes on empty tables, and stops on any row."""

from __future__ import annotations

from alembic_proof.checks.safety.falls import at_fall, falls, is_cast, on_any_row, way_out
from alembic_proof.effects import Fall
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="data/fails-on-any-row",
    severity=Severity.ERROR,
    summary="An upgrade stops as soon as the table holds a row.",
    why="It passes every test on an empty database, and stops the deployment.",
    way_out="give a new NOT NULL column a server_default, or add it nullable, fill it, and make it NOT NULL later",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.add_column("account", sa.Column("region", sa.Text, nullable=False))
""",
        good=(
            """\
op.add_column("account", sa.Column("region", sa.Text, nullable=False, server_default="eu"))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Revisions that stop on the plainest rows; casts have a rule of their own."""
    return [
        at_fall(RULE, evidence, passage, fall, RULE.severity, _way_out(fall))
        for passage, fall in falls(evidence)
        if on_any_row(fall) and not is_cast(fall)
    ]


def _way_out(fall: Fall) -> str:
    """On any row it is a new column that is NULL, and no row that could be mended."""
    return RULE.way_out if fall.sqlstate == "23502" else way_out(fall, RULE.way_out)
