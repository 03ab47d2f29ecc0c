"""Mermaid: the changed tables and their neighbours as an `erDiagram`.

Its grammar says few names: those of tables are labels of made-up ids, in which, as in columns and types, every other
character becomes `_`. What it stands for is said in the comment of the column, as far as a comment can say it, and in
`spelt` for tables. Nothing of a name is read as a directive, a direction, an entity code or the end of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from alembic_proof.picture import ADDED, CHANGED, REMOVED, RENAMED, SAME, Column, Picture, Reference, Table
from alembic_proof.render.text import visible

TABLES = 25
CHARACTERS = 20_000
_HOPS = 1
_COLUMNS = 30
_LONG = 70
_STYLES = {
    ADDED: "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
    REMOVED: "fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-dasharray:5 5",
    CHANGED: "fill:#fff8c5,stroke:#9a6700,color:#1f2328",
    RENAMED: "fill:#ddf4ff,stroke:#0969da,color:#1f2328",
}
_KEYS = ("PK", "FK", "UK")
_SHORT = (("timestamp with time zone", "timestamptz"), ("character varying", "varchar"), (" without time zone", ""))


def mermaid_text(picture: Picture) -> str:
    """The whole text, however long; empty where no table is near the change."""
    tables = near(picture)
    ids = {t.identity: f"t{number}" for number, t in enumerate(tables, 1)}
    lines = [f'{ids[t.identity]}["{_title(t, name)}"]{_class(t)}{_body(t)}' for t, name in _labels(tables)]
    references = [_reference(r, ids) for r in picture.references if r.table in ids and r.target in ids]
    used = [
        f"classDef {change} {style}" for change, style in _STYLES.items() if any(t.change == change for t in tables)
    ]
    told = [line for text in (*used, *lines, *references) for line in text.split("\n")]
    return "\n".join(["erDiagram", *(f"  {line}" for line in told)]) + "\n" if tables else ""


def near(picture: Picture) -> tuple[Table, ...]:
    """The touched tables and those that one reference joins to them."""
    return tuple(t for t in picture.tables if t.hops <= _HOPS)


def too_large(picture: Picture) -> str:
    """Why it is not drawn in a comment, in words; empty where it is."""
    number = len(near(picture))
    if number > TABLES:
        return f"{number} tables, and more than {TABLES} cannot be read"
    length = len(mermaid_text(picture))
    return f"{length:,} characters, and {CHARACTERS:,} are the most" if length > CHARACTERS else ""


def spelt(picture: Picture) -> tuple[tuple[str, str], ...]:
    """What the picture calls a table, and its name, where they differ."""
    return tuple((name, t.identity) for t, name in _labels(near(picture)) if name != t.identity)


def _labels(tables: Iterable[Table]) -> Iterator[tuple[Table, str]]:
    yield from _distinct((t, _plain(t.identity)) for t in tables)


def _distinct(named: Iterable[tuple[Table, str]]) -> Iterator[tuple[Table, str]]:
    """Two that became alike are told apart by a number."""
    told: set[str] = set()
    for thing, name in named:
        number = 1
        while (unlike := name if number == 1 else f"{name}_{number}") in told:
            number += 1
        told.add(unlike)
        yield thing, unlike


def _plain(text: str) -> str:
    """Letters, digits, `_` and `.`: what stands between the quotes of a label, and is no word of the grammar."""
    shown = "".join(c if (c.isalnum() and c < "\uffff") or c in "_." else "_" for c in _cut(visible(text)))
    return shown or "_"


def _cut(text: str, limit: int = _LONG) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _title(table: Table, name: str) -> str:
    said = {ADDED: "added", REMOVED: "removed", RENAMED: f"was {_plain(table.was)}", CHANGED: "changed"}
    return f"{name} ({said[table.change]})" if table.change in said else name


def _class(table: Table) -> str:
    return "" if table.change == SAME else f":::{table.change}"


def _body(table: Table) -> str:
    """Changed columns first, then keys; of the rest nothing."""
    told = [c for c in table.columns if c.change != SAME]
    told += [c for c in table.columns if c.change == SAME and c.keys]
    if not told:
        return ""
    lines = list(_columns(told[:_COLUMNS]))
    if told[_COLUMNS:]:
        lines.append(f'more columns "and {len(told) - _COLUMNS} more"')
    return " {\n" + "".join(f"  {line}\n" for line in lines) + "}"


def _columns(columns: Iterable[Column]) -> Iterator[str]:
    told: set[str] = set()
    for column in columns:
        name = base = _word(column.name)
        number = 1
        while name in told:
            number += 1
            name = f"{base}_{number}"
        told.add(name)
        yield " ".join(filter(None, (_type(column.type), name, _keys(column), _comment(column, name))))


def _word(text: str, more: str = "") -> str:
    """A word of the grammar: no key, no digit first."""
    shown = "".join(c if c in more or _in_words(c) else "_" for c in _cut(visible(text)))
    word = shown if re.match("[^0-9()\\[\\]]", shown) else f"_{shown}"
    return f"{word}_" if word.upper() in _KEYS else word


def _in_words(c: str) -> bool:
    return c == "_" or (c.isalnum() and (c.isascii() or "\u00c0" <= c < "\uffff"))


def _type(text: str) -> str:
    for long, short in _SHORT:
        text = text.replace(long, short)
    return re.sub("(?i)^(pk|fk|uk)(?=[(\\[])", r"\1_", _word(text, "()[]"))


def _keys(column: Column) -> str:
    return ",".join(k for k in _KEYS if k in column.keys)


def _comment(column: Column, name: str) -> str:
    """What became of it in words, and what it is called where `name` cannot say it."""
    said = {ADDED: "ADDED", REMOVED: "REMOVED", CHANGED: f"CHANGED, was {column.was}"}
    said[RENAMED] = f"RENAMED, was {column.was}"
    parts = [said[column.change]] if column.change in said else []
    parts += [f"is {column.name}"] if name != column.name else []
    text = "".join(c if c.isalnum() or c in " _.,()[]'=:+-" else "_" for c in _cut(visible("; ".join(parts))))
    return f'"{text}"' if text else ""


def _reference(reference: Reference, ids: dict[str, str]) -> str:
    """How many rows refer to how many; dots instead of a line where it is removed."""
    many, one = "|o" if reference.unique else "}o", "o|" if reference.optional else "||"
    line = ".." if reference.change == REMOVED else "--"
    said = f" ({reference.change})" if reference.change != SAME else ""
    return f'{ids[reference.table]} {many}{line}{one} {ids[reference.target]} : "{_plain(reference.name)}{said}"'
