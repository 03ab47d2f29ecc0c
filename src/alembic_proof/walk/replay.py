"""Statements of old and new code, run on our own connection as whoever runs them, and rolled back."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from alembic_proof.catalog.compat import compat_sql, usage_sql
from alembic_proof.compat.relations import Relation, read_relations
from alembic_proof.compat.replies import Results, read_results, replay_sql
from alembic_proof.compat.samples import Samples, read_samples, sample_sql
from alembic_proof.compat.statements import Usage

# what of the project's may wait for a lock has ended; a trigger may run for ever
_PATIENCE = "SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '120s'"
_OWNER = "SELECT pg_catalog.pg_get_userbyid(datdba) FROM pg_catalog.pg_database WHERE datname = current_database()"


async def install(connection: asyncpg.Connection) -> None:
    """The functions that this takes, in the scratch database."""
    await connection.execute(compat_sql())


async def read_usable(connection: asyncpg.Connection, version_table: str) -> tuple[tuple[Relation, ...], Samples]:
    """What can be read and written in the database now, and values for it."""
    relations = read_relations(await connection.fetchval(usage_sql(version_table)))
    return relations, read_samples(relations, await connection.fetchval(sample_sql(relations)))


async def replay(connection: asyncpg.Connection, usages: Sequence[Usage]) -> Results:
    """How each ends, the owner's as the owner of the database; what nobody here may run as its role is not in it."""
    owner = await connection.fetchval(_OWNER)
    switch = owner != await connection.fetchval("SELECT session_user")
    roles = [usage.role or (owner if switch else None) for usage in usages]
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(_PATIENCE)
        text = await connection.fetchval(replay_sql(usages, roles))
    finally:
        await transaction.rollback()
    return read_results(usages, text)
