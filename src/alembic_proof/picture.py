"""Values: the tables that a change touches, with their neighbours, as a graph that can be drawn."""

from __future__ import annotations

from dataclasses import dataclass

# of tables, columns and references alike: how it stands to the schema before
SAME, ADDED, REMOVED, CHANGED, RENAMED = "same", "added", "removed", "changed", "renamed"


@dataclass(frozen=True)
class Column:
    """A column before and after; `keys` are `PK`, `FK`, `UK`; `was` says in words what changed, or its old name."""

    name: str
    type: str
    not_null: bool = False
    keys: tuple[str, ...] = ()
    change: str = SAME
    was: str = ""


@dataclass(frozen=True)
class Table:
    """A table, its columns in their order, the removed ones last; `hops` from the nearest touched table (0: itself).

    `was` is the old name of a renamed table.
    """

    identity: str
    columns: tuple[Column, ...] = ()
    change: str = SAME
    was: str = ""
    hops: int = 0


@dataclass(frozen=True)
class Reference:
    """A foreign key; `optional`: a column of it may be NULL; `unique`: each target is referenced once at most."""

    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    optional: bool = False
    unique: bool = False
    change: str = SAME


@dataclass(frozen=True)
class Picture:
    """Touched tables first, then by distance and name; references between tables that are in it.

    `left_out` are tables further away, or too many; they are only counted.
    """

    tables: tuple[Table, ...] = ()
    references: tuple[Reference, ...] = ()
    left_out: int = 0
