"""Fixtures that hand a provisioned Postgres to pytest-alembic, or to tests of your own.

In `conftest.py`:

    from alembic_proof.fixtures import *

Each test gets an empty scratch database on one server per session (and per xdist worker). pytest-alembic's
`alembic_engine` and `alembic_config` are among them; override either to change it.
"""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Iterator
from typing import Any

import pytest

from alembic_proof.plugin import settings_of
from alembic_proof.provision import Server, provide
from alembic_proof.provision.scratch import create, release
from alembic_proof.verify import request

__all__ = [
    "alembic_config",
    "alembic_engine",
    "alembic_proof_driver",
    "alembic_proof_server",
    "alembic_proof_url",
]

_ASYNC = frozenset({"asyncpg", "psycopg_async"})


@pytest.fixture(scope="session")
def alembic_proof_server(pytestconfig: pytest.Config) -> Iterator[Server]:
    """The Postgres of this session, as the settings and `--alembic-proof-postgres` ask for it."""
    with provide(request(settings_of(pytestconfig))) as server:
        yield server


@pytest.fixture
def alembic_proof_url(alembic_proof_server: Server, pytestconfig: pytest.Config) -> Iterator[str]:
    """The URL of an empty database that only this test uses."""
    extensions = settings_of(pytestconfig).extensions
    database = asyncio.run(create(alembic_proof_server, "pytest", extensions))
    try:
        yield database.endpoint.url()
    finally:
        asyncio.run(release(alembic_proof_server, database))


@pytest.fixture
def alembic_proof_driver() -> str:
    """The driver of `alembic_engine`: the first that is installed; override it to name another."""
    for driver, module in (("asyncpg", "asyncpg"), ("psycopg", "psycopg"), ("psycopg2", "psycopg2")):
        if importlib.util.find_spec(module):
            return driver
    return "pg8000"


@pytest.fixture
def alembic_engine(alembic_proof_url: str, alembic_proof_driver: str) -> Any:
    """An Engine, or an AsyncEngine for an async driver; each connection is closed where it was opened."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    url = alembic_proof_url.replace("postgresql://", f"postgresql+{alembic_proof_driver}://", 1)
    if alembic_proof_driver in _ASYNC:
        from sqlalchemy.ext.asyncio import create_async_engine

        return create_async_engine(url, poolclass=NullPool)
    return create_engine(url, poolclass=NullPool)


@pytest.fixture
def alembic_config(pytestconfig: pytest.Config) -> dict[str, str]:
    """The project's own alembic.ini, wherever pytest was started."""
    return {"file": str(settings_of(pytestconfig).config)}
