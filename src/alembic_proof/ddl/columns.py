"""Columns: their definitions, and what a definition does not take."""

from __future__ import annotations

from typing import Any

from alembic_proof.ddl.schema import Schema
from alembic_proof.ddl.sequences import numbers
from alembic_proof.ddl.words import clauses, comment, foreign_options, grants, last, options, split, unquoted, word
from alembic_proof.snapshot import Fact

_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
COMPRESSION = {"p": "pglz", "l": "lz4"}
_IDENTITY = {"a": "ALWAYS", "d": "BY DEFAULT"}


def ordered_columns(fact: Fact, schema: Schema) -> list[Fact]:
    """A table's columns as they stand in it."""
    order = schema.get("column order", fact.identity)
    columns = schema.children(fact, "column")
    if order is None:
        return columns
    place = {name: n for n, name in enumerate(order.payload.get("columns", ()))}
    return sorted(columns, key=lambda c: place.get(last(c.identity), len(place)))


def column_definition(fact: Fact, schema: Schema) -> str:
    """A column as CREATE TABLE and ADD COLUMN take it."""
    p = fact.payload
    said = f"{last(fact.identity)} {p['type']}"
    if p.get("foreign options"):
        said += f" OPTIONS ({foreign_options(p['foreign options'])})"
    said += clauses(p, {"collation": "COLLATE"})
    if "compression" in p:
        said = f"{said} COMPRESSION {COMPRESSION[p['compression']]}"
    if "generated" in p:
        how, _, expression = p["generated"].partition(" ")
        said += f" GENERATED ALWAYS AS ({expression}) {'STORED' if how == 's' else 'VIRTUAL'}"
    if "identity" in p:
        said += f" GENERATED {_IDENTITY[p['identity']]} AS IDENTITY{_identity_options(fact, schema)}"
    if "default" in p:
        said += f" DEFAULT {p['default']}"
    return said + (" NOT NULL" if p["not null"] and "not null constraint" not in p else "")


def _identity_options(fact: Fact, schema: Schema) -> str:
    found = next((s for s in schema.owned_sequences(fact.parent or "") if s.payload["owned by"] == fact.identity), None)
    if found is None:
        return ""
    parts = split(fact.identity)
    automatic = f"{unquoted(parts[1])}_{unquoted(parts[2])}_seq"
    named = "" if unquoted(last(found.identity)) == automatic else f"SEQUENCE NAME {found.identity}"
    said = (named + numbers(found.payload)).strip()
    return f" ({said})" if said else ""


def after_column(table: Fact, fact: Fact, schema: Schema) -> list[str]:
    """What is said of a column when its table is there."""
    p, name = fact.payload, last(fact.identity)
    only = "ONLY " if table.kind == "table" else ""
    alter = f"ALTER {word(table.kind)} {only}{table.identity}"
    column = f"{alter} ALTER COLUMN {name}"
    said = []
    if p.get("inherited") or "of type" in table.payload:
        said += [f"{column} SET DEFAULT {p['default']}"] if "default" in p else []
        said += [f"{column} SET NOT NULL"] if _must_be_set(table, fact, schema) else []
    if "not null constraint" in p:
        called = _not_null_name(table, fact, schema)
        said.append(f"{alter} ADD CONSTRAINT {called} {p['not null constraint']}")
    return [*said, *column_settings(column, p), *column_extras(table, fact, schema)]


def _must_be_set(table: Fact, fact: Fact, schema: Schema) -> bool:
    """Whether an inherited column's NOT NULL is its own."""
    parents = (schema.get("column", f"{p}.{last(fact.identity)}") for p in table.payload.get("inherits", ()))
    return fact.payload["not null"] and not any(p and p.payload["not null"] for p in parents)


def column_settings(column: str, p: dict[str, Any]) -> list[str]:
    """What CREATE TABLE does not take in every version."""
    said = []
    if "storage" in p:
        said.append(f"{column} SET STORAGE {_STORAGE[p['storage']]}")
    if "statistics" in p:
        said.append(f"{column} SET STATISTICS {p['statistics']}")
    if p.get("options"):
        said.append(f"{column} SET ({options(p['options'])})")
    return said


def column_extras(table: Fact, fact: Fact, schema: Schema) -> list[str]:
    """Grants and comments."""
    return [
        *grants("table", table.identity, fact.payload.get("grants"), last(fact.identity)),
        *comment("COLUMN", fact.identity, fact.payload.get("comment")),
        *_not_null_comment(table, fact, schema),
    ]


def _not_null_comment(table: Fact, fact: Fact, schema: Schema) -> list[str]:
    text = fact.payload.get("not null comment")
    return comment("CONSTRAINT", f"{_not_null_name(table, fact, schema)} ON {table.identity}", text)


def _not_null_name(table: Fact, fact: Fact, schema: Schema) -> str:
    """A NOT NULL constraint's name, automatic where it is no fact."""
    named = schema.get("not null name", fact.identity)
    automatic = f'"{unquoted(last(table.identity))}_{unquoted(last(fact.identity))}_not_null"'
    return str(named.payload["name"]) if named else automatic
