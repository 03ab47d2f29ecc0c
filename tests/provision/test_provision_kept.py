"""A development server for a checkout stays, is found again, and goes when it is told to."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from provision_help import processes, require

from alembic_proof.errors import UsageError
from alembic_proof.provision import Request, kept
from alembic_proof.provision.connection import connected, wait_for


@pytest.fixture(params=[pytest.param("container", marks=pytest.mark.container), "embedded", "installed"])
def running(request: pytest.FixtureRequest, place: Path, cache: Path, tmp_path: Path) -> Iterator[tuple[Request, Path]]:
    """A checkout with a kept server."""
    wanted = require(request.param, cache)
    kept.start(wanted, tmp_path)
    try:
        yield wanted, tmp_path
    finally:
        kept.stop(tmp_path)


def test_a_second_start_finds_the_server_of_the_first(running: tuple[Request, Path]) -> None:
    """One server per checkout."""
    request, home = running
    assert kept.start(request, home) == kept.find(home)


def test_its_state_is_for_the_user_alone_and_not_for_git(running: tuple[Request, Path]) -> None:
    """It holds passwords."""
    folder = running[1] / kept.FOLDER
    assert stat.S_IMODE((folder / kept.STATE).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / ".gitignore").read_text() == "*\n"


def test_its_database_belongs_to_an_ordinary_role_and_keeps_data(running: tuple[Request, Path]) -> None:
    """What one session writes, a later one reads."""
    found = kept.find(running[1])
    assert found is not None

    async def work() -> tuple[object, ...]:
        async with connected(found.app) as session:
            await session.execute("CREATE TABLE public.note (text text); INSERT INTO public.note VALUES ('kept')")
        async with connected(found.app) as session:
            query = "SELECT text, rolsuper FROM public.note, pg_roles WHERE rolname = current_user"
            return tuple(await session.fetchrow(query))

    assert wait_for(work) == ("kept", False)


def test_psql_reaches_it_by_the_command_that_is_printed(running: tuple[Request, Path]) -> None:
    """On every route, with the password in the environment and not among the arguments."""
    found = kept.find(running[1])
    assert found is not None
    argv, environment = kept.psql_command(found)
    assert found.app.password not in " ".join(argv)
    # a test has no terminal
    argv = ["-i" if word == "-it" else word for word in argv]
    done = subprocess.run(
        [*argv, "-Atc", "SELECT current_user"], env=environment, check=False, capture_output=True, text=True
    )
    assert (done.stdout, done.returncode) == ("app\n", 0)


def test_stop_leaves_nothing_and_says_whether_something_ran(running: tuple[Request, Path], place: Path) -> None:
    """Processes, folder, container and state file are gone; a second stop finds nothing to do."""
    home = running[1]
    assert kept.stop(home)
    assert kept.find(home) is None
    assert not kept.stop(home)
    assert not processes(place)


def test_it_outlives_the_command_that_started_it(place: Path, cache: Path, tmp_path: Path) -> None:
    """And the signals of that command's terminal."""
    require("embedded", cache)
    program = (
        "import sys; from pathlib import Path; from alembic_proof.provision import Request, kept;"
        "kept.start(Request(route='embedded', cache=Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", program, cache, tmp_path], check=True, timeout=60)
    found = kept.find(tmp_path)
    assert found is not None
    assert found.owner is not None
    os.kill(found.owner.pid, signal.SIGINT)
    os.kill(found.owner.pid, signal.SIGHUP)
    time.sleep(0.1)
    assert kept.find(tmp_path) == found
    assert kept.stop(tmp_path)


def test_a_stale_state_is_replaced(place: Path, cache: Path, tmp_path: Path) -> None:
    """The number of its process may be another's by now: the start time tells."""
    request = require("embedded", cache)
    first = kept.start(request, tmp_path)
    path = tmp_path / kept.FOLDER / kept.STATE
    assert first.owner is not None
    os.kill(first.owner.pid, signal.SIGKILL)
    words = json.loads(path.read_text())
    words["owner"]["pid"] = os.getpid()
    path.write_text(json.dumps(words))
    assert kept.find(tmp_path) is None
    second = kept.start(request, tmp_path)
    assert second.server.admin != first.server.admin
    assert kept.stop(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 99}'])
def test_a_state_that_cannot_be_read_is_no_server(text: str, tmp_path: Path) -> None:
    """It is replaced by the next start."""
    (tmp_path / kept.FOLDER).mkdir()
    (tmp_path / kept.FOLDER / kept.STATE).write_text(text)
    assert kept.find(tmp_path) is None


def test_a_server_of_the_user_is_not_kept(tmp_path: Path) -> None:
    """It is not ours to stop."""
    with pytest.raises(UsageError):
        kept.start(Request(route="url", url="postgresql://host/postgres"), tmp_path)
