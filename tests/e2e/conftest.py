"""One Postgres for all tests of a worker, copies of the example, and the command as a user runs it."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from defects.running import Verify, run_proof, run_verify

from alembic_proof.provision import ROUTES, Request, Server, provide
from alembic_proof.provision.connection import connected

REPOSITORY = Path(__file__).parents[2]
LEFT_BEHIND = """
SELECT datname FROM pg_database WHERE datname LIKE 'alembic_proof%'
UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'alembic_proof%'
"""


async def left_behind(server: Server) -> list[str]:
    """Databases and roles of runs that are still there."""
    async with connected(server.admin) as session:
        return [row[0] for row in await session.fetch(LEFT_BEHIND)]


def quickest_route() -> str:
    """What ALEMBIC_PROOF_POSTGRES asks for, else programs of this machine: what is tested here is not the route."""
    local = (route for route in ("embedded", "installed") if ROUTES[route].probe(Request()).usable)
    return os.environ.get("ALEMBIC_PROOF_POSTGRES") or next(local, "auto")


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Server]:
    """A server for all runs of a worker."""
    with provide(Request(route=quickest_route())) as server:
        yield server


@pytest.fixture
def postgres_url(shared_server: Server) -> Iterator[str]:
    """Its URL; when the test ends, no database and no role of a run may be left."""
    yield shared_server.admin.url()
    assert asyncio.run(left_behind(shared_server)) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example that a test may break; without its seal and its schema, which would tell each, too."""
    return copy_example(tmp_path / "project")


def copy_example(folder: Path) -> Path:
    """Into a new folder."""
    folder.mkdir()
    shutil.copy(REPOSITORY / "alembic.ini", folder)
    ignore = shutil.ignore_patterns("__pycache__", "history.lock", "schema.sql")
    for part in ("migrations", "models"):
        shutil.copytree(REPOSITORY / part, folder / part, ignore=ignore)
    return folder


@pytest.fixture
def verify(postgres_url: str, project: Path, tmp_path: Path) -> Verify:
    """`alembic-proof verify` in the copy: `verify(*arguments, env={...})`."""
    return partial(run_verify, postgres_url, project, tmp_path / "report.json")


@pytest.fixture
def proof(postgres_url: str, project: Path) -> Verify:
    """Any command in the copy: `proof("snapshot", "--check", env={...})`."""
    return partial(run_proof, postgres_url, project)
