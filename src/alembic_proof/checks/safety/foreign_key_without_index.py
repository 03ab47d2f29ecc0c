"""`schema/foreign-key-without-index`: a new foreign key has no index on its own columns."""

from __future__ import annotations

import re

from alembic_proof.checks.safety.catalog import Changed, changed, in_use
from alembic_proof.checks.safety.culprit import at_culprit, culprit, name_of
from alembic_proof.checks.safety.words import short
from alembic_proof.effects import Index
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.snapshot import Fact
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="schema/foreign-key-without-index",
    severity=Severity.WARNING,
    summary="A foreign key is added to a table in use, and no index begins with its columns.",
    why="Whenever a row is deleted on the other side, or its key changes, the server reads this whole table, row by "
    "row, to see who refers to it. Postgres makes the index on the other side only.",
    way_out="build one on the columns, in an autocommit_block(): op.create_index(…, postgresql_concurrently=True)",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
op.create_table("purchase", sa.Column("id", sa.Integer, primary_key=True), sa.Column("account_id", sa.Integer))
""",
        bad="""\
op.create_foreign_key(
    "purchase_account_fk", "purchase", "account", ["account_id"], ["id"], postgresql_not_valid=True
)
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.drop_index("purchase_account", "purchase", postgresql_concurrently=True, if_exists=True)
    op.create_index("purchase_account", "purchase", ["account_id"], postgresql_concurrently=True)
""",
            """\
op.create_foreign_key(
    "purchase_account_fk", "purchase", "account", ["account_id"], ["id"], postgresql_not_valid=True
)
""",
        ),
    ),
)
_COLUMNS = re.compile(r"^FOREIGN KEY \((.*?)\) REFERENCES")
_SEARCHED = ("btree", "hash")


def judge(evidence: Evidence) -> list[Finding]:
    """New foreign keys of tables in use, of which also no later revision under test makes an index."""
    passages = evidence.measured.passages
    found = []
    for number, passage in enumerate(passages):
        changes = changed(evidence, passage)
        for key in changes.added:
            columns = _columns(key) if _is_new(changes, key) else ()
            if columns and passage.ok and not _served(passages[number:], key.parent, columns):
                found.append(_finding(evidence, passage, key, columns))
    return found


def _is_new(changes: Changed, key: Fact) -> bool:
    """A constraint that was not there, of a table that was; those of partitions follow from it."""
    table = key.parent or ""
    new = key.kind == "constraint" and key.key not in changes.before and not key.payload.get("inherited")
    return new and in_use(changes.passage, table) and not changes.is_new("table", table)


def _finding(evidence: Evidence, passage: Passage, key: Fact, columns: tuple[str, ...]) -> Finding:
    table = key.parent or ""
    message = f"no index of {short(table)} begins with {', '.join(columns)}, which {name_of(key.identity)} refers by"
    statement = culprit(passage, table, ("ALTER TABLE",), "REFERENCES", *columns)
    return at_culprit(RULE, evidence, passage, statement, message, object=key.identity)


def _columns(key: Fact) -> tuple[str, ...]:
    found = _COLUMNS.match(str(key.payload.get("definition")))
    return tuple(found[1].split(", ")) if found else ()


def _served(passages: tuple[Passage, ...], table: str | None, columns: tuple[str, ...]) -> bool:
    """By an index whose first columns these are, in any order."""
    indexes = [i for p in passages for i in p.indexes if i.table == table]
    return any(_serves(index, columns) for index in indexes)


def _serves(index: Index, columns: tuple[str, ...]) -> bool:
    return index.valid and index.method in _SEARCHED and set(index.columns[: len(columns)]) == set(columns)
