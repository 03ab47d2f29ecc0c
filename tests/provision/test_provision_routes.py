"""What every route must do, on a real server of that route."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from provision_help import local, open_folder

from alembic_proof.errors import CouldNotVerify, RefusedForSafety
from alembic_proof.provision import Endpoint, Request, Server, provide, scratch
from alembic_proof.provision.connection import connected, wait_for
from alembic_proof.provision.container import engine


def ask(endpoint: Endpoint, query: str) -> Any:
    """One value from a database."""

    async def work() -> Any:
        async with connected(endpoint) as session:
            return await session.fetchval(query)

    return wait_for(work)


def ours(server: Server) -> set[str]:
    """Databases and roles of ours on a server."""
    query = """SELECT array(SELECT datname::text FROM pg_database WHERE starts_with(datname, 'alembic_proof_')
               UNION ALL SELECT rolname::text FROM pg_roles WHERE starts_with(rolname, 'alembic_proof_'))"""
    return set(ask(server.admin, query))


def test_a_route_starts_a_server_and_states_its_version_and_why(wanted: Request) -> None:
    """The version is the server's own, and the report can say how it was chosen."""
    with provide(wanted) as server:
        assert server.version == int(ask(server.admin, "SELECT current_setting('server_version_num')"))
        assert server.major >= 15
        assert server.route in server.why
        assert ask(server.admin, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")


def test_a_server_of_ours_does_not_wait_for_disks_and_ours_alone_is_owned(wanted: Request) -> None:
    """Only what dies with the run may run without fsync."""
    with provide(wanted) as server:
        assert ask(server.admin, "SHOW fsync") == "off"
        assert server.owned == (server.route != "url")


def test_a_scratch_database_belongs_to_an_ordinary_role_and_carries_its_token(wanted: Request) -> None:
    """The project's code can neither leave its database nor mistake it for another."""

    async def work(server: Server) -> None:
        async with scratch.scratch(server, "walk") as database, connected(database.endpoint) as session:
            row = await session.fetchrow(
                """SELECT rolsuper, rolcreatedb, rolcreaterole, current_database() AS name,
                   shobj_description((SELECT oid FROM pg_database WHERE datname = current_database()),
                                     'pg_database') AS token FROM pg_roles WHERE rolname = current_user"""
            )
            assert tuple(row) == (False, False, False, database.name, database.token)
            assert database.name.startswith("alembic_proof_walk_")
            await session.execute("CREATE TABLE public.job (id int); CREATE SCHEMA other")

    with provide(wanted) as server:
        wait_for(lambda: work(server))


def test_two_scratch_databases_are_independent_and_have_one_owner(wanted: Request) -> None:
    """Two schemas can be compared: nothing but their content differs."""

    async def work(server: Server) -> None:
        async with scratch.scratch(server, "one") as one, scratch.scratch(server, "two") as two:
            assert one.token != two.token
            assert one.endpoint.user == two.endpoint.user
            async with connected(one.endpoint) as session:
                await session.execute("CREATE TABLE public.only_here (id int)")
            async with connected(two.endpoint) as session:
                assert await session.fetchval("SELECT to_regclass('public.only_here')") is None

    with provide(wanted) as server:
        wait_for(lambda: work(server))


def test_a_clone_has_the_content_but_not_the_token_of_its_template(wanted: Request) -> None:
    """A copy of a migrated database costs milliseconds, and is a scratch database of its own."""

    async def work(server: Server) -> None:
        async with scratch.scratch(server, "template") as template:
            async with connected(template.endpoint) as session:
                await session.execute("CREATE TABLE public.copied (id int)")
            async with scratch.scratch(server, "clone", template=template.name) as clone:
                async with connected(clone.endpoint) as session:
                    assert await session.fetchval("SELECT to_regclass('public.copied')::text") == "public.copied"
                assert clone.token != template.token

    with provide(wanted) as server:
        wait_for(lambda: work(server))


def test_a_database_without_the_token_is_not_dropped(wanted: Request) -> None:
    """A name with our prefix proves nothing."""

    async def work(server: Server) -> None:
        async with connected(server.admin) as session:
            await session.execute("CREATE DATABASE alembic_proof_of_somebody")
            there = server.admin.at("alembic_proof_of_somebody")
            foreign = scratch.ScratchDatabase(there, there, "my token", there.database)
            with pytest.raises(RefusedForSafety, match="alembic_proof_of_somebody"):
                await scratch.drop(server, foreign)
            assert await session.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", there.database)
            await session.execute("DROP DATABASE alembic_proof_of_somebody")

    with provide(wanted) as server:
        wait_for(lambda: work(server))


def test_nothing_is_left_after_an_exception_in_the_block(wanted: Request) -> None:
    """No process, folder, container, database or role stays; processes and folders are proven by `place`."""

    async def work(server: Server) -> None:
        async with scratch.scratch(server, "walk") as database, connected(database.endpoint):
            raise ZeroDivisionError

    with provide(wanted) as server:
        with pytest.raises(ZeroDivisionError):
            wait_for(lambda: work(server))
        assert server.owned or ours(server) == set()
    if server.container:
        assert engine.ask(f"/containers/{server.container}/json")[0] == 404


def test_a_pinned_version_that_a_route_cannot_give_is_a_clean_error(wanted: Request) -> None:
    """The error names the version; another one is never taken in its place."""
    with (
        pytest.raises(CouldNotVerify, match="11"),
        provide(replace(wanted, version=11, image=offline(wanted))),
    ):
        pass


def offline(wanted: Request) -> str | None:
    """For containers: a local image of another version, as a pull could take long."""
    return engine.local_tags()[0] if wanted.route == "container" else None


def test_an_extension_that_is_not_there_is_a_clean_error(wanted: Request) -> None:
    """It is the environment that lacks it, not the project that is wrong."""
    with provide(wanted) as server:
        with pytest.raises(CouldNotVerify, match="no_such_extension"):
            wait_for(lambda: scratch.create(server, "walk", ["no_such_extension"]))
        assert server.owned or ours(server) == set()


def test_two_servers_at_once_do_not_disturb_each_other(wanted: Request) -> None:
    """Neither while they start nor while they run."""
    names: list[str] = []

    def one() -> None:
        with provide(wanted) as server:
            database = wait_for(lambda: scratch.create(server, "walk"))
            names.append(database.name)
            assert ask(database.endpoint, "SELECT current_database()") == database.name
            wait_for(lambda: scratch.release(server, database))

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 2


@pytest.mark.slow
def test_eight_servers_at_once_share_one_cold_cache(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One initialises, the others wait for it, and each gets a server of its own."""
    cold = open_folder()
    request = local(cold)
    homes: list[str] = []

    def one() -> None:
        with provide(request) as server:
            homes.append(server.admin.host)
            assert ask(server.admin, "SELECT 1") == 1

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    images = [path.name for path in (cold / "data").iterdir() if path.is_dir()]
    shutil.rmtree(cold)
    assert len(set(homes)) == 8
    assert len(images) == 1
