"""`data/fails-on-some-rows`: whether the upgrade passes depends on what the rows are."""

from __future__ import annotations

from alembic_proof.checks.safety.falls import at_fall, falls, is_cast, on_any_row, way_out
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="data/fails-on-some-rows",
    severity=Severity.WARNING,
    summary="An upgrade stops on rows that the old schema allows.",
    why="Whether production holds such a row is known when the deployment stops, unless somebody looks before.",
    way_out="mend the rows before the statement that stops on them; a CHECK or a foreign key can be added NOT VALID, "
    "and validated when the rows are mended",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.create_check_constraint("ck_account_email", "account", "length(email) < 20")
""",
        good=(
            """\
op.create_check_constraint("ck_account_email", "account", "length(email) < 20", postgresql_not_valid=True)
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Revisions that pass on plain rows; casts have a rule of their own."""
    return [
        at_fall(RULE, evidence, passage, fall, RULE.severity, way_out(fall, RULE.way_out))
        for passage, fall in falls(evidence)
        if not on_any_row(fall) and not is_cast(fall)
    ]
