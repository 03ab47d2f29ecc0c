"""`data/drops-column`: a column is gone, and its values with it."""

from __future__ import annotations

from collections.abc import Iterator

from alembic_proof.checks.safety.catalog import Changed, changed, column_in_use, in_use
from alembic_proof.checks.safety.culprit import at_culprit, culprit, mentions, name_of
from alembic_proof.checks.safety.losses import VALUES_GONE, accepted, counted, lost, was_seen
from alembic_proof.checks.safety.words import short
from alembic_proof.effects import Change
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="data/drops-column",
    severity=Severity.ERROR,
    summary="A column is dropped with its values.",
    why="No downgrade brings the values back.",
    way_out="drop it a release after the last code that uses it, when what is worth keeping is elsewhere, "
    "and say so: # alembic-proof: loses TABLE.COLUMN: reason",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("nick", sa.Text))
""",
        bad="""\
op.drop_column("account", "nick")
""",
        good=(
            """\
# alembic-proof: loses account.nick: nobody has written one since 2.3
# alembic-proof: accept compat/drops-what-is-used on public.account.nick: no code has used it since 2.3
op.drop_column("account", "nick")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each column of a table that stays."""
    return [
        _finding(evidence, passage, table, column, change)
        for passage in evidence.measured.passages
        for table, column, change in (*_seen(passage), *_unseen(evidence, passage, changed(evidence, passage)))
        if column_in_use(evidence, passage, table, column)
    ]


# table, column, and the change where it was seen
Dropped = tuple[str, str, Change | None]


def _seen(passage: Passage) -> Iterator[Dropped]:
    """Columns whose values went; there may be another one of their name."""
    for change in passage.changes:
        if change.stage == "upgrade" and change.how == VALUES_GONE:
            yield from ((change.table, column, change) for column in change.columns)


def _unseen(evidence: Evidence, passage: Passage, catalog: Changed) -> Iterator[Dropped]:
    """Columns that a statement drops from a table that held no row to be seen."""
    for fact in catalog.gone("column"):
        table = fact.parent or ""
        known = was_seen(evidence, passage, table) or catalog.table_is_gone(table) or fact.payload.get("generated")
        if not known and in_use(passage, table) and _is_dropped(passage, catalog, table, name_of(fact.identity)):
            yield table, fact.identity.removeprefix(f"{table}."), None


def _is_dropped(passage: Passage, catalog: Changed, table: str, name: str) -> bool:
    found = _statement(passage, table, name)
    return found is not None and mentions(found.sql, "DROP") and not catalog.is_renamed(table, name)


def _statement(passage: Passage, table: str, name: str) -> Statement | None:
    return culprit(passage, table, ("ALTER TABLE",), name, "DROP")


def _finding(evidence: Evidence, passage: Passage, table: str, column: str, change: Change | None) -> Finding:
    identity = f"{table}.{column}"
    details: tuple[str, ...] = ()
    if change is not None:
        details = (f"{counted(change.count, 'measured row')} had a value that is gone", *lost(change.samples))
    return at_culprit(
        RULE,
        evidence,
        passage,
        _statement(passage, table, name_of(identity)),
        f"{short(identity)} is dropped, with all its values",
        object=identity,
        details=details,
        accepted=accepted(evidence, passage, table, column),
    )
