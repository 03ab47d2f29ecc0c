"""Makes a table large: the rows that it has, again and again, with keys that are new."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

_COLUMNS = """
SELECT a.attnum AS number, pg_catalog.quote_ident(a.attname) AS name, t.typname AS type, t.typtype = 'b' AS base,
  CASE WHEN a.atttypmod > 4 AND t.typname IN ('varchar', 'bpchar') THEN a.atttypmod - 4 END AS length,
  EXISTS (SELECT FROM pg_catalog.pg_constraint f WHERE f.contype = 'f' AND f.conrelid = a.attrelid
          AND a.attnum = ANY (f.conkey)) AS refers
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attnum
"""
# the columns of each unique index, also those that only an expression uses
_UNIQUE = """
SELECT i.indexrelid::regclass::text AS name, pg_catalog.array_agg(DISTINCT k.number) AS columns
FROM pg_catalog.pg_index i CROSS JOIN LATERAL (
  SELECT unnest(i.indkey::int2[])::int UNION
  SELECT d.refobjsubid FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
    AND d.objid = i.indexrelid AND d.refobjid = i.indrelid) k (number)
WHERE i.indrelid = $1::text::regclass AND i.indisunique AND k.number > 0 GROUP BY 1
"""
_INTEGERS = ("int2", "int4", "int8", "numeric", "float4", "float8", "oid")
_TEXTS = ("text", "varchar", "bpchar", "citext", "name")
_N = "r.alembic_proof_number"
_OTHERS = {
    "uuid": f"md5({_N}::text)::uuid",
    "date": f"date '2000-01-01' + {_N}::int",
    "timestamp": f"timestamp '2000-01-01' + {_N} * interval '1 second'",
    "timestamptz": f"timestamptz '2000-01-01 00:00:00Z' + {_N} * interval '1 second'",
    "bytea": f"decode(md5({_N}::text), 'hex')",
    "inet": f"inet '10.0.0.0' + {_N}",
}
_HEX = 5  # digits of a number that is new, enough for a million rows
_FIRST = 100  # numbers below are likely to be there


class CannotMultiply(Exception):
    """Why a table cannot be made larger, in words."""


@dataclass(frozen=True)
class Column:
    """A column that can be written, and how a value that is new is made for it; None where there is no way."""

    number: int
    name: str
    fresh: str | None


async def multiply(connection: asyncpg.Connection, table: str, rows: int, every: bool = True) -> int:
    """Brings a table to about so many rows, and returns how many there are.

    With `every`, each column gets new values where it can and is not NULL, since an index of a few values that repeat
    is a small one; else only one column of each key. The rest is copied. Triggers fire where the connection says so.
    """
    if await connection.fetchval("SELECT pg_catalog.to_regclass($1)", table) is None:
        raise CannotMultiply(f"there is no table {table}")
    columns = [_column(row) for row in await connection.fetch(_COLUMNS, table)]
    keys = _keys(columns, await connection.fetch(_UNIQUE, table))
    names, values = (
        ", ".join(words) for words in zip(*((c.name, _value(c, keys, every)) for c in columns), strict=True)
    )
    have = await connection.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608  as the server quotes it
    if not have:
        raise CannotMultiply(f"{table} has no row to multiply")
    try:
        if await connection.fetchval("SHOW autovacuum") == "on":
            with contextlib.suppress(asyncpg.PostgresError):  # of a partitioned table only its partitions have it
                await connection.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
        await connection.execute(_insert(table, names, values, have, rows - have))
    except asyncpg.PostgresError as error:
        raise CannotMultiply(f"the rows of {table} cannot be multiplied: {error}") from error
    await connection.execute(f"VACUUM (ANALYZE) {table}")
    count: int = await connection.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608
    if count < have + (rows - have) // 2:
        raise CannotMultiply(f"the rows of {table} cannot be multiplied: only {count:,} differ from each other")
    return count


def _column(row: asyncpg.Record) -> Column:
    fresh = None if row["refers"] or not row["base"] else _expression(row["name"], row["type"], row["length"])
    return Column(row["number"], row["name"], fresh)


def _expression(name: str, kind: str, length: int | None) -> str | None:
    """A value made of the number of a new row, and of what the copied row has."""
    if kind in _INTEGERS:
        return f"{_FIRST} + {_N}"
    if kind in _TEXTS and (length is None or length >= _HEX):
        kept = f"left(r.{name}::text, {length - _HEX})" if length else f"r.{name}::text"
        return f"coalesce({kept}, '') || lpad(to_hex({_N}), {_HEX}, '0')"
    return _OTHERS.get(kind)


def _keys(columns: Sequence[Column], keys: Sequence[Mapping[str, Sequence[int]]]) -> frozenset[int]:
    """The columns that must get new values: of each key the first that can."""
    chosen: set[int] = set()
    for key in keys:
        usable = [c.number for c in columns if c.fresh and c.number in key["columns"]]
        if not usable:
            raise CannotMultiply(f"no new values can be made for the unique index {key['name']}")
        if not chosen & set(usable):
            chosen.add(usable[0])
    return frozenset(chosen)


def _value(column: Column, keys: frozenset[int], every: bool) -> str:
    own = f"r.{column.name}"
    if column.number in keys and column.fresh:
        return column.fresh
    if every and column.fresh:
        return f"CASE WHEN {own} IS NULL THEN NULL ELSE {column.fresh} END"
    return own


def _insert(table: str, names: str, values: str, have: int, more: int) -> str:
    """The narrower half of the rows is copied: generated ones hold texts as long as they may be."""
    seeds = (have + 1) // 2
    return (
        f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {values} FROM ("  # noqa: S608
        f"SELECT r.*, row_number() OVER () AS alembic_proof_number "
        f"FROM (SELECT * FROM {table} t ORDER BY pg_column_size(t.*) LIMIT {seeds}) r "
        f"CROSS JOIN generate_series(1, {-(-more // seeds)}) LIMIT {max(more, 0)}) r ON CONFLICT DO NOTHING"
    )
