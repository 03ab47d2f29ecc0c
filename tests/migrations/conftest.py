"""A scratch database for each test of the example's migrations, on one server that the run provides."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from alembic_proof.provision import Request, Server, provide
from alembic_proof.provision.scratch import create, release

REPOSITORY = Path(__file__).parents[2]
# where `models` is: `pytest` by itself, unlike alembic, does not look into the working directory
sys.path.insert(0, str(REPOSITORY))

Sql = Callable[..., list[Row[Any]]]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A Postgres for this run: whatever this machine has, or what ALEMBIC_PROOF_POSTGRES asks for."""
    with provide(Request(route=os.environ.get("ALEMBIC_PROOF_POSTGRES", "auto"))) as server:
        yield server


@pytest.fixture
def database_url(server: Server) -> Iterator[str]:
    """The URL of an empty database that only this test uses."""
    database = asyncio.run(create(server, "pytest"))
    yield database.endpoint.url()
    asyncio.run(release(server, database))


@pytest.fixture
def alembic_engine(database_url: str) -> AsyncEngine:
    """What pytest-alembic hands to migrations/env.py; each connection is closed where it was opened."""
    url = database_url.replace("postgresql://", "postgresql+asyncpg://", 1)
    return create_async_engine(url, poolclass=NullPool)


@pytest.fixture
def alembic_config() -> dict[str, str]:
    """The example's own alembic.ini, wherever pytest was started."""
    return {"file": str(REPOSITORY / "alembic.ini")}


@pytest.fixture
def sql(alembic_engine: AsyncEngine) -> Sql:
    """Run one statement in a transaction of its own, and have its rows."""

    def execute(connection: Connection, statement: str, parameters: dict[str, Any]) -> list[Row[Any]]:
        result = connection.execute(text(statement), parameters)
        return list(result.all()) if result.returns_rows else []

    async def run(statement: str, parameters: dict[str, Any]) -> list[Row[Any]]:
        async with alembic_engine.begin() as connection:
            return await connection.run_sync(execute, statement, parameters)

    return lambda statement, **parameters: asyncio.run(run(statement, parameters))
