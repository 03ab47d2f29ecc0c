"""Which statement of a measured revision did something to a table: by what it locked, its tag, and the names in it."""

from __future__ import annotations

import re
from typing import Any

from alembic_proof.checks.common import at_revision
from alembic_proof.checks.drift.address import parts
from alembic_proof.checks.safety.common import at_statement
from alembic_proof.findings import Finding, Rule
from alembic_proof.trace import Evidence, Passage, Statement


def name_of(identity: str) -> str:
    """The last name of an identity, without quotes."""
    return parts(identity)[-1]


def mentions(text: str, name: str) -> bool:
    """Whether an identifier stands in a text of SQL, quoted or not."""
    return re.search(rf'(?<![\w$])"?{re.escape(name)}"?(?![\w$])', text, re.IGNORECASE) is not None


def culprit(
    passage: Passage, table: str, tags: tuple[str, ...], *words: str, names: tuple[str, ...] = ()
) -> Statement | None:
    """The statement on a table, or on something of these names, with one of the tags and most of the words.

    Of equals the last: what is in the end, it left so.
    """
    ranked = [
        (_rank(s, table, tags, words), s)
        for s in passage.statements
        if _touches(s, table) or any(mentions(s.sql, name) for name in names)
    ]
    best = max((rank for rank, _ in ranked), default=None)
    return next((s for rank, s in reversed(ranked) if rank == best), None)


def tag_of(statement: Statement) -> str:
    """The command tag; of what was not measured, the beginning of the text."""
    said = statement.effects.tag if statement.effects else ""
    return (said or " ".join(statement.sql.split()[:2])).upper()


def _touches(statement: Statement, table: str) -> bool:
    effects = statement.effects
    if effects is not None and (table in effects.tables or any(t.table == table for t in effects.rows)):
        return True
    return mentions(statement.sql, name_of(table))


def _rank(statement: Statement, table: str, tags: tuple[str, ...], words: tuple[str, ...]) -> tuple[int, ...]:
    """By tag, by names, by the table's own, then by key words, which are in capitals.

    A `DO` block has a tag of its own. A lock alone may be held since an earlier statement.
    """
    tag = tag_of(statement)
    tagged = 2 if tag.startswith(tags) else 1 if tag.startswith("DO") else 0
    said = [w for w in words if mentions(statement.sql, w)]
    wrote = statement.effects is not None and any(t.table == table for t in statement.effects.rows)
    named = int(wrote or mentions(statement.sql, name_of(table)))
    return tagged, sum(not w.isupper() for w in said), named, sum(w.isupper() for w in said)


def at_culprit(
    rule: Rule, evidence: Evidence, passage: Passage, found: Statement | None, message: str, **more: Any
) -> Finding:
    """A finding at a statement, or, where none is known, at the definition of upgrade()."""
    if found is None:
        return at_revision(rule, evidence, passage.revision, "upgrade", message, **more)
    return at_statement(rule, evidence, passage, found, message, **more)
