"""Scratch databases: made by us, owned by an ordinary role, marked with a token, dropped only by it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import asyncpg

from alembic_proof.errors import CouldNotVerify, RefusedForSafety
from alembic_proof.provision.connection import connected, literal, quoted
from alembic_proof.provision.server import Endpoint, Server

PREFIX = "alembic_proof_"
MARK = "alembic-proof"
OLD_SECONDS = 24 * 3600
QUIET_SECONDS = 5.0
# one lock per server for what writes shared catalogs: parallel GRANTs and DROPs disturb each other
LOCK = 0x616C656D
# one ordinary role per run and server, so that two scratch databases of a run have the same owner
RUN = secrets.token_hex(6)
ROLE = PREFIX + RUN
ROLE_PASSWORD = secrets.token_hex(16)


@dataclass(frozen=True)
class ScratchDatabase:
    """One database that this run created; `token` is the comment it carries.

    `endpoint` connects as its owner, an ordinary role, and `admin` as the administrator. `note` says, for the
    report, where that could not be had.
    """

    endpoint: Endpoint
    admin: Endpoint
    token: str
    name: str
    note: str = ""


@asynccontextmanager
async def scratch(
    server: Server, purpose: str, extensions: Sequence[str] = (), template: str | None = None
) -> AsyncIterator[ScratchDatabase]:
    """A scratch database for the time of the with-block."""
    database = await create(server, purpose, extensions, template)
    try:
        yield database
    finally:
        await release(server, database)


async def create(
    server: Server, purpose: str, extensions: Sequence[str] = (), template: str | None = None
) -> ScratchDatabase:
    """Create a scratch database, empty or as a copy of another one that nobody is connected to."""
    name = f"{PREFIX}{checked(purpose)}_{secrets.token_hex(6)}"
    token = new_token()
    async with connected(server.admin) as session, alone(session):
        owner, note = await ordinary_role(session, server.admin)
        statement = await creation(session, server, name, owner.user, template)
        try:
            await retried(lambda: session.execute(statement))
            await session.execute(f"COMMENT ON DATABASE {quoted(name)} IS {literal(token)}")
        except BaseException as error:
            # nobody but us can have a database of this random name
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError):
                await session.execute(f"DROP DATABASE IF EXISTS {quoted(name)}")
            if isinstance(error, asyncpg.PostgresError):
                raise CouldNotVerify(f"cannot create a scratch database: {error}") from error
            raise
    database = ScratchDatabase(owner.at(name), server.admin.at(name), token, name, note)
    await add_extensions(server, database, extensions)
    return database


def checked(purpose: str) -> str:
    """A purpose becomes part of a name: `walk`, `models`."""
    if not re.fullmatch(r"[a-z0-9_]{1,24}", purpose):
        raise ValueError(f"not a purpose: {purpose!r}")
    return purpose


def new_token() -> str:
    """A comment that nobody else's database carries; it says who created it, and when."""
    identity = {"token": secrets.token_hex(16), "run": RUN, "pid": os.getpid()}
    words = {MARK: "scratch", **identity, "created": int(time.time())}
    return json.dumps(words, separators=(",", ":"))


def created_at(comment: str | None) -> int | None:
    """When the owner of this comment was created; None if the comment is not ours."""
    try:
        words = json.loads(comment or "")
        return int(words["created"]) if words[MARK] == "scratch" else None
    except (ValueError, TypeError, KeyError):
        return None


@asynccontextmanager
async def alone(session: Any) -> AsyncIterator[None]:
    """Nobody else of us changes databases and roles of this server meanwhile."""
    await session.execute(f"SELECT pg_catalog.pg_advisory_lock({LOCK})")
    try:
        yield
    finally:
        if not session.is_closed():
            await session.execute(f"SELECT pg_catalog.pg_advisory_unlock({LOCK})")


async def ordinary_role(session: Any, admin: Endpoint) -> tuple[Endpoint, str]:
    """The role that will own the scratch database, and a note where it is not an ordinary one."""
    powers = await session.fetchrow("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
    if not (powers["rolsuper"] or powers["rolcreaterole"]):
        return admin, f"migrations run as {admin.user!r}, as it may not create a role for them"
    if not await session.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", ROLE):
        secret = literal(ROLE_PASSWORD)
        await session.execute(f"CREATE ROLE {quoted(ROLE)} LOGIN NOSUPERUSER PASSWORD {secret}")
        await session.execute(f"COMMENT ON ROLE {quoted(ROLE)} IS {literal(new_token())}")
    if not powers["rolsuper"]:
        await session.execute(f"GRANT {quoted(ROLE)} TO CURRENT_USER")
    return admin.at(admin.database, ROLE, ROLE_PASSWORD), ""


async def creation(session: Any, server: Server, name: str, owner: str, template: str | None) -> str:
    """The statement that creates the database, by the quickest way of this server."""
    # without fsync a copy of the files is twice as fast; with it, it costs two checkpoints
    copies = server.version >= 150000 and await session.fetchval("SHOW fsync") == "off"
    if template is not None:
        await until_quiet(session, template)
    parts = [f"CREATE DATABASE {quoted(name)} OWNER {quoted(owner)} TEMPLATE {quoted(template or 'template0')}"]
    return " ".join(parts + (["STRATEGY file_copy"] if copies else []))


async def until_quiet(session: Any, database: str) -> None:
    """Wait until nobody is connected to a database: a copy would sleep for seconds, and then fail."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1"
    deadline = time.monotonic() + QUIET_SECONDS
    while await session.fetchval(query, database):
        if time.monotonic() > deadline:
            raise CouldNotVerify(f"cannot copy database {database!r}: somebody stays connected to it")
        await asyncio.sleep(0.002)


async def retried(work: Callable[[], Awaitable[object]]) -> None:
    """Do it again while another session is in the way."""
    for _ in range(5):
        try:
            await work()
        except (asyncpg.ObjectInUseError, asyncpg.InternalServerError):
            await asyncio.sleep(0.05)
        else:
            return
    await work()


async def add_extensions(server: Server, database: ScratchDatabase, extensions: Sequence[str]) -> None:
    """Create extensions as the administrator; one that is not there is the environment's fault."""
    if not extensions:
        return
    try:
        async with connected(database.admin) as session:
            for extension in extensions:
                # where a name without schema goes: as for the project's own CREATE EXTENSION
                await session.execute("SET search_path = public")
                await session.execute(f"CREATE EXTENSION IF NOT EXISTS {quoted(extension)} CASCADE")
    except asyncpg.PostgresError as error:
        await release(server, database)
        raise CouldNotVerify(
            f"extension {extension!r} cannot be created on this server ({server.why}): {error}",
            "Choose a server that has it: --postgres container with an --image, or an installed Postgres",
        ) from error
    except BaseException:
        await release(server, database)
        raise


async def release(server: Server, database: ScratchDatabase) -> None:
    """Give a scratch database back: on a server of ours it goes away with the server, at no cost."""
    if not server.owned:
        await drop(server, database)
        await drop_role(server, ROLE)


async def drop(server: Server, database: ScratchDatabase) -> None:
    """Drop a scratch database, if its name and its comment say that it is the very one."""
    async with connected(server.admin) as session, alone(session):
        comment = await comment_of(session, database.name)
        if comment is None and not await exists(session, database.name):
            return
        if not database.name.startswith(PREFIX) or comment != database.token:
            raise RefusedForSafety(
                f"database {database.name!r} does not carry the token of this run, so it is not dropped",
                "Look what it is; drop it by hand if nobody needs it",
            )
        await force_drop(session, database.name)


async def exists(session: Any, name: str) -> bool:
    """Whether there is a database of this name."""
    return bool(await session.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name))


async def comment_of(session: Any, name: str) -> str | None:
    """The comment on a database."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1"
    comment: str | None = await session.fetchval(query, name)
    return comment


async def force_drop(session: Any, name: str) -> None:
    """End the sessions of a database and drop it; ten times as fast as WITH (FORCE), which sleeps."""
    end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1"
    deadline = time.monotonic() + QUIET_SECONDS
    while await session.fetchval(end, name) and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.002)
    await retried(lambda: session.execute(f"DROP DATABASE IF EXISTS {quoted(name)}"))


async def drop_role(server: Server, role: str) -> None:
    """Drop a role of ours, unless a database still needs it."""
    async with connected(server.admin) as session, alone(session):
        comment = await session.fetchval(
            "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1", role
        )
        if created_at(comment) is None:
            return
        try:
            await session.execute(f"DROP ROLE IF EXISTS {quoted(role)}")
        except asyncpg.DependentObjectsStillExistError:
            return


async def sweep(server: Server) -> list[str]:
    """Drop what a killed run left on a server that is not ours: marked, a day old, used by nobody."""
    async with connected(server.admin) as session:
        databases = await session.fetch(
            "SELECT datname, shobj_description(d.oid, 'pg_database') AS comment FROM pg_database d "
            "WHERE starts_with(datname, $1) "
            "AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)",
            PREFIX,
        )
        roles = await session.fetch(
            "SELECT rolname, shobj_description(oid, 'pg_authid') AS comment FROM pg_roles "
            "WHERE starts_with(rolname, $1)",
            PREFIX,
        )
        old = [row["datname"] for row in databases if is_old(row["comment"])]
        async with alone(session):
            for name in old:
                await force_drop(session, name)
    stale = [row["rolname"] for row in roles if is_old(row["comment"])]
    for role in stale:
        await drop_role(server, role)
    return [*old, *stale]


def is_old(comment: str | None) -> bool:
    """Whether a comment is ours and a day old."""
    created = created_at(comment)
    return created is not None and created < time.time() - OLD_SECONDS
