"""One server of each version at hand, with a database that the migrations are said to have made."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from drift_help import Ground, base, grounded

from alembic_proof.provision import ROUTES, Request, provide


@pytest.fixture(scope="session", params=["installed", "embedded"])
def shared_ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Two databases: the migrated one holds what the base models say."""
    wanted = os.environ.get("ALEMBIC_PROOF_POSTGRES") or request.param
    if wanted != request.param or not ROUTES[wanted].probe(Request(route=wanted)).usable:
        pytest.skip(f"no {request.param} Postgres for this run")
    with provide(Request(route=request.param)) as server, grounded(server, base()) as ground:
        yield ground


@pytest.fixture
def ground(shared_ground: Ground) -> Iterator[Ground]:
    """The same, and what a test does there is rolled back."""
    with shared_ground.undone():
        yield shared_ground
