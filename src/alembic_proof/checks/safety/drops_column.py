"""`data/drops-column`: a column is gone, and its values with it."""

from __future__ import annotations

from collections.abc import Iterator

from alembic_proof.checks.safety.catalog import Changed, changed, column_of, in_use
from alembic_proof.checks.safety.culprit import at_culprit, culprit, mentions, name_of
from alembic_proof.checks.safety.losses import VALUES_GONE, counted, shown
from alembic_proof.checks.safety.words import short
from alembic_proof.effects import Change
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.snapshot import Fact
from alembic_proof.trace import Evidence, Passage

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
        _finding(evidence, passage, fact, change)
        for passage in evidence.measured.passages
        for fact, change in _dropped(passage, changed(evidence, passage))
    ]


def _dropped(passage: Passage, catalog: Changed) -> Iterator[tuple[Fact, Change | None]]:
    """Columns of which the values were seen to go, and those without a value that a statement drops."""
    gone = [c for c in passage.changes if c.stage == "upgrade" and c.how == VALUES_GONE]
    for fact in catalog.gone("column"):
        table, name = fact.parent or "", name_of(fact.identity)
        if not in_use(passage, table) or catalog.table_is_gone(table) or fact.payload.get("generated"):
            continue
        change = next((c for c in gone if c.table == table and _has(c, table, fact)), None)
        if change is not None or (_is_named(passage, table, name) and not catalog.is_renamed(table, name)):
            yield fact, change


def _has(change: Change, table: str, fact: Fact) -> bool:
    return any(fact.identity in (column_of(table, c), f"{table}.{c}") for c in change.columns)


def _is_named(passage: Passage, table: str, name: str) -> bool:
    found = culprit(passage, table, ("ALTER TABLE",), name, "DROP")
    return found is not None and mentions(found.sql, name) and mentions(found.sql, "DROP")


def _finding(evidence: Evidence, passage: Passage, fact: Fact, change: Change | None) -> Finding:
    table, name = fact.parent or "", name_of(fact.identity)
    found = culprit(passage, table, ("ALTER TABLE",), name, "DROP")
    details: tuple[str, ...] = ()
    if change is not None:
        own = tuple(v for v in change.samples if v.column in (name, fact.identity.rpartition(".")[2]))
        details = (f"{counted(change.count, 'measured row')} had a value that is gone", *shown(own))
    message = f"{short(fact.identity)} is dropped, with all its values"
    return at_culprit(RULE, evidence, passage, found, message, object=fact.identity, details=details)
