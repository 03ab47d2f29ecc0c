"""What the code of a commit uses of a schema, by its models: of the tables that it maps the columns that it maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from alembic_proof.compat.relations import Column, Key, Relation


@dataclass(frozen=True)
class MappedColumn:
    """A column of a model; `server_default`: the INSERT leaves it out, unless Python gives it a value."""

    name: str
    nullable: bool
    server_default: bool
    python_default: bool
    primary_key: bool
    written: bool


@dataclass(frozen=True)
class MappedTable:
    """A table of the models; without a schema it is in the session's own."""

    schema: str | None
    name: str
    columns: tuple[MappedColumn, ...]


def read_mapped(tables: Iterable[Mapping[str, Any]]) -> tuple[MappedTable, ...]:
    """The tables in the inside's event."""
    return tuple(MappedTable(t["schema"], t["name"], tuple(MappedColumn(**c) for c in t["columns"])) for t in tables)


def as_mapped(
    relations: Iterable[Relation], mapped: Iterable[MappedTable], schema: str = "public"
) -> tuple[Relation, ...]:
    """The relations as the models see them; what only one of the two has is left out: that is drift."""
    tables = {(t.schema or schema, t.name): t for t in mapped}
    found = ((r, tables.get((r.schema, r.name))) for r in relations)
    return tuple(_as_mapped(relation, table) for relation, table in found if table is not None)


def _as_mapped(relation: Relation, table: MappedTable) -> Relation:
    mapped = {c.name: c for c in table.columns}
    columns = tuple(_column(c, mapped[c.name]) for c in relation.columns if c.name in mapped)
    return replace(relation, columns=columns, keys=tuple(_key(k, mapped.keys()) for k in relation.keys))


def _column(column: Column, model: MappedColumn) -> Column:
    """As the INSERT of the models treats it, not the database."""
    return replace(
        column,
        not_null=not model.nullable or model.python_default,
        default=model.server_default and not model.python_default,
        generated=not model.written,
        identity="",
    )


def _key(key: Key, names: Iterable[str]) -> Key:
    """A key with other columns can be met, and not be used."""
    return key if set(key.columns) <= set(names) else replace(key, columns=(), primary=False, plain=False)
