"""Reads what a row of each table must look like."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from alembic_proof.rows.shape import Shape, parse_shapes

if TYPE_CHECKING:
    import asyncpg


def shapes_sql(version_table: str = "public.alembic_version", tables: Iterable[int] | None = None) -> str:
    """One query of one text value, for `parse_shapes`; it runs on any connection, under any settings.

    `tables` are oids: only these, and what is partitioned with them.
    """
    oids = "NULL" if tables is None else "'{" + ",".join(map(str, sorted(tables))) + "}'"
    name = "'" + version_table.replace("'", "''") + "'"
    return shapes_text(name, oids)


def shapes_text(version_table: str, tables: str) -> str:
    """The query, with these expressions for the version table's name and for the oids."""
    return _text().replace("{version_table}", version_table).replace("{tables}", tables)


@cache
def _text() -> str:
    return files(__package__).joinpath("shapes.sql").read_text("utf-8")


async def read_shapes(
    connection: asyncpg.Connection, version_table: str = "public.alembic_version", tables: Iterable[int] | None = None
) -> tuple[Shape, ...]:
    """The shapes of all tables that rows can be put into, or of those of these oids."""
    return parse_shapes(await connection.fetchval(shapes_sql(version_table, tables)))
