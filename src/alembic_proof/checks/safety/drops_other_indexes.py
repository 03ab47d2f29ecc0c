"""`lock/drops-other-indexes`: dropping a column takes indexes with it that serve other columns, too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alembic_proof.checks.safety.catalog import Changed, changed, in_use
from alembic_proof.checks.safety.culprit import at_culprit, culprit, name_of
from alembic_proof.checks.safety.words import short
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.snapshot import Fact
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/drops-other-indexes",
    severity=Severity.WARNING,
    summary="Dropping a column silently drops an index of several columns.",
    why="The index served queries on the other columns as well; from then on they read the table whole.",
    way_out="build the index of the columns that stay, concurrently and before; drop the old one concurrently; "
    "then drop the column",
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.Text),
    sa.Column("region", sa.Text),
)
op.create_index("account_email_region", "account", ["email", "region"])
""",
        bad="""\
op.drop_column("account", "region")
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_email", "account", postgresql_concurrently=True, if_exists=True)
    op.create_index("account_email", "account", ["email"], postgresql_concurrently=True)
""",
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_email_region", "account", postgresql_concurrently=True, if_exists=True)
""",
            """\
op.drop_column("account", "region")
""",
        ),
    ),
)
_KEYS = re.compile(r" USING \w+ \((.*?)\)(?: INCLUDE| NULLS| WITH| TABLESPACE| WHERE|$)")


def judge(evidence: Evidence) -> list[Finding]:
    """Indexes that went with a column, and that nothing named."""
    return [finding for passage in evidence.measured.passages for finding in _of(evidence, changed(evidence, passage))]


def _of(evidence: Evidence, changes: Changed) -> Iterator[Finding]:
    passage = changes.passage
    for index in changes.gone("index"):
        columns = _columns_gone(changes, index)
        if columns and in_use(passage, index.parent) and _serves_others(index, columns):
            column = next(iter(sorted(columns)))
            statement = culprit(passage, index.parent or "", ("ALTER TABLE",), column)
            if statement is None or any(name_of(index.identity) in s.sql for s in passage.statements):
                continue
            message = (
                f"dropping {short(index.parent or '')}.{column} drops {short(index.identity)}, too, {_keys(index)}"
            )
            yield at_culprit(RULE, evidence, passage, statement, message, object=index.identity)


def _columns_gone(changes: Changed, index: Fact) -> set[str]:
    """Columns of its table that were dropped, and of which it speaks; not where the whole table was."""
    if changes.table_is_gone(index.parent or "") or index.payload.get("constraint"):
        return set()
    names = {name_of(f.identity) for f in changes.gone("column") if f.parent == index.parent}
    return {n for n in names if re.search(rf'\W"?{re.escape(n)}"?\W', _definition(index))}


def _definition(index: Fact) -> str:
    return str(index.payload.get("definition"))


def _keys(index: Fact) -> str:
    found = _KEYS.search(_definition(index))
    return f"an index on ({found[1]})" if found else _definition(index)


def _serves_others(index: Fact, dropped: set[str]) -> bool:
    """Whether one of its keys is a column that stays."""
    found = _KEYS.search(_definition(index))
    keys = [key.strip() for key in found[1].split(",")] if found else []
    return any(not any(re.search(rf'(?<!\w)"?{re.escape(n)}"?(?!\w)', key) for n in dropped) for key in keys)
