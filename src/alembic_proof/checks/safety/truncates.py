"""`data/truncates`: every row of a table is deleted."""

from __future__ import annotations

from alembic_proof.checks.safety.culprit import at_culprit, mentions, name_of
from alembic_proof.checks.safety.emptied import emptied
from alembic_proof.checks.safety.losses import accepted
from alembic_proof.checks.safety.words import short
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Statement

RULE = Rule(
    name="data/truncates",
    severity=Severity.ERROR,
    summary="All rows of a table are deleted.",
    why="No downgrade brings them back; TRUNCATE also stops every reader, and CASCADE empties what refers to it.",
    way_out="delete with a WHERE, in batches, what is to go; if all is to go, say so: "
    "# alembic-proof: loses TABLE: reason",
    example=Example(
        given="""\
op.create_table("account_cache", sa.Column("id", sa.Integer, primary_key=True), sa.Column("body", sa.Text))
""",
        bad="""\
op.execute("DELETE FROM account_cache")
""",
        good=(
            """\
# alembic-proof: loses account_cache: the application fills it again
op.execute("DELETE FROM account_cache")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each table, also for those that CASCADE or a foreign key emptied."""
    return [
        at_culprit(
            RULE,
            evidence,
            passage,
            found,
            _says(change.table, found),
            object=change.table,
            accepted=accepted(evidence, passage, change.table),
        )
        for passage, change, found in emptied(evidence, whole=True)
    ]


def _says(table: str, found: Statement | None) -> str:
    if found is not None and not mentions(found.sql, name_of(table)):
        return f"all rows of {short(table)} that the statement does not name are deleted with what they refer to"
    return f"all rows of {short(table)} are deleted"
