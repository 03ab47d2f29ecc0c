"""A small look at a statement's text, for what no measurement says: which of its clauses did it."""

from __future__ import annotations

import re

from alembic_proof.effects import Effects, strength

_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_TEXTS = re.compile(r"'(?:[^']|'')*'")
_HIDING = ("DO", "CALL")
# a query has the tag SELECT; of all that it may call, only a function takes more than this
_QUERY = ("SELECT", "WITH", "VALUES", "TABLE")
_MOST = strength("RowExclusiveLock")
# command tags of more than one word
_LONG = ("REFRESH MATERIALIZED VIEW", "CREATE MATERIALIZED VIEW", "CREATE TABLE AS")
_TWO = ("ALTER", "CREATE", "DROP", "TRUNCATE", "LOCK")


def command(effects: Effects) -> str:
    """The command, such as `ALTER TABLE`; without the number of rows, or a name where the driver gives no tag."""
    words = effects.tag.upper().split()
    long = next((known for known in _LONG if " ".join(words).startswith(known)), None)
    return long or " ".join(words[: 2 if words[:1] and words[0] in _TWO else 1])


def hides(effects: Effects) -> bool:
    """Whether what was run stands in a block or in a function, not in the statement."""
    name = command(effects)
    if name not in _QUERY:
        return name in _HIDING
    strong = any(lock.taken and strength(lock.mode) > _MOST for lock in effects.locks if lock.kind != "sequence")
    return strong or bool(effects.rewritten or effects.built or (name == "SELECT" and effects.rows))


def plain(sql: str) -> str:
    """In capitals, with single spaces; without comments, and texts are empty unless they are run."""
    text = _COMMENTS.sub(" ", sql)
    kept = text if re.match(r"\s*(DO|EXECUTE)\b", text, re.IGNORECASE) else _TEXTS.sub("''", text)
    return " ".join(kept.upper().split())


def says(sql: str, pattern: str) -> bool:
    """Whether these clauses stand in a statement."""
    return re.search(pattern, plain(sql)) is not None


def names(sql: str, identity: str) -> bool:
    """Whether a statement speaks of a column or a constraint, by its last name."""
    quoted = re.search(r'\.("(?:[^"]|"")+"|[^."]+)$', identity)
    name = (quoted[1] if quoted else identity).strip('"')
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql, re.IGNORECASE) is not None
