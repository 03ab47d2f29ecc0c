"""One server of each major version at hand."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from compat_help import Ground, grounded

from alembic_proof.provision import ROUTES, Request, provide


@pytest.fixture(
    scope="session", params=[("installed", 15), ("embedded", 16), ("embedded", 18)], ids=lambda p: f"pg{p[1]}"
)
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """A server with an application's role."""
    route, version = request.param
    wanted = Request(route=route, version=version)
    if os.environ.get("ALEMBIC_PROOF_POSTGRES", route) != route or not ROUTES[route].probe(wanted).usable:
        pytest.skip(f"no {route} Postgres {version} for this run")
    with provide(wanted) as server, grounded(server) as prepared:
        yield prepared
