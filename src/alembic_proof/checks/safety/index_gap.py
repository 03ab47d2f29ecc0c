"""`lock/index-gap`: for a while queries have neither the old index nor the new one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alembic_proof.checks.safety.catalog import Changed, changed, in_use
from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.culprit import mentions, name_of, tag_of
from alembic_proof.checks.safety.words import short
from alembic_proof.effects import Index
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.snapshot import Fact
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="lock/index-gap",
    severity=Severity.WARNING,
    summary="An old index is dropped, and that is committed, before the new one in its place is built.",
    why="Until the new one is there, for minutes on a large table, every query that used the old one reads all rows.",
    way_out="build the new index first, under another name; drop the old one when it is there",
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.Text),
    sa.Column("region", sa.Text),
)
op.create_index("account_email", "account", ["email"])
""",
        bad="""\
with op.get_context().autocommit_block():
    op.drop_index("account_email", "account", postgresql_concurrently=True)  # here
    op.create_index("account_email_region", "account", ["email", "region"], postgresql_concurrently=True)
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_email_region", "account", postgresql_concurrently=True, if_exists=True)
    op.create_index("account_email_region", "account", ["email", "region"], postgresql_concurrently=True)
""",
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_email", "account", postgresql_concurrently=True, if_exists=True)
""",
        ),
    ),
)
_FIRST_KEY = re.compile(r' USING \w+ \(("(?:[^"]|"")+"|\w+)')
_DROPPING = ("DROP INDEX", "ALTER TABLE")


def judge(evidence: Evidence) -> list[Finding]:
    """Old indexes that are gone, and whose place another takes in a later transaction."""
    found = []
    for passage in evidence.measured.passages:
        changes = changed(evidence, passage)
        for old in changes.before.values():
            new = _successor(changes, old)
            pair = new and _in_between(passage, old, new)
            if new and pair and in_use(passage, old.parent):
                found.append(_finding(evidence, passage, old, new, *pair))
    return found


def _finding(
    evidence: Evidence, passage: Passage, old: Fact, new: Index, dropping: Statement, building: Statement
) -> Finding:
    message = (
        f"{short(old.identity)} is dropped before {short(new.name)} takes its place: "
        f"until then {short(new.table)} has no index on {new.columns[0]}"
    )
    details = (f"built at line {building.line}",) if building.line else ()
    return at_statement(RULE, evidence, passage, dropping, message, object=old.identity, details=details)


def _successor(changes: Changed, old: Fact) -> Index | None:
    """An index that the revision makes, beginning with the same column; no other one may serve it meanwhile."""
    first = _FIRST_KEY.search(str(old.payload.get("definition"))) if old.kind == "index" else None
    if first is None:
        return None
    same = [i for i in changes.passage.indexes if i.table == old.parent and i.columns[:1] == (first[1],)]
    made = [i for i in same if ("index", i.name) in changes.after]
    return made[0] if made and len(made) == len(same) else None


def _in_between(passage: Passage, old: Fact, new: Index) -> tuple[Statement, Statement] | None:
    """The statement that drops the old one, and a later one, in another transaction, that builds the new one."""
    dropping = next(_naming(passage, _DROPPING, old.identity), None)
    if dropping is None or dropping.effects is None:
        return None
    for statement in passage.statements[passage.statements.index(dropping) + 1 :]:
        effects = statement.effects
        if (
            effects
            and effects.transaction != dropping.effects.transaction
            and new.name
            in (
                *effects.built,
                *effects.rebuilt,
            )
        ):
            return dropping, statement
    return None


def _naming(passage: Passage, tags: tuple[str, ...], identity: str) -> Iterator[Statement]:
    return (s for s in passage.statements if tag_of(s).startswith(tags) and mentions(s.sql, name_of(identity)))
