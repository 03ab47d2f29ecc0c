"""Columns: their definitions, and what a definition does not take."""

from __future__ import annotations

from typing import Any

from alembic_proof.ddl.schema import Schema
from alembic_proof.ddl.sequences import numbers
from alembic_proof.ddl.words import (
    automatic,
    clauses,
    comment,
    foreign_options,
    grants,
    last,
    options,
    quoted,
    split,
    unquoted,
    word,
)
from alembic_proof.snapshot import Fact

_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}
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
    if "compression" in p and not schema.has_heirs(fact.parent):
        said += f" COMPRESSION {_COMPRESSION[p['compression']]}"
    if p.get("foreign options"):
        said += f" OPTIONS ({foreign_options(p['foreign options'])})"
    said += clauses(p, {"collation": "COLLATE"})
    if "generated" in p:
        how, _, expression = p["generated"].partition(" ")
        said += f" GENERATED ALWAYS AS ({expression}) {'STORED' if how == 's' else 'VIRTUAL'}"
    if "identity" in p and _own_sequence(fact, schema):  # a partition's is that of its parent
        said += f" {_identity(fact, schema)}"
    if "default" in p:
        said += f" DEFAULT {p['default']}"
    return said + (" NOT NULL" if p["not null"] and "not null constraint" not in p else "")


def _identity(fact: Fact, schema: Schema) -> str:
    how = f"GENERATED {_IDENTITY[fact.payload['identity']]} AS IDENTITY"
    found = _own_sequence(fact, schema)
    if found is None:
        return how
    parts = split(fact.identity)
    usual = automatic(unquoted(parts[1]), unquoted(parts[2]), "seq")
    named = "" if unquoted(last(found.identity)) == usual else f"SEQUENCE NAME {found.identity}"
    # of another type than its column's: all is said when it has its type
    options_ = numbers(found.payload) if found.payload["type"] == fact.payload["type"] else ""
    said = (named + options_).strip()
    return f"{how} ({said})" if said else how


def _own_sequence(fact: Fact, schema: Schema) -> Fact | None:
    return next((s for s in schema.owned_sequences(fact.parent or "") if s.payload["owned by"] == fact.identity), None)


def after_column(table: Fact, fact: Fact, schema: Schema) -> list[str]:
    """What is said of a column when its table is there."""
    p, name = fact.payload, last(fact.identity)
    only = "ONLY " if table.kind == "table" else ""
    alter = f"ALTER {word(table.kind)} {only}{table.identity}"
    column = f"{alter} ALTER COLUMN {name}"
    said = _of_heir(table, fact, schema, column)
    if "not null constraint" in p and not schema.has_heirs(table.identity) and not _is_handed_down(table, fact, schema):
        said.append(_not_null_constraint(table, fact, schema, alter))
    settings = [] if schema.has_heirs(table.identity) else column_settings(column, p)
    if p.get("inherited") and not schema.has_heirs(table.identity):
        settings += column_compression(column, p)
    return [*said, *settings, *column_extras(table, fact, schema)]


def _of_heir(table: Fact, fact: Fact, schema: Schema, column: str) -> list[str]:
    """What a column has otherwise than those that it inherits from, or that its table's type has."""
    p, parents = fact.payload, _above(table, fact, schema)
    defined = not p.get("inherited") and "of type" not in table.payload
    bound = any(parent.payload["not null"] and "not null constraint" not in parent.payload for parent in parents)
    said = []
    if "default" in p and not defined:
        said.append(f"{column} SET DEFAULT {p['default']}")
    if "default" not in p and any("default" in parent.payload for parent in parents):
        said.append(f"{column} DROP DEFAULT")
    if p["not null"] and "not null constraint" not in p and not defined and not bound:
        said.append(f"{column} SET NOT NULL")
    if bound and not p["not null"]:
        said.append(f"{column} DROP NOT NULL")
    return said + ([f"{column} ADD {_identity(fact, schema)}"] if "identity" in p and not defined else [])


def _above(table: Fact, fact: Fact, schema: Schema) -> list[Fact]:
    """The columns that it is inherited from; a partition is attached when it has its own."""
    if "partition of" in table.payload:
        return []
    found = (schema.get("column", f"{parent}.{last(fact.identity)}") for parent in table.payload.get("inherits", ()))
    return [parent for parent in found if parent]


def _is_handed_down(table: Fact, fact: Fact, schema: Schema) -> bool:
    """Whether its NOT NULL, which is unproven, comes from a table that it inherits from."""
    unproven = (parent.payload.get("not null constraint", "") for parent in _above(table, fact, schema))
    return any(text.endswith(" NOT VALID") for text in unproven)


def _not_null_constraint(table: Fact, fact: Fact, schema: Schema, alter: str) -> str:
    return f"{alter} ADD CONSTRAINT {_not_null_name(table, fact, schema)} {fact.payload['not null constraint']}"


def late_settings(table: Fact, fact: Fact, schema: Schema) -> list[str]:
    """What an heir's column would copy, or not get: said when all heirs are there."""
    if not schema.has_heirs(table.identity):
        return []
    p, alter = fact.payload, f"ALTER {word(table.kind)}"
    column = f"{alter} ONLY {table.identity} ALTER COLUMN {last(fact.identity)}"
    said = [*column_compression(column, p), *column_settings(column, p)]
    if "not null constraint" in p and not _is_handed_down(table, fact, schema):
        said.append(_not_null_constraint(table, fact, schema, f"{alter} {table.identity}"))
    return said


def column_compression(column: str, p: dict[str, Any]) -> list[str]:
    """SET COMPRESSION."""
    return [f"{column} SET COMPRESSION {_COMPRESSION[p['compression']]}"] if "compression" in p else []


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
    usual = automatic(unquoted(last(table.identity)), unquoted(last(fact.identity)), "not_null")
    return str(named.payload["name"]) if named else quoted(usual)
