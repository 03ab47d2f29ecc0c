"""Short words for the tests of rows."""

from __future__ import annotations

from typing import Any

from alembic_proof.catalog.shapes import read_shapes
from alembic_proof.effects import Change
from alembic_proof.rows.contents import Contents, compare, contents_sql, read_contents
from alembic_proof.rows.filled import Filled
from alembic_proof.walk.rows import fill


async def execute(connection: Any, sql: str) -> None:
    """As a project would, with names in public."""
    await connection.execute("SET search_path = public")
    try:
        await connection.execute(sql)
    finally:
        await connection.execute("SET search_path = ''")


async def filled(connection: Any, level: str = "all", tables: Any = None) -> Filled:
    return await fill(connection, await read_shapes(connection), level, tables)


async def contents(connection: Any) -> Contents:
    shapes = await read_shapes(connection)
    return read_contents(await connection.fetchval(contents_sql(shapes)))


async def became(connection: Any, given: str, done: str) -> tuple[Change, ...]:
    """What `done` did to the rows of `given`."""
    await execute(connection, given)
    before = await contents(connection)
    await execute(connection, done)
    return compare(before, await contents(connection), "upgrade")
