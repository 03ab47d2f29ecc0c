"""What the rules on rows that are gone share: which statement took them, all or some."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alembic_proof.checks.safety.culprit import culprit, tag_of
from alembic_proof.checks.safety.drops_first import made_again
from alembic_proof.checks.safety.losses import ROWS_GONE, upgraded
from alembic_proof.effects import Change
from alembic_proof.trace import Evidence, Passage, Statement

TAGS = ("TRUNCATE", "DELETE")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def emptied(evidence: Evidence, *, whole: bool) -> Iterator[tuple[Passage, Change, Statement | None]]:
    """Tables whose rows went: all of them, whatever they are, or some."""
    for passage, change in upgraded(evidence, ROWS_GONE):
        if made_again(evidence, passage, change.table) is None:
            found = _took(passage, change.table)
            if whole is _takes_all(found):
                yield passage, change, found


def _took(passage: Passage, table: str) -> Statement | None:
    """The statement by which rows were counted as deleted; TRUNCATE counts none."""
    counted = [
        s for s in passage.statements if s.effects and any(t.table == table and t.deleted for t in s.effects.rows)
    ]
    return counted[0] if counted else culprit(passage, table, TAGS)


def _takes_all(statement: Statement | None) -> bool:
    if statement is None:
        return False
    tag = tag_of(statement)
    if tag.startswith("TRUNCATE"):
        return True
    return tag.startswith("DELETE") and not has_condition(statement.sql)


def has_condition(sql: str) -> bool:
    """Whether a statement says WHERE, outside of comments."""
    return re.search(r"\bWHERE\b|\bUSING\b|\bJOIN\b", _COMMENT.sub(" ", sql), re.IGNORECASE) is not None
