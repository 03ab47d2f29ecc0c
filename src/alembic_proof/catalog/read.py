"""Reads a Snapshot through a connection of our own: one read-only transaction under pinned settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic_proof.catalog import MODELLED, dependencies_sql, pin_sql, snapshot_parts
from alembic_proof.continuity import Located
from alembic_proof.ddl.schema import Key, Schema
from alembic_proof.snapshot import Snapshot, parse_fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import asyncpg


async def _read(connection: asyncpg.Connection, version_table: str, foreign: bool = False) -> list[asyncpg.Record]:
    return [row for sql in snapshot_parts(foreign) for row in await connection.fetch(sql, version_table)]


async def read_snapshot(connection: asyncpg.Connection, version_table: str) -> Snapshot:
    """All facts of the connection's database."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(pin_sql())
        rows = await _read(connection, version_table)
    return _snapshot(rows)


async def read_schema(connection: asyncpg.Connection, version_table: str, foreign: bool = False) -> Schema:
    """All facts, and what needs what.

    `foreign`: of a database that is not ours, where the owner of most tables counts as the owner.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(pin_sql())
        rows = await _read(connection, version_table, foreign)
        edges = await connection.fetch(dependencies_sql())
    return schema_of(rows, edges)


def schema_of(rows: Sequence[Mapping[str, Any]], edges: Iterable[Mapping[str, Any]]) -> Schema:
    """The schema from the rows of `snapshot_sql` and of `dependencies_sql`."""
    facts = [(row["own"], parse_fact(row["line"])) for row in rows]
    key_of: dict[int, Key] = {own: fact.key for own, fact in facts if own and fact.parent is None}
    needs: dict[Key, set[Key]] = {}
    for edge in edges:
        dependent, needed = key_of.get(edge["dependent"]), key_of.get(edge["needed"])
        if dependent and needed:
            needs.setdefault(dependent, set()).add(needed)
    return Schema(_snapshot(rows), {k: frozenset(v) for k, v in needs.items()})


async def read_located(connection: asyncpg.Connection, version_table: str) -> Located:
    """All facts with the oids and files behind them: what makes a renamed table the same table."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(pin_sql())
        rows = await _read(connection, version_table)
        files = await connection.fetch(_FILES)
    places = {row["line"]: (row["owner"], row["own"]) for row in rows}
    return Located(_snapshot(rows), places, {row["oid"]: row["relfilenode"] for row in files})


_FILES = "SELECT oid, relfilenode FROM pg_catalog.pg_class WHERE relfilenode <> 0 AND oid >= 16384"


def _snapshot(rows: Iterable[Mapping[str, Any]]) -> Snapshot:
    return Snapshot(frozenset(row["line"] for row in rows))


async def read_unmodelled(connection: asyncpg.Connection) -> tuple[str, ...]:
    """Kinds of objects that are there and that no query reads, such as `pg_large_object: 2`."""
    catalogs = [row["name"] for row in await connection.fetch(_CATALOGS, list(MODELLED))]
    if not catalogs:
        return ()
    counts = " UNION ALL ".join(
        f"SELECT '{name}' AS name, count(*) AS n FROM pg_catalog.{name} t WHERE t.oid >= 16384 "  # noqa: S608  names of the server's own
        f"AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.{name}'::regclass "
        "AND d.objid = t.oid AND d.deptype IN ('e', 'i'))"
        for name in catalogs
    )
    rows = await connection.fetch(f"SELECT name, n FROM ({counts}) c WHERE n > 0 ORDER BY 1")  # noqa: S608
    return tuple(f"{row['name']}: {row['n']}" for row in rows)


# the catalogs of this database whose rows are objects
_CATALOGS = """
SELECT c.relname AS name FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'oid'
WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND NOT c.relisshared
  AND c.relname <> ALL ($1) AND has_table_privilege(c.oid, 'SELECT')
ORDER BY 1
"""


async def read_versions(connection: asyncpg.Connection, version_table: str) -> tuple[str, ...]:
    """The revisions that the version table holds; empty where there is no such table."""
    if await connection.fetchval("SELECT to_regclass($1)", version_table) is None:
        return ()
    rows = await connection.fetch(f"SELECT version_num FROM {version_table} ORDER BY 1")  # noqa: S608  quoted
    return tuple(row["version_num"] for row in rows)
