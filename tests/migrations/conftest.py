"""A scratch database for each test of the example's migrations, as alembic-proof's fixtures provide it."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

# `alembic_engine` and `alembic_config`, which pytest-alembic asks for, and what they are made of
from alembic_proof.fixtures import *  # noqa: F403

# where `models` is: `pytest` by itself, unlike alembic, does not look into the working directory
sys.path.insert(0, str(Path(__file__).parents[2]))


@pytest.fixture
def sql(alembic_engine: AsyncEngine) -> Callable[..., list[Row[Any]]]:
    """Run one statement in a transaction of its own, and have its rows."""

    def execute(connection: Connection, statement: str, parameters: dict[str, Any]) -> list[Row[Any]]:
        result = connection.execute(text(statement), parameters)
        return list(result.all()) if result.returns_rows else []

    async def run(statement: str, parameters: dict[str, Any]) -> list[Row[Any]]:
        async with alembic_engine.begin() as connection:
            return await connection.run_sync(execute, statement, parameters)

    return lambda statement, **parameters: asyncio.run(run(statement, parameters))
