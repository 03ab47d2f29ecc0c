"""Reads what a row of each table must look like."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from alembic_proof.rows.shape import Shape, parse_shapes

if TYPE_CHECKING:
    import asyncpg


def shapes_sql(version_table: str = "public.alembic_version") -> str:
    """One query of one text value, for `parse_shapes`; it runs on any connection, under any settings."""
    return _text().replace("{version_table}", "'" + version_table.replace("'", "''") + "'")


@cache
def _text() -> str:
    return files(__package__).joinpath("shapes.sql").read_text("utf-8")


async def read_shapes(
    connection: asyncpg.Connection, version_table: str = "public.alembic_version"
) -> tuple[Shape, ...]:
    """The shapes of all tables that rows can be put into."""
    return parse_shapes(await connection.fetchval(shapes_sql(version_table)))
