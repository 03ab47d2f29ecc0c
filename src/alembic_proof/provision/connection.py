"""Connections of the harness itself, and the bridge from its synchronous parts to asyncpg."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg

from alembic_proof.errors import CouldNotVerify
from alembic_proof.provision.server import Endpoint

CONNECT_SECONDS = 5.0
T = TypeVar("T")


def wait_for(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine to its end; in a thread of its own where an event loop runs already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


@asynccontextmanager
async def connected(endpoint: Endpoint) -> AsyncIterator[Any]:
    """A session on one database; a name in our SQL means pg_catalog's, whatever a migration created."""
    try:
        connection = await asyncpg.connect(
            host=endpoint.host,
            port=endpoint.port,
            user=endpoint.user,
            # not None where there is none: asyncpg would look for a password file of the user
            password=endpoint.password,
            database=endpoint.database,
            timeout=CONNECT_SECONDS,
            server_settings={"search_path": "", "application_name": "alembic-proof"},
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise CouldNotVerify(
            f"cannot connect to {place(endpoint)}: {told(error, endpoint)}",
            "Check host, port, user and password, and that the server is a Postgres that takes connections",
        ) from None
    try:
        yield connection
    finally:
        await close(connection)


async def close(connection: Any) -> None:
    """End a session; a server that does not answer any more is not waited for."""
    try:
        await connection.close(timeout=2)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()


def place(endpoint: Endpoint) -> str:
    """Where an endpoint is, without its password."""
    return f"database {endpoint.database!r} at {endpoint.host}:{endpoint.port} as {endpoint.user!r}"


def told(error: BaseException, endpoint: Endpoint) -> str:
    """What went wrong in one line, without the password."""
    text = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, TimeoutError):
        text = f"no answer within {CONNECT_SECONDS:.0f} s"
    elif isinstance(error, ConnectionRefusedError):
        text = "connection refused"
    return text.replace(endpoint.password, "***") if endpoint.password else text


def quoted(name: str) -> str:
    """An SQL identifier; a longer one would be cut without a word."""
    if len(name.encode()) > 63 or "\0" in name:
        raise ValueError(f"not a Postgres identifier: {name!r}")
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string, for statements that take no parameters."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
