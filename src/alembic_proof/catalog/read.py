"""Reads a Snapshot through a connection of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalog import pin_sql, snapshot_sql
from alembic_proof.snapshot import Snapshot

if TYPE_CHECKING:
    import asyncpg


async def read_snapshot(connection: asyncpg.Connection, version_table: str) -> Snapshot:
    """All facts of the connection's database, in one read-only transaction under pinned settings."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(pin_sql())
        rows = await connection.fetch(snapshot_sql(), version_table)
    return Snapshot(frozenset(row["line"] for row in rows))


async def read_versions(connection: asyncpg.Connection, version_table: str) -> tuple[str, ...]:
    """The revisions that the version table holds; empty where there is no such table."""
    if await connection.fetchval("SELECT to_regclass($1)", version_table) is None:
        return ()
    rows = await connection.fetch(f"SELECT version_num FROM {version_table} ORDER BY 1")  # noqa: S608  quoted
    return tuple(row["version_num"] for row in rows)
