"""Pieces of SQL that several kinds share: literals, options, owners, grants, comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from alembic_proof.snapshot import Fact

OWNER = "(owner)"
# kinds whose statements call them otherwise than the facts do
WORDS = {
    "composite type": "TYPE",
    "enum": "TYPE",
    "range": "TYPE",
    "base type": "TYPE",
    "foreign-data wrapper": "FOREIGN DATA WRAPPER",
    "foreign server": "SERVER",
    "language": "LANGUAGE",
}
_GRANTED_AS = {
    "foreign table": "TABLE",
    "view": "TABLE",
    "materialized view": "TABLE",
    "enum": "TYPE",
    "domain": "TYPE",
    "foreign server": "FOREIGN SERVER",
    "aggregate": "FUNCTION",
}
_GRANT = re.compile(
    r"(?P<revoked>revoked )?(?P<who>.*)=(?P<what>[A-Z_,]+)(?P<option> with grant option)?(?: by (?P<by>.*))?", re.DOTALL
)


def word(kind: str) -> str:
    """The kind as a statement calls it, such as `MATERIALIZED VIEW`."""
    return WORDS.get(kind, kind.upper())


def literal(text: object) -> str:
    """A string literal, whatever the text."""
    escaped = str(text).replace("'", "''")
    return f"E'{escaped}'".replace("\\", "\\\\") if "\\" in escaped else f"'{escaped}'"


def last(identity: str) -> str:
    """The name of a table's part, `"odd.name"` of `public.job."odd.name"`."""
    return split(identity)[-1]


def split(identity: str) -> list[str]:
    """A qualified name in its parts, each still quoted."""
    return [match[0] for match in re.finditer(r'"(?:[^"]|"")*"|[^."]+', identity)]


def unquoted(name: str) -> str:
    """One name as the catalog has it."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def options(items: Iterable[str]) -> str:
    """`name=value` items of a WITH or SET clause."""
    pairs = (item.partition("=") for item in items)
    return ", ".join(f"{name}={_plain(value)}" for name, _, value in pairs)


def _plain(value: str) -> str:
    return value if re.fullmatch("[A-Za-z0-9_]+", value) else literal(value)


def foreign_options(items: Iterable[str]) -> str:
    """`name=value` items of an OPTIONS clause."""
    pairs = (item.partition("=") for item in items)
    return ", ".join(f"{quoted(name)} {literal(value)}" for name, _, value in pairs)


_LONGEST = 63


def automatic(table: str, column: str, label: str) -> str:
    """The name that Postgres makes of these: the longer part is cut first, and no character is cut in two."""
    parts = [table.encode(), column.encode()]
    room = _LONGEST - len(label) - 2
    sizes = [len(part) for part in parts]
    while sum(sizes) > room:
        sizes[sizes[0] <= sizes[1]] -= 1
    cut = (part[:size].decode(errors="ignore") for part, size in zip(parts, sizes, strict=True))
    return "_".join([*cut, label])


def quoted(name: str) -> str:
    """As an identifier, with quotes whether it needs them or not."""
    return '"' + name.replace('"', '""') + '"'


def role(name: str) -> str:
    """A role in a statement; the owner of everything is whoever runs it."""
    return "CURRENT_USER" if name == OWNER else name


def owner(fact: Fact, name: str | None = None) -> list[str]:
    """ALTER ... OWNER TO, where it is not whoever runs the statements."""
    who = fact.payload.get("owner", OWNER)
    return [] if who == OWNER else [f"ALTER {word(fact.kind)} {name or fact.identity} OWNER TO {who}"]


def comment(on: str, name: str, text: str | None) -> list[str]:
    """COMMENT ON, where there is one."""
    return [] if text is None else [f"COMMENT ON {on} {name} IS {literal(text)}"]


def grants(kind: str, name: str, entries: Iterable[str] | None, column: str | None = None) -> list[str]:
    """GRANT and REVOKE of what differs from the defaults; revoked first, since it may take more than is meant."""
    on = f"ON {_GRANTED_AS.get(kind, word(kind))} {name}"
    return grant_statements(entries, on, column)


def grant_statements(entries: Iterable[str] | None, on: str, column: str | None = None, before: str = "") -> list[str]:
    """The statements of a list of grants; `before` is what comes ahead of GRANT."""
    matches = [m for m in (_GRANT.fullmatch(entry) for entry in entries or ()) if m]
    # what another role granted on comes after its own grant option
    ordered = sorted(matches, key=lambda m: (m["revoked"] is None, m["by"] is not None))
    return [s for match in ordered for s in _as(match["by"], _grant(match, on, column, before))]


def _as(role_: str | None, statement: str) -> list[str]:
    return [f"SET ROLE {role_}", statement, "RESET ROLE"] if role_ not in (None, OWNER) else [statement]


def _grant(match: re.Match[str], on: str, column: str | None, before: str) -> str:
    what = ", ".join(f"{p} ({column})" if column else p for p in match["what"].split(","))
    if match["revoked"]:
        return f"{before}REVOKE {what} {on} FROM {role(match['who'])}"
    option = " WITH GRANT OPTION" if match["option"] else ""
    return f"{before}GRANT {what} {on} TO {role(match['who'])}{option}"


def usual(fact: Fact, name: str | None = None) -> list[str]:
    """What most kinds have besides their definition: owner, grants, comment."""
    called = name or fact.identity
    return [
        *owner(fact, called),
        *grants(fact.kind, called, fact.payload.get("grants")),
        *comment(word(fact.kind), called, fact.payload.get("comment")),
    ]


def clauses(payload: Mapping[str, object], names: Mapping[str, str]) -> str:
    """` WORD value` for each attribute that is there."""
    return "".join(f" {text} {payload[name]}" for name, text in names.items() if payload.get(name) is not None)
