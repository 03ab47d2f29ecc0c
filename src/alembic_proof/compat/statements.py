"""What code that knows a schema would run on it: statements with values of a row that is there.

They name columns and types as an ORM does. What a driver binds has a type of its own, so every value is cast to the
type that the code knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from alembic_proof.compat.relations import Column, Relation
from alembic_proof.compat.samples import Sample, Samples

_EMPTY = Sample()
_LONG = 1000
_LARGEST = {"smallint": "32767", "integer": "2147483647", "bigint": "9223372036854775807"}


@dataclass(frozen=True)
class Usage:
    """A statement that code may run: its table, its operation (`select`, `insert`, `update`, `delete`), its text.

    `column` where it is about one; `sample`: whether it passes may depend on the value taken; `role`: who runs it, None
    for the owner. `rows` are those that it is about: `all` of the table, `one` that is there, `new`, or none of them.
    `known` are constraints against other rows that it has met on its own side; `again`: it deletes a row to insert it.
    """

    table: str
    operation: str
    sql: str
    column: str | None = None
    sample: bool = False
    role: str | None = None
    rows: str = ""
    basis: str = "catalog"
    known: frozenset[str] = frozenset()
    again: bool = False

    def __hash__(self) -> int:
        """Of the text, which the interpreter hashes once: there are thousands, and each is a key."""
        return hash(self.sql)


def statements(relations: Iterable[Relation], samples: Samples, basis: str = "catalog") -> tuple[Usage, ...]:
    """Everything that code may run on these relations; what is asked of them all comes once."""
    return tuple(
        dict.fromkeys(
            replace(usage, known=relation.counterparts, basis=basis)
            for relation in relations
            for usage in _of(relation, samples.get(relation.identity, _EMPTY))
        )
    )


def _of(relation: Relation, sample: Sample) -> Iterator[Usage]:
    if not relation.columns:
        return
    yield from _reads(relation, sample, None)
    yield from _comparisons(relation, sample)
    if relation.is_table:
        yield from _inserts(relation, sample, None)
        yield from _updates(relation, sample)
        yield from _upserts(relation, sample)
        yield from _deletes(relation, sample, None)
        yield from _bounds(relation, sample)
        for role, privileges in relation.grants:
            yield from _as_role(relation, sample, role, privileges)


def literal(column: Column, value: str | None) -> str:
    """A value with the type that the code knows."""
    return f"NULL::{column.type}" if value is None else "'{}'::{}".format(value.replace("'", "''"), column.type)


def _one(relation: Relation, sample: Sample) -> str:
    """The condition that only the sample fulfils, or, without a key, it and its like."""
    keys = [relation.primary, *(k.columns for k in relation.keys if k.plain)]
    known = next((k for k in keys if k and all(sample.row.get(c) is not None for c in k)), None)
    names = (
        known or [c.name for c in relation.columns if c.category in "NSB" and sample.row.get(c.name) is not None][:3]
    )
    terms = [f"{relation.column(n).spelled} = {literal(relation.column(n), sample.row[n])}" for n in names]
    return " AND ".join(terms) if terms else "false"


def _reads(relation: Relation, sample: Sample, role: str | None) -> Iterator[Usage]:
    select = f"SELECT {_named(relation.columns)} FROM {relation.identity}"
    yield Usage(relation.identity, "select", f"{select} LIMIT 100", role=role, rows="all")
    if relation.is_table:
        yield Usage(relation.identity, "select", f"{select} WHERE {_one(relation, sample)}", role=role, rows="one")


def _comparisons(relation: Relation, sample: Sample) -> Iterator[Usage]:
    for c in relation.columns:
        sql = f"SELECT 1 FROM {relation.identity} WHERE {c.spelled} = {literal(c, sample.row.get(c.name))} LIMIT 1"
        yield Usage(relation.identity, "select", sql, c.name)


def _inserts(relation: Relation, sample: Sample, role: str | None) -> Iterator[Usage]:
    """With all that the database does not fill, and with only what it must be given."""
    columns = [c for c in relation.columns if c.written and not c.filled]
    for chosen in (columns, [c for c in columns if c.not_null]):
        if sample.row and sample.whole:
            yield _insert(relation, sample, chosen, role)
        else:
            yield from _inserts_of_none(relation, sample, chosen, role)


def _insert(relation: Relation, sample: Sample, columns: Sequence[Column], role: str | None) -> Usage:
    names, values = _named(columns), _valued(columns, sample)
    what = f"({names}) VALUES ({values})" if columns else "DEFAULT VALUES"
    return Usage(relation.identity, "insert", f"INSERT INTO {relation.identity} {what}", role=role, rows="new")


def _inserts_of_none(
    relation: Relation, sample: Sample, columns: Sequence[Column], role: str | None
) -> Iterator[Usage]:
    """Of no row; and where there is one, and no other is possible, of this one again."""
    if not columns:
        return
    into, values = f"INSERT INTO {relation.identity} ({_named(columns)})", _valued(columns, sample)
    yield Usage(relation.identity, "insert", f"{into} SELECT {values} WHERE false", role=role)
    if sample.row:
        gone = f"WITH gone AS (DELETE FROM {relation.identity} WHERE {_one(relation, sample)} RETURNING 1)"
        sql = f"{gone} {into} SELECT {values} FROM (SELECT count(*) FROM gone) AS once"
        yield Usage(relation.identity, "insert", sql, role=role, rows="new", again=True)


def _named(columns: Iterable[Column]) -> str:
    return ", ".join(c.spelled for c in columns)


def _valued(columns: Iterable[Column], sample: Sample) -> str:
    return ", ".join(literal(c, sample.value(c.name)) for c in columns)


def _updates(relation: Relation, sample: Sample) -> Iterator[Usage]:
    for c in relation.columns:
        if c.written and c.name not in relation.primary:  # hardly any code changes what names a row
            yield _update(relation, sample, c, sample.row.get(c.name), rows="one")


def _update(
    relation: Relation, sample: Sample, column: Column, value: str | None, rows: str = "", chosen: bool = True
) -> Usage:
    sql = f"UPDATE {relation.identity} SET {column.spelled} = {literal(column, value)} WHERE {_one(relation, sample)}"
    return Usage(relation.identity, "update", sql, column.name, sample=not chosen, rows=rows)


def _upserts(relation: Relation, sample: Sample) -> Iterator[Usage]:
    """On each key that ON CONFLICT can name; a key that the database fills is not written."""
    columns = [c for c in relation.columns if c.written and not c.filled]
    for key in (k for k in relation.keys if k.plain and sample.row and columns):
        there = set(key.columns) <= {c.name for c in columns}
        if there or sample.whole:
            value = sample.row.get if there else sample.value
            values = ", ".join(literal(c, value(c.name)) for c in columns)
            on = _named(relation.column(c) for c in key.columns)
            sql = f"INSERT INTO {relation.identity} ({_named(columns)}) VALUES ({values}) ON CONFLICT ({on}) DO NOTHING"
            yield Usage(relation.identity, "insert", sql)


def _deletes(relation: Relation, sample: Sample, role: str | None) -> Iterator[Usage]:
    """Of the sample, and of nothing: often nothing may be deleted, for what refers to it."""
    delete = f"DELETE FROM {relation.identity} WHERE"
    yield Usage(relation.identity, "delete", f"{delete} {_one(relation, sample)}", role=role, rows="one")
    yield Usage(relation.identity, "delete", f"{delete} false", role=role)


def _bounds(relation: Relation, sample: Sample) -> Iterator[Usage]:
    """Other values that the columns may have; every label is one that the code knows, the rest may never be written."""
    referring = {c for r in relation.references for c in r.columns}
    for c in (c for c in relation.columns if c.written and sample.row and c.name not in relation.primary):
        if not c.not_null:
            yield _update(relation, sample, c, None, chosen=False)
        if c.name not in referring:
            yield from (_update(relation, sample, c, v, chosen=False) for v in _extremes(c))
            yield from (_update(relation, sample, c, label) for label in c.labels)


def _extremes(column: Column) -> tuple[str, ...]:
    if column.category == "S":
        return ("", "x" * (column.length or _LONG))
    if column.type in _LARGEST:
        return ("0", "-1", _LARGEST[column.type])
    if column.type == "numeric":
        room, scale = (column.digits or 12) - (column.scale or 0), column.scale or 0
        largest = "9" * max(room, 0) or "0"
        return ("0", "-1", f"{largest}.{'9' * scale}" if scale else largest) if room > 0 else ("0",)
    return ()


def _as_role(relation: Relation, sample: Sample, role: str, privileges: frozenset[str]) -> Iterator[Usage]:
    if "SELECT" in privileges:
        yield from _reads(relation, sample, role)
    if "INSERT" in privileges:
        yield from _inserts(relation, sample, role)
    if "UPDATE" in privileges:
        yield from (replace(usage, role=role) for usage in _updates(relation, sample))
    if "DELETE" in privileges:
        yield from _deletes(relation, sample, role)
