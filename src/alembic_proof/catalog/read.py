"""Reads a Snapshot through a connection of our own: one read-only transaction under pinned settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalog import dependencies_sql, pin_sql, snapshot_sql
from alembic_proof.ddl.schema import Key, Schema
from alembic_proof.snapshot import Snapshot, parse_fact

if TYPE_CHECKING:
    import asyncpg


async def read_snapshot(connection: asyncpg.Connection, version_table: str) -> Snapshot:
    """All facts of the connection's database."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(pin_sql())
        rows = await connection.fetch(snapshot_sql(), version_table)
    return Snapshot(frozenset(row["line"] for row in rows))


async def read_schema(connection: asyncpg.Connection, version_table: str) -> Schema:
    """All facts, and what needs what."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(pin_sql())
        rows = await connection.fetch(snapshot_sql(), version_table)
        edges = await connection.fetch(dependencies_sql())
    key_of: dict[int, Key] = {}
    for row in rows:
        fact = parse_fact(row["line"])
        if row["own"] and fact.parent is None:
            key_of[row["own"]] = fact.key
    needs: dict[Key, set[Key]] = {}
    for edge in edges:
        dependent, needed = key_of.get(edge["dependent"]), key_of.get(edge["needed"])
        if dependent and needed:
            needs.setdefault(dependent, set()).add(needed)
    return Schema(Snapshot(frozenset(row["line"] for row in rows)), {k: frozenset(v) for k, v in needs.items()})


async def read_versions(connection: asyncpg.Connection, version_table: str) -> tuple[str, ...]:
    """The revisions that the version table holds; empty where there is no such table."""
    if await connection.fetchval("SELECT to_regclass($1)", version_table) is None:
        return ()
    rows = await connection.fetch(f"SELECT version_num FROM {version_table} ORDER BY 1")  # noqa: S608  quoted
    return tuple(row["version_num"] for row in rows)
