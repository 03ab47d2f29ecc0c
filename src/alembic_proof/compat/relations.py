"""Values: what code can read and write in a database, as `catalog/usage.sql` reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Column:
    """A column; `spelled` as SQL has it, `type` as a driver names it: of a domain what it is made of.

    `category` is Postgres's own letter: N for numbers, S for text, E for enums. `identity` is `a` for ALWAYS.
    """

    name: str
    spelled: str
    type: str
    category: str
    not_null: bool
    default: bool = False
    generated: bool = False
    identity: str = ""
    length: int | None = None
    digits: int | None = None
    scale: int | None = None
    labels: tuple[str, ...] = ()

    @property
    def written(self) -> bool:
        """Whether a statement may give it a value."""
        return not self.generated and self.identity != "a"

    @property
    def filled(self) -> bool:
        """Whether the database gives it a value where a statement gives none."""
        return self.default or self.generated or bool(self.identity)


@dataclass(frozen=True)
class Key:
    """A unique or exclusion index with the columns that it reads; `plain`: ON CONFLICT can name these columns."""

    name: str
    columns: tuple[str, ...]
    primary: bool
    plain: bool


@dataclass(frozen=True)
class Reference:
    """A foreign key; parent and its columns as SQL has them."""

    name: str
    columns: tuple[str, ...]
    parent: str | None
    parent_columns: tuple[str, ...]


@dataclass(frozen=True)
class Relation:
    """A table or view, `identity` as SQL has it; `grants` are privileges of other roles than the owner's.

    `marks` are other ones where its definition may be another; what is `alone` runs nothing that asks other tables.
    """

    schema: str
    name: str
    identity: str
    kind: str
    columns: tuple[Column, ...]
    keys: tuple[Key, ...] = ()
    references: tuple[Reference, ...] = ()
    referenced_by: tuple[str, ...] = ()
    grants: tuple[tuple[str, frozenset[str]], ...] = ()
    marks: str = ""
    alone: bool = False
    oid: int = 0

    @property
    def is_table(self) -> bool:
        """Whether it holds rows of its own."""
        return self.kind in ("r", "p")

    @property
    def primary(self) -> tuple[str, ...]:
        """The columns of the primary key."""
        return next((k.columns for k in self.keys if k.primary), ())

    @property
    def counterparts(self) -> frozenset[str]:
        """The constraints that compare a row with other rows."""
        return frozenset((*(k.name for k in self.keys), *(r.name for r in self.references), *self.referenced_by))

    def column(self, name: str) -> Column:
        """One of its columns."""
        return next(c for c in self.columns if c.name == name)


@dataclass(frozen=True)
class Usable:
    """All of them; `shared` are the marks of what they may use: schemas, types, functions, sequences, roles.

    `quick`: only what is itself otherwise counts as affected, and not what may use it.
    """

    relations: tuple[Relation, ...] = ()
    shared: frozenset[str] = frozenset()
    quick: bool = False


def read_usable(text: str, quick: bool = False) -> Usable:
    """What the answer to `usage_sql` holds."""
    data = json.loads(text)
    return Usable(tuple(_relation(item) for item in data["relations"]), frozenset(data["shared"]), quick)


def affected(here: Usable, there: Usable) -> tuple[Relation, ...]:
    """The relations here that statements may find otherwise there, itself or for what it takes with it.

    Of one database at two times: equal marks, an equal definition. What is new there changes nothing of these.
    """
    quick = here.quick or there.quick
    if not (quick or here.shared <= there.shared):
        return here.relations
    same = {(r.identity, r.marks) for r in there.relations if r.alone or quick}
    changed = {r.identity for r in here.relations if (r.identity, r.marks) not in same}
    while taken := _parents(here.relations, changed) - changed:
        changed |= taken
    return tuple(r for r in here.relations if r.identity in changed)


def _parents(relations: Iterable[Relation], children: set[str]) -> set[str]:
    """What a deleted row of takes rows of the children with it."""
    return {f.parent for r in relations if r.identity in children for f in r.references if f.parent}


def _relation(item: Mapping[str, Any]) -> Relation:
    return Relation(
        schema=item["schema"],
        name=item["name"],
        identity=item["table"],
        kind=item["kind"],
        columns=tuple(_column(c) for c in item["columns"]),
        keys=tuple(Key(k["name"], tuple(k["columns"]), k["primary"], k["plain"]) for k in item["keys"]),
        references=tuple(_references(item["references"])),
        referenced_by=tuple(item["referenced_by"]),
        grants=tuple((role, frozenset(privileges)) for role, privileges in sorted(item["grants"].items())),
        marks=item["marks"],
        alone=item["alone"],
        oid=item["oid"],
    )


def _references(items: Iterable[Mapping[str, Any]]) -> Iterable[Reference]:
    return (Reference(r["name"], tuple(r["columns"]), r["parent"], tuple(r["parent_columns"])) for r in items)


def _column(item: Mapping[str, Any]) -> Column:
    given = {key: value for key, value in item.items() if key not in ("sql", "labels")}
    return Column(**given, spelled=item["sql"], labels=tuple(item["labels"] or ()))
