"""One server per worker for the runs, and a second one, the decoy, that must never hear of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from walk_project import Project
from walk_servers import Decoy, Front, fill_decoy

from alembic_proof.provision import ROUTES, Request, Server, provide


def local() -> Request:
    """A request for a server of programs on this machine; sockets only, gone with the test session."""
    for route in ("installed", "embedded"):
        request = Request(route=route)
        if ROUTES[route].probe(request).usable:
            return request
    pytest.skip("neither an installed Postgres nor a wheel with one here")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server on which the scratch databases are made."""
    with provide(local()) as provided:
        yield provided


@pytest.fixture(scope="session")
def front(server: Server) -> Iterator[Front]:
    """The same server by TCP, for plain Alembic with any driver."""
    with Front(server.admin) as opened:
        yield opened


@pytest.fixture(scope="session")
def decoy_server() -> Iterator[Decoy]:
    """A second real server with a database `production`; it logs every connection and every statement."""
    with provide(local()) as provided, Front(provided.admin) as opened:
        fill_decoy(provided.admin)
        yield Decoy(provided.admin, opened)


@pytest.fixture
def decoy(decoy_server: Decoy) -> Iterator[Decoy]:
    """The decoy with a fresh page in its log; in the end it holds what it held before: no table."""
    decoy_server.turn_page()
    yield decoy_server
    assert decoy_server.tables() == []


@pytest.fixture
def project(tmp_path: Path, server: Server, front: Front, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty folder for a project, with the ways to run it."""
    for name in ("DATABASE_URL", "ALEMBIC_PROOF_URL", "ALEMBIC_PROOF_POSTGRES"):
        monkeypatch.delenv(name, raising=False)
    return Project(tmp_path / "app", server, front, monkeypatch)
