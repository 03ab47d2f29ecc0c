"""Schemas read on our own connection: of a revision, of a file of SQL, of a database somewhere that is only read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from alembic_proof.catalog.read import read_located, read_schema, read_versions
from alembic_proof.continuity import Located
from alembic_proof.ddl.schema import Schema
from alembic_proof.errors import CouldNotVerify
from alembic_proof.history import History
from alembic_proof.provision.connection import connected, place
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.provision.server import Endpoint
from alembic_proof.snapshot import Snapshot
from alembic_proof.trace import Context
from alembic_proof.walk.collect import Collector
from alembic_proof.walk.runs import Ground, connect, crash, do, open_database, prepare

VERSION_TABLE = Context().version_table_identity


@dataclass(frozen=True)
class Migrated:
    """A database that a plain upgrade brought to a revision."""

    schema: Schema
    history: History
    context: Context


async def migrated(ground: Ground, target: str = "heads") -> Migrated:
    """The schema of a revision; CouldNotVerify where it is not reached."""
    async with open_database(ground, "schema") as database:
        await prepare(ground, database)
        collector = await upgraded(ground, database, target)
        schema = await read(database, collector.context)
    return Migrated(schema, collector.history, collector.context)


async def upgraded(ground: Ground, database: ScratchDatabase, target: str) -> Collector:
    """A plain `alembic upgrade` there, from wherever it is."""
    collector, ending = await do(ground, database, "upgrade", _stay, to=target)
    failure = collector.failure or (None if collector.ended else crash(ending))
    if failure is not None:
        where = f"revision {collector.running[0]} fails: " if collector.running else ""
        raise CouldNotVerify(f"{where}{failure}", "see: alembic-proof verify", "\n".join(failure.traceback))
    async with connected(database.endpoint) as connection:
        if not await read_versions(connection, collector.context.version_table_identity):
            raise CouldNotVerify("env.py ended without recording a revision", "see: alembic-proof verify")
    return collector


async def _stay(_: Collector) -> str:
    return "stay"


async def read(database: ScratchDatabase, context: Context) -> Schema:
    """The schema now, with what needs what."""
    async with connected(database.endpoint) as connection:
        return await read_schema(connection, context.version_table_identity)


async def located(database: ScratchDatabase, context: Context) -> Located:
    """The schema now, with the oids by which its objects are known again in the same database."""
    async with connected(database.endpoint) as connection:
        return await read_located(connection, context.version_table_identity)


@asynccontextmanager
async def holding(ground: Ground, text: str) -> AsyncIterator[ScratchDatabase]:
    """A scratch database that holds what a file of SQL says; CouldNotVerify where it cannot be loaded.

    Loaded as its owner; where the server is ours, by an administrator, who may `SET ROLE` for what others granted.
    """
    async with open_database(ground, "schema") as database:
        connection = await connect(database, admin=ground.server.owned, as_owner=True)
        try:
            await connection.execute(text)
        except asyncpg.PostgresError as error:
            raise CouldNotVerify(f"the file cannot be loaded: {error}", _line(text, error)) from None
        finally:
            await connection.close()
        yield database


def _line(text: str, error: asyncpg.PostgresError) -> str:
    position = getattr(error, "position", None)
    return f"see line {text[: int(position)].count(chr(10)) + 1}" if position else ""


async def loaded(ground: Ground, text: str, version_table: str = VERSION_TABLE) -> Snapshot:
    """The facts of a file of SQL."""
    async with holding(ground, text) as database, connected(database.endpoint) as connection:
        return (await read_schema(connection, version_table)).snapshot


_ENCRYPTED = "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()"


async def remote(endpoint: Endpoint, version_table: str, sslmode: str = "prefer") -> tuple[Snapshot, int]:
    """The facts of a database that is only read, in a read-only transaction, and its server's major version."""
    async with connected(endpoint) as connection:
        await connection.execute("SET default_transaction_read_only = on")
        if sslmode == "require" and not await connection.fetchval(_ENCRYPTED):
            raise CouldNotVerify(f"{place(endpoint)} does not encrypt, but the URL says sslmode=require")
        version = await connection.fetchval("SELECT current_setting('server_version_num')::int")
        schema = await read_schema(connection, version_table, foreign=True)
    return schema.snapshot, int(version) // 10000
