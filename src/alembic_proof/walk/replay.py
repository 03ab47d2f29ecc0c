"""Statements of old and new code, run on our own connection as whoever runs them, and rolled back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import asyncpg

from alembic_proof.catalog.compat import compat_sql, usage_sql
from alembic_proof.compat.models import MappedTable, as_mapped
from alembic_proof.compat.relations import Usable, affected, read_usable
from alembic_proof.compat.replies import Results, read_results, replay_sql
from alembic_proof.compat.samples import read_samples, sample_sql
from alembic_proof.compat.side import Side
from alembic_proof.compat.statements import Usage, statements

# what of the project's may wait for a lock has ended; a trigger may run for ever
_PATIENCE = "SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '120s'"
_OWNER = "SELECT pg_catalog.pg_get_userbyid(datdba) FROM pg_catalog.pg_database WHERE datname = current_database()"


async def install(connection: asyncpg.Connection) -> None:
    """The functions that this takes, in the scratch database."""
    await connection.execute(compat_sql())


async def read_side(
    connection: asyncpg.Connection,
    version_table: str,
    mapped: Iterable[MappedTable] | None = None,
    schema: str = "public",
    since: Usable | None = None,
    usable: Usable | None = None,
) -> Side:
    """The statements of code that knows the schema as it is now, run on it.

    With `mapped`, of code with these models, whose tables without a schema are in `schema`. `since` is what the
    database could be used for at another time: then only of what may be otherwise now; `usable`, what it can be used
    for now, where that is known.
    """
    usable = usable or read_usable(await connection.fetchval(usage_sql(version_table)))
    relations = usable.relations if since is None else affected(usable, since)
    if mapped is not None:
        relations = as_mapped(relations, mapped, schema)
    samples = read_samples(relations, await connection.fetchval(sample_sql(relations)))
    usages = statements(relations, samples, "catalog" if mapped is None else "models")
    return Side(usable, usages, await replay(connection, usages))


async def replay(connection: asyncpg.Connection, usages: Sequence[Usage]) -> Results:
    """How each ends, the owner's as the owner of the database; what nobody here may run as its role is not in it."""
    owner = await connection.fetchval(_OWNER)
    switch = owner != await connection.fetchval("SELECT session_user")
    roles = [usage.role or (owner if switch else None) for usage in usages]
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(_PATIENCE)
        results = read_results(usages, await connection.fetchval(replay_sql(usages, roles)))
        return {**results, **await _hidden(connection, results)}
    finally:
        await transaction.rollback()


async def _hidden(connection: asyncpg.Connection, results: Results) -> Results:
    """What found none of the rows that this session, which may be above all policies, finds."""
    empty = [u for u, o in results.items() if u.rows == "all" and o.passed and not o.rows]
    if not empty:
        return {}
    found = read_results(empty, await connection.fetchval(replay_sql(empty, [None] * len(empty))))
    return {u: replace(results[u], hidden=True) for u in empty if u in found and found[u].rows}
