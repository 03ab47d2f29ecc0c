"""Values: what a row of a table must look like, as the catalog says it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

_LIMITS = re.compile(r"\(([\d, -]+)\)")


@dataclass(frozen=True)
class Type:
    """A type as a column has it: `name` without schema, `kind` as pg_type.typtype, `limits` as in `numeric(10,2)`.

    `parts` are the element of an array, the base of a domain, the subtype of a range, or the fields of a row type.
    `labels` are an enum's, each with its oid.
    """

    oid: int
    name: str
    kind: str
    text: str
    limits: tuple[int, ...] = ()
    parts: tuple[Type, ...] = ()
    array: bool = False
    delimiter: str = ","
    not_null: bool = False
    labels: tuple[tuple[int, str], ...] = ()
    checks: tuple[str, ...] = ()

    @property
    def base(self) -> Type:
        """The type itself, or what a domain is made of."""
        return self.parts[0].base if self.kind == "d" else self

    @property
    def refuses_null(self) -> bool:
        """Whether a domain, or one that it is made of, has no NULL."""
        return self.kind == "d" and (self.not_null or self.parts[0].refuses_null)


@dataclass(frozen=True)
class Column:
    """One column; `quoted` is its name for SQL. `identity` and `generated` as in pg_attribute."""

    number: int
    name: str
    quoted: str
    type: Type
    not_null: bool = False
    default: str | None = None
    identity: str = ""
    generated: str = ""

    @property
    def nullable(self) -> bool:
        """Whether the column takes NULL, its type asked, too."""
        return not self.not_null and not self.type.refuses_null


@dataclass(frozen=True)
class Check:
    """A condition on some columns, by their numbers."""

    name: str
    expression: str
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Unique:
    """No two rows alike in these columns: `p` primary key, `u` unique, `x` an exclusion."""

    kind: str
    columns: tuple[int, ...]
    partial: bool = False
    expressions: bool = False


@dataclass(frozen=True)
class Reference:
    """A foreign key: its columns, and the table's oid and columns that they name."""

    table: int
    columns: tuple[int, ...]
    referred: tuple[int, ...]


@dataclass(frozen=True)
class Shape:
    """A table: `name` as the facts name it; `kind` `p` is partitioned and holds its rows in its partitions.

    `bound` is a partition's condition and `parent` the table that it is a part of; `forced`: row security is forced
    on its owner; `triggers` are those that an INSERT fires.
    """

    oid: int
    name: str
    columns: tuple[Column, ...]
    kind: str = "r"
    checks: tuple[Check, ...] = ()
    uniques: tuple[Unique, ...] = ()
    references: tuple[Reference, ...] = ()
    triggers: tuple[str, ...] = ()
    forced: bool = False
    parent: int | None = None
    bound: str | None = None

    def column(self, number: int) -> Column:
        """The column of a number."""
        return next(c for c in self.columns if c.number == number)

    @property
    def key(self) -> tuple[int, ...]:
        """The columns of the primary key; none where there is none."""
        return next((u.columns for u in self.uniques if u.kind == "p"), ())

    @property
    def written(self) -> tuple[Column, ...]:
        """The columns that an INSERT may name."""
        return tuple(c for c in self.columns if not c.generated)


def parse_shapes(text: str) -> tuple[Shape, ...]:
    """The shapes from what the query `catalog/shapes.sql` returns, ordered by name."""
    data = json.loads(text)
    raw = {t["oid"]: t for t in data["types"] or ()}
    tables = data["tables"] or ()
    return tuple(_shape(table, raw) for table in tables)


def _shape(table: dict[str, Any], types: dict[int, dict[str, Any]]) -> Shape:
    columns = tuple(
        Column(number, name, quoted, typed(oid, text, types), not_null, default, identity, generated)
        for number, name, quoted, oid, text, not_null, default, identity, generated in table.get("columns", ())
    )
    return Shape(
        table["oid"],
        table["name"],
        columns,
        table["kind"],
        tuple(Check(name, expression, tuple(of or ())) for name, expression, of in table.get("checks", ())),
        tuple(_unique(*unique) for unique in table.get("uniques", ())),
        tuple(Reference(to, tuple(of), tuple(key)) for to, of, key in table.get("foreign keys", ())),
        tuple(table.get("triggers", ())),
        table["forced"],
        table.get("parent"),
        table.get("bound"),
    )


def _unique(kind: str, columns: list[int], partial: bool, used: list[int] | None = None) -> Unique:
    """With expressions, all the columns that they use are in it."""
    plain = tuple(c for c in columns if c)
    return Unique(kind, (*plain, *(c for c in used or () if c not in plain)), partial, 0 in columns)


def typed(oid: int, text: str, types: dict[int, dict[str, Any]]) -> Type:
    """A type by its oid, with the limits that its text names."""
    raw = types[oid]
    limits = _LIMITS.search(text)
    made = Type(
        oid,
        raw["name"],
        raw["kind"],
        text,
        tuple(int(n) for n in limits[1].split(",")) if limits else (),
        array="element" in raw,
        delimiter=raw.get("delimiter", ","),
        not_null=raw["not null"],
        labels=tuple((number, label) for number, label in raw.get("labels", ())),
        checks=tuple(raw.get("checks", ())),
    )
    return replace(made, parts=tuple(_parts(raw, text, types)))


def _parts(raw: dict[str, Any], text: str, types: dict[int, dict[str, Any]]) -> list[Type]:
    if "element" in raw:
        return [typed(raw["element"], text.removesuffix("[]"), types)]
    if "base" in raw:
        return [typed(raw["base"], raw["base text"], types)]
    if "subtype" in raw:
        return [typed(raw["subtype"], "", types)]
    return [typed(oid, of, types) for oid, of in raw.get("fields", ())]
