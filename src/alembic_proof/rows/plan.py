"""The rows of one table: what is put into which column of which row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from alembic_proof.rows.choices import Choices
from alembic_proof.rows.shape import Column, Reference, Shape
from alembic_proof.rows.values import edges, key, keys

LEVELS = ("all", "plain")
PLAIN_ROWS = 3
LEAST, MOST = 6, 40
_TRIES = 24
_HUGE = 2**63 - 1

Row = dict[int, str | None]
# by foreign key: the tuples that its table has
Referred = Mapping[Reference, Sequence[tuple[str, ...]]]


@dataclass
class Plan:
    """Makes the rows of one table, each in its number; `offset` rows are there already.

    Row 0 is filled with ordinary values, row 1 has NULL wherever it may, the next have edges, the last is as row 0
    in all that need not be unique.
    """

    shape: Shape
    choices: Choices
    referred: Referred
    level: str
    offset: int = 0
    used: list[set[tuple[str | None, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.used = [set() for _ in self.shape.uniques]
        self.unique = {n for u in self.shape.uniques for n in u.columns}
        self.primary = set(self.shape.key)
        self.count = PLAIN_ROWS if self.level == "plain" else self._count()

    def _count(self) -> int:
        free = [len(self.choices.edges[c.number]) for c in self.shape.written if c.number not in self.unique]
        return min(MOST, max([LEAST, *(n + 3 for n in free)]))

    def rows(self) -> list[Row]:
        """All rows that can be unlike wherever they must; a row too many for its foreign keys or CHECKs is left out."""
        found = (self.row(number) for number in range(self.count))
        return [row for row in found if row is not None]

    def row(self, number: int) -> Row | None:
        """One row, unlike those before it."""
        for shift in range(_TRIES):
            row = self._made(number, shift)
            if row is not None and self._new(row):
                return row
        return None

    def adopt(self, row: Row) -> None:
        """A row that was taken is what the table's foreign keys to itself may name."""
        own = {r: [tuple(row.get(n) for n in r.referred)] for r in self.shape.references if r.table == self.shape.oid}
        self.referred = {**self.referred, **{r: [t for t in keys if None not in t] for r, keys in own.items()}}  # type: ignore[misc]

    def own(self, row: Row) -> Row:
        """The values of a row's foreign keys to its own table."""
        return {n: row.get(n) for r in self.shape.references if r.table == self.shape.oid for n in r.columns}

    def blocked(self) -> str | None:
        """Why no row can be made at all."""
        for column in self.shape.written:
            refers = any(column.number in r.columns for r in self.shape.references)
            possible = self.choices.plain[column.number] or self.choices.edges[column.number]
            if not column.nullable and not refers and not possible and column.default is None:
                return f"no value of {column.quoted} ({column.type.text}) is known that satisfies what it must"
        return None

    def _made(self, number: int, shift: int) -> Row | None:
        row: Row = {}
        if not self._refer(row, number, shift):
            return None
        for column in self.shape.written:
            if column.number not in row:
                value = self._value(column, number, shift)
                if value is not None or column.nullable:
                    row[column.number] = value
        for columns, tuples in self.choices.joint:
            self._join(row, columns, tuples, number + shift)
        return row

    def _join(self, row: Row, columns: tuple[int, ...], tuples: Sequence[tuple[str | None, ...]], turn: int) -> None:
        if tuple(row.get(n) for n in columns) in tuples or not tuples:
            return
        kept = [t for t in tuples if all(row.get(n) == v for n, v in zip(columns, t, strict=True) if n in self.primary)]
        place = 0 if turn == 0 else -1 if turn == 1 and self.level == "all" else turn % len(kept or tuples)
        row.update(zip(columns, (kept or tuples)[place], strict=True))

    def _refer(self, row: Row, number: int, shift: int) -> bool:
        """Foreign keys, the widest first, as some share columns."""
        for reference in sorted(self.shape.references, key=lambda r: -len(r.columns)):
            free = [self.shape.column(n) for n in reference.columns if n not in row]
            empty = number == 1 and self.level == "all"
            fitting = [] if empty and any(c.nullable for c in free) else self._fitting(reference, row)
            if fitting:
                row.update(zip(reference.columns, fitting[(number + shift) % len(fitting)], strict=True))
            elif any(c.nullable for c in free):
                row.update({c.number: None for c in free if c.nullable})
            elif any(row.get(n, "") is None for n in reference.columns):
                continue
            else:
                return False
        return True

    def _fitting(self, reference: Reference, row: Row) -> Sequence[tuple[str, ...]]:
        allowed, known = self.choices, self.referred.get(reference, ())
        if not any(n in row or n in allowed.limited for n in reference.columns):
            return known
        return [
            values
            for values in known
            if all(row.get(n, v) == v for n, v in zip(reference.columns, values, strict=True))
            and all(
                n not in allowed.limited or v in allowed.plain[n] or v in allowed.edges[n]
                for n, v in zip(reference.columns, values, strict=True)
            )
        ]

    def _value(self, column: Column, number: int, shift: int) -> str | None:
        if column.number in self.unique or column.identity or "nextval(" in (column.default or ""):
            return self._unlike(column, number, shift)
        return self._ordinary(column, number, shift)

    def _unlike(self, column: Column, number: int, shift: int) -> str | None:
        """A value that no other row has."""
        empty = number == 1 and self.level == "all" and shift == 0
        if empty and column.nullable and column.number not in self.primary:
            return None
        at = self.offset + number + shift * self.count
        if column.number in self.choices.limited or column.type.base.kind == "e":
            return self._of_some(column, at)
        if number == 2 and shift == 0 and self.level == "all":
            return self._extreme(column, at)
        return key(column.type, at) or self._of_some(column, at)

    def _of_some(self, column: Column, at: int) -> str | None:
        some = (*self.choices.plain[column.number], *self.choices.edges[column.number])
        ours = set(keys(column.type))
        some = tuple(v for v in some if v in ours) or some
        return some[at % len(some)] if some else None

    def _extreme(self, column: Column, at: int) -> str | None:
        """One key that a narrower type would not hold."""
        base, plain = column.type.base, key(column.type, at) or ""
        if base.name == "int8":
            return str(_HUGE - at)
        if base.name in ("text", "varchar", "citext", "bpchar") and len(edges(base)) > 1:
            longest = edges(base)[1]
            return plain + longest[len(plain) :] if len(plain) < len(longest) else plain
        return plain or None

    def _ordinary(self, column: Column, number: int, shift: int) -> str | None:
        plain = self.choices.plain[column.number]
        rare = self.choices.edges[column.number]
        if self.level == "all" and number == 1 and column.nullable and shift == 0:
            return None
        again = self.level == "all" and number == self.count - 1
        if self.level == "all" and 2 <= number < 2 + len(rare) and not again:
            return rare[number - 2]
        some = plain or rare
        return some[(0 if again else number + shift) % len(some)] if some else None

    def _new(self, row: Row) -> bool:
        """Notes the row where it is unlike all before, in what must be."""
        keys = [tuple(row.get(n) for n in u.columns) for u in self.shape.uniques]
        for unique, values, seen in zip(self.shape.uniques, keys, self.used, strict=True):
            if None not in values and values in seen and unique.columns:
                return False
        for values, seen in zip(keys, self.used, strict=True):
            seen.add(values)
        return True


def merged(good: Row, wanted: Row, keep: frozenset[int]) -> Iterator[int]:
    """The columns in which a row that was refused differs from one that was taken, other than `keep`."""
    return (n for n in wanted if n not in keep and wanted[n] != good.get(n))
