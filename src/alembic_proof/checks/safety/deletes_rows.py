"""`data/deletes-rows`: some rows of a table are gone after the upgrade."""

from __future__ import annotations

from alembic_proof.checks.safety.culprit import at_culprit
from alembic_proof.checks.safety.emptied import emptied
from alembic_proof.checks.safety.losses import accepted, counted, shown
from alembic_proof.checks.safety.words import short
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="data/deletes-rows",
    severity=Severity.WARNING,
    summary="Rows are deleted.",
    why="No downgrade brings them back, and on production's rows the condition may hold for more than was thought.",
    way_out="keep a copy of what goes, or say that it may: # alembic-proof: loses TABLE: reason",
    example=Example(
        given="""\
op.create_table("purchase", sa.Column("id", sa.Integer, primary_key=True), sa.Column("note", sa.Text))
""",
        bad="""\
op.execute("DELETE FROM purchase WHERE note IS NOT NULL")
""",
        good=(
            """\
# alembic-proof: loses purchase: those with a note came from the first test, and are billed nowhere
op.execute("DELETE FROM purchase WHERE note IS NOT NULL")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each table."""
    return [
        at_culprit(
            RULE,
            evidence,
            passage,
            found,
            f"rows of {short(change.table)} are deleted: {counted(change.count, 'of the measured row')}",
            object=change.table,
            details=shown(change.samples),
            accepted=accepted(evidence, passage, change.table),
        )
        for passage, change, found in emptied(evidence, whole=False)
    ]
