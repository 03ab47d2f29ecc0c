"""The route `url`: a server that the user names; we make databases on it and never work in existing ones."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from alembic_proof.errors import CouldNotVerify, ProofError, RefusedForSafety, UsageError
from alembic_proof.provision import scratch
from alembic_proof.provision.connection import connected, place, wait_for
from alembic_proof.provision.route import Log, Probe
from alembic_proof.provision.server import Endpoint, Request, Server

VARIABLE = "ALEMBIC_PROOF_URL"
EXAMPLE = "postgresql://user:password@host:5432/postgres"
# tables, views, sequences and the like that somebody made; what an extension brought is no work of a user
USER_RELATIONS = """
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_(toast_)?temp_'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1 LIMIT 1
"""
POWERS = """
SELECT (rolsuper OR rolcreatedb) AS creates, pg_is_in_recovery() AS standby,
       current_setting('server_version_num')::int AS version,
       EXISTS (SELECT FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl) AS encrypted
FROM pg_roles WHERE rolname = current_user
"""


def named(request: Request) -> str | None:
    """The URL that the user gave, in the request or in the environment."""
    if "://" in request.route:
        return request.route
    return request.url or os.environ.get(VARIABLE) or None


def probe(request: Request) -> Probe:
    """Whether a URL was given; whether it works shows only when it is used."""
    if named(request):
        return Probe(True, "a URL was given")
    return Probe(False, "no URL was given", f"--postgres {EXAMPLE}, or set {VARIABLE}")


def parse(text: str) -> tuple[Endpoint, str]:
    """The endpoint and the sslmode of a URL; no message ever repeats the URL, as it holds a password."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise UsageError(
            "the database URL cannot be read", "Write special characters of the password as %40, %2F, %3A"
        ) from None
    if parts.scheme.split("+")[0] not in ("postgres", "postgresql"):
        raise UsageError(f"a database URL of scheme {parts.scheme!r} is not Postgres", f"Write it as {EXAMPLE}")
    options = dict(parse_qsl(parts.query))
    unknown = sorted(set(options) - {"host", "port", "user", "password", "dbname", "sslmode", "application_name"})
    if unknown:
        raise UsageError(f"the database URL has options that are not supported: {', '.join(unknown)}")
    sslmode = options.get("sslmode", "prefer")
    if sslmode.startswith("verify"):
        raise UsageError(f"sslmode={sslmode} is not supported: the certificate would not be checked")
    return endpoint_of(parts, port, options), sslmode


def endpoint_of(parts: SplitResult, port: int | None, options: dict[str, str]) -> Endpoint:
    """Fill in what the URL leaves out, as libpq does."""
    user = options.get("user") or unquote(parts.username or "") or os.environ.get("PGUSER") or getpass.getuser()
    password = options.get("password") or unquote(parts.password or "") or os.environ.get("PGPASSWORD", "")
    host = options.get("host") or unquote(parts.hostname or "") or "localhost"
    database = options.get("dbname") or unquote(parts.path.lstrip("/")) or user
    try:
        return Endpoint(host, int(options.get("port") or port or 5432), user, password, database)
    except ValueError:
        raise UsageError("the port in the database URL is not a number") from None


async def look(endpoint: Endpoint, sslmode: str, request: Request) -> int:
    """The server's version, if we may create databases there and the named one is nobody's work."""
    async with connected(endpoint) as session:
        powers = await session.fetchrow(POWERS)
        relation = await session.fetchval(USER_RELATIONS)
    if relation is not None:
        raise RefusedForSafety(
            f"database {endpoint.database!r} at {endpoint.host}:{endpoint.port} holds somebody's {relation}",
            f"alembic-proof creates its own databases: name the server's maintenance database instead, as in {EXAMPLE}",
        )
    check_powers(powers, endpoint, sslmode)
    version: int = powers["version"]
    if request.version not in (None, version // 10000):
        raise CouldNotVerify(
            f"{endpoint.host}:{endpoint.port} is Postgres {version // 10000}, not {request.version}",
            "Name a server of that version, or leave the version away",
        )
    return version


def check_powers(powers: Any, endpoint: Endpoint, sslmode: str) -> None:
    """Whether the user may create databases there, and whether the connection is as safe as asked for."""
    if powers["standby"]:
        raise CouldNotVerify(f"{place(endpoint)} is a standby: nothing can be created there", "Name its primary")
    if not powers["creates"]:
        raise CouldNotVerify(
            f"{endpoint.user!r} may not create databases at {endpoint.host}:{endpoint.port}",
            f"As administrator: ALTER ROLE {endpoint.user} CREATEDB",
        )
    if sslmode == "require" and not powers["encrypted"]:
        raise CouldNotVerify(f"{place(endpoint)} does not encrypt, but the URL says sslmode=require")


async def tidy(server: Server, log: Log) -> None:
    """Drop what killed runs left; a failure here is no reason not to go on."""
    try:
        for name in await scratch.sweep(server):
            log(f"dropped {name}, left by a run that was killed more than a day ago")
    except (ProofError, OSError) as error:
        log(f"could not look for leftovers: {error}")


@contextmanager
def start(request: Request, log: Log) -> Iterator[Server]:
    """The user's server; it stays, and what we create on it is dropped by `scratch`."""
    text = named(request)
    if text is None:
        raise CouldNotVerify("no database URL was given", f"--postgres {EXAMPLE}, or set {VARIABLE}")
    endpoint, sslmode = parse(text)
    version = wait_for(lambda: look(endpoint, sslmode, request))
    why = f"PostgreSQL {version // 10000}.{version % 10000} at {endpoint.host}:{endpoint.port} (url)"
    server = Server(endpoint, version, "url", why, owned=False)
    wait_for(lambda: tidy(server, log))
    yield server
