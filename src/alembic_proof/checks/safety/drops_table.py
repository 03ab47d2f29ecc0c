"""`data/drops-table`: a table that was in use is gone, and its rows with it."""

from __future__ import annotations

from alembic_proof.checks.safety.catalog import changed, in_use
from alembic_proof.checks.safety.culprit import at_culprit, culprit, name_of, tag_of
from alembic_proof.checks.safety.losses import VALUES_GONE, accepted, was_seen
from alembic_proof.checks.safety.words import short
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="data/drops-table",
    severity=Severity.ERROR,
    summary="A table is dropped with its rows.",
    why="No downgrade brings the rows back.",
    way_out="drop it a release after the last code that uses it, when what is worth keeping is elsewhere, "
    "and say so: # alembic-proof: loses TABLE: reason",
    example=Example(
        given="""\
op.create_table("purchase_archive", sa.Column("id", sa.Integer, primary_key=True), sa.Column("note", sa.Text))
""",
        bad="""\
op.drop_table("purchase_archive")
""",
        good=(
            """\
# alembic-proof: loses purchase_archive: exported in May, and no code has used it since 2.4
# alembic-proof: accept compat/drops-what-is-used on public.purchase_archive: no code has used it since 2.4
op.drop_table("purchase_archive")
""",
        ),
    ),
)
TAGS = ("DROP TABLE", "DROP SCHEMA", "DROP OWNED")


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each table."""
    return [
        at_culprit(
            RULE,
            evidence,
            passage,
            found,
            f"{short(table)} is dropped, with all its rows",
            object=table,
            accepted=accepted(evidence, passage, table),
        )
        for passage in evidence.measured.passages
        for table, found in _dropped(evidence, passage)
    ]


def _dropped(evidence: Evidence, passage: Passage) -> list[tuple[str, Statement | None]]:
    """Tables whose rows were seen to go, and those that a statement drops and that held no row to be seen."""
    seen = {c.table for c in passage.changes if c.stage == "upgrade" and c.how == VALUES_GONE}
    tables = [f.identity for f in changed(evidence, passage).gone("table") if in_use(passage, f.identity)]
    found = [(t, culprit(passage, t, TAGS, name_of(t))) for t in tables]
    return [(t, s) for t, s in found if t in seen or (not was_seen(evidence, passage, t) and _drops(s))]


def _drops(statement: Statement | None) -> bool:
    return statement is not None and tag_of(statement).startswith(TAGS)
