"""Values: the rows of one table at one moment."""

from __future__ import annotations

from dataclasses import dataclass

Values = tuple[str | None, ...]


@dataclass(frozen=True)
class Field:
    """A column: its number, its quoted name, its type as text (a domain's base), an enum's labels with their oids."""

    number: int
    name: str
    kind: str
    labels: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Table:
    """`root`: oid and name of the partitioned table that it is a part of, else its own.

    `rows` is None where there are too many; then `many` has their number, and per column the number of values and
    the sum of their hashes. `key` are the primary key's columns by number. `forced`: row security hides rows.
    """

    oid: int
    name: str
    root: tuple[int, str]
    key: tuple[int, ...]
    fields: tuple[Field, ...]
    rows: tuple[Values, ...] | None
    many: tuple[int, tuple[tuple[int, int], ...]] | None = None
    forced: bool = False

    @property
    def count(self) -> int:
        """How many rows it has."""
        return len(self.rows) if self.rows is not None else (self.many or (0, ()))[0]
