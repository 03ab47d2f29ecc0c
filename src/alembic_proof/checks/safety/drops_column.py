"""`data/drops-column`: a column is gone, and its values with it."""

from __future__ import annotations

from collections.abc import Iterator

from alembic_proof.checks.safety.catalog import Changed, changed, in_use
from alembic_proof.checks.safety.culprit import at_culprit, culprit, mentions, name_of
from alembic_proof.checks.safety.losses import VALUES_GONE, accepted, counted, shown, was_seen
from alembic_proof.checks.safety.words import short
from alembic_proof.effects import Change
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.snapshot import Fact
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
        _finding(evidence, passage, fact, change)
        for passage in evidence.measured.passages
        for fact, change in _dropped(evidence, passage, changed(evidence, passage))
    ]


def _dropped(evidence: Evidence, passage: Passage, catalog: Changed) -> Iterator[tuple[Fact, Change | None]]:
    """Columns whose values were seen to go, and those that a statement drops and that held none to be seen."""
    gone = [c for c in passage.changes if c.stage == "upgrade" and c.how == VALUES_GONE]
    for fact in catalog.gone("column"):
        table = fact.parent or ""
        if not in_use(passage, table) or catalog.table_is_gone(table) or fact.payload.get("generated"):
            continue
        change = next((c for c in gone if fact.identity in [f"{c.table}.{n}" for n in c.columns]), None)
        if change is not None or (not was_seen(evidence, passage, table) and _is_dropped(passage, catalog, fact)):
            yield fact, change


def _is_dropped(passage: Passage, catalog: Changed, fact: Fact) -> bool:
    table, name = fact.parent or "", name_of(fact.identity)
    found = _statement(passage, fact)
    return found is not None and mentions(found.sql, "DROP") and not catalog.is_renamed(table, name)


def _statement(passage: Passage, fact: Fact) -> Statement | None:
    return culprit(passage, fact.parent or "", ("ALTER TABLE",), name_of(fact.identity), "DROP")


def _finding(evidence: Evidence, passage: Passage, fact: Fact, change: Change | None) -> Finding:
    details: tuple[str, ...] = ()
    if change is not None:
        details = (f"{counted(change.count, 'measured row')} had a value that is gone", *shown(change.samples))
    return at_culprit(
        RULE,
        evidence,
        passage,
        _statement(passage, fact),
        f"{short(fact.identity)} is dropped, with all its values",
        object=fact.identity,
        details=details,
        accepted=accepted(evidence, passage, fact.parent or "", fact.identity.removeprefix(f"{fact.parent}.")),
    )
