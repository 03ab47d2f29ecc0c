"""What is there and no snapshot holds is found by what the server itself lists as catalogs."""

import asyncio
import os
from collections.abc import Iterator

import pytest

from alembic_proof.catalog.read import read_unmodelled
from alembic_proof.provision import Request, Server, provide
from alembic_proof.provision.connection import connected
from alembic_proof.provision.scratch import scratch

# one of each kind that a snapshot does hold, and of what only belongs to others
MODELLED = """
CREATE EXTENSION citext SCHEMA public;
CREATE TYPE public.mood AS ENUM ('sad');
CREATE DOMAIN public.amount AS int CHECK (VALUE > 0);
CREATE TABLE public.job (id serial PRIMARY KEY, mood public.mood, name public.citext, n int CHECK (n > 0));
CREATE INDEX ON public.job (n);
CREATE STATISTICS public.both_of ON id, n FROM public.job;
CREATE VIEW public.jobs AS SELECT id FROM public.job;
CREATE RULE nothing AS ON DELETE TO public.job DO INSTEAD NOTHING;
CREATE POLICY own ON public.job USING (n > 1);
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER t BEFORE UPDATE ON public.job FOR EACH ROW EXECUTE FUNCTION public.f();
CREATE FUNCTION public.g() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION public.g();
CREATE PUBLICATION feed FOR TABLE public.job;
CREATE COLLATION public.german (provider = libc, locale = 'C');
CREATE OPERATOR public.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE OPERATOR CLASS public.odd FOR TYPE int4 USING btree
  AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(int4, int4);
CREATE TEXT SEARCH CONFIGURATION public.words (COPY = simple);
CREATE FOREIGN DATA WRAPPER far;
CREATE SERVER away FOREIGN DATA WRAPPER far;
CREATE USER MAPPING FOR PUBLIC SERVER away;
CREATE LANGUAGE spoken HANDLER plpgsql_call_handler;
CREATE TRANSFORM FOR int LANGUAGE spoken (FROM SQL WITH FUNCTION prsd_lextype(internal));
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE CONVERSION public.nothing FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
"""


@pytest.fixture(scope="module", params=["embedded", "installed"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of each version at hand."""
    route = os.environ.get("ALEMBIC_PROOF_POSTGRES") or request.param
    if route != request.param:
        pytest.skip(f"this run is on {route}")
    with provide(Request(route=route)) as server:
        yield server


async def unmodelled(server: Server, sql: str) -> tuple[str, ...]:
    """What is found after some SQL of the administrator."""
    async with scratch(server, "unmodelled") as database, connected(database.admin) as connection:
        await connection.execute(sql)
        return await read_unmodelled(connection)


def test_a_database_of_modelled_kinds_has_nothing_else(server: Server) -> None:
    """Neither has an empty one; what an extension brought is the extension's."""
    assert asyncio.run(unmodelled(server, MODELLED)) == ()


def test_a_large_object_is_found_and_counted(server: Server) -> None:
    """By the name of its catalog, as Postgres has no other for it."""
    found = asyncio.run(unmodelled(server, "SELECT lo_create(0), lo_create(0)"))
    assert found == ("pg_largeobject_metadata: 2",)
