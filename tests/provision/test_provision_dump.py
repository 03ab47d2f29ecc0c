"""pg_dump of the server's own version, on every route that brings one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from alembic_proof.dumps import read_dump
from alembic_proof.provision import Request, Server, provide, scratch
from alembic_proof.provision.connection import connected, wait_for
from alembic_proof.provision.dump import dump

TABLES = "CREATE TABLE public.job (id int); CREATE TABLE public.version (num text); CREATE SCHEMA other"


@pytest.fixture
def ours(wanted: Request) -> Request:
    """A route whose server we start."""
    if wanted.url:
        pytest.skip("a server behind a URL brings no pg_dump")
    return wanted


async def dumped(server: Server, *leave_out: str) -> str | None:
    """The text of a database with two tables and a schema."""
    async with scratch.scratch(server, "dump") as database:
        async with connected(database.endpoint) as session:
            await session.execute(TABLES)
        return await dump(server, database, *leave_out)


def test_a_server_of_ours_brings_its_own_pg_dump(wanted: Request) -> None:
    """What is left out is no part of it; a server behind a URL brings none."""
    with provide(wanted) as server:
        text = wait_for(lambda: dumped(server, "--exclude-table=public.version", "--exclude-schema=other"))
    if wanted.url:
        assert text is None
        return
    assert text is not None
    assert f"Dumped by pg_dump version {server.major}." in text
    assert {e.subject for e in read_dump(text)} == {"table public.job"}


def test_variables_of_the_user_do_not_lead_it_elsewhere(ours: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads the scratch database, whatever PG* says."""
    for name, value in (("PGHOST", "nowhere.invalid"), ("PGOPTIONS", "-c search_path=x"), ("PGSERVICE", "production")):
        monkeypatch.setenv(name, value)
    with provide(ours) as server:
        text = wait_for(lambda: dumped(server))
    assert text is not None
    assert {e.subject for e in read_dump(text)} == {"table public.job", "table public.version", "schema other"}


def test_two_dumps_of_one_schema_are_one_set_of_entries(ours: Request) -> None:
    """Keys, dates and names of databases in the text are no part of the schema."""
    with provide(ours) as server:
        one, two = (wait_for(lambda: dumped(server)) for _ in range(2))
    assert one is not None
    assert two is not None
    assert read_dump(one) == read_dump(two)


def test_a_pg_dump_that_fails_is_no_empty_schema(ours: Request) -> None:
    """None is unknown; an empty text would be a database without objects."""
    with provide(ours) as server:
        assert wait_for(lambda: dumped(server, "--no-such-option")) is None
        nowhere = replace(server, bin_dir=Path("/nonexistent"), container=None)
        assert wait_for(lambda: dumped(nowhere)) is None
