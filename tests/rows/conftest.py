"""Servers, and on them sessions of an ordinary role, each in a database of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any

import pytest
from corpus.servers import at_hand

from alembic_proof.provision import Server, provide
from alembic_proof.provision.connection import connected
from alembic_proof.provision.scratch import scratch

AT_HAND = at_hand()
Work = Callable[[Any], Awaitable[Any]]
Run = Callable[[Work], Any]


@contextmanager
def running(server: Server) -> Iterator[Run]:
    """Runs a coroutine function with the owner's session in an empty database."""
    loop = asyncio.new_event_loop()
    stack = AsyncExitStack()
    database = loop.run_until_complete(stack.enter_async_context(scratch(server, "rows")))

    async def inside(work: Work) -> Any:
        async with connected(database.endpoint) as connection:
            schemas = await connection.fetch(
                "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_|^info'"
            )
            await connection.execute("; ".join(f"DROP SCHEMA {name} CASCADE" for (name,) in schemas))
            await connection.execute("CREATE SCHEMA public")
            return await work(connection)

    try:
        yield lambda work: loop.run_until_complete(inside(work))
    finally:
        loop.run_until_complete(stack.aclose())
        loop.close()


@pytest.fixture(scope="session", params=sorted(AT_HAND, reverse=True), ids="pg{}".format)
def run_on_each(request: pytest.FixtureRequest) -> Iterator[Run]:
    """On every version at hand."""
    with provide(AT_HAND[request.param]) as server, running(server) as prepared:
        yield prepared


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """On the newest version at hand."""
    with provide(AT_HAND[max(AT_HAND)]) as server, running(server) as prepared:
        yield prepared
