"""Nothing stays behind when the harness is killed at any moment."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from provision_help import local, processes, require

from alembic_proof.provision import Request, provide
from alembic_proof.provision.container import engine

HARNESS = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
from pathlib import Path
from alembic_proof.provision import Request, provide
route, version, cache = sys.argv[1:]
with provide(Request(route=route, cache=Path(cache))) as server:
    print(server.admin.host, flush=True)
    time.sleep(60)
"""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


def harness(request: Request, cache: Path) -> subprocess.Popen[str]:
    """A process that provides a server and stays."""
    argv = [sys.executable, "-c", HARNESS, request.route, str(request.version or ""), str(cache)]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True)


def kill_after(process: subprocess.Popen[str], seconds: float, number: int) -> None:
    """Kill a harness at a moment, and wait for its end."""
    time.sleep(seconds)
    process.send_signal(number)
    process.wait(30)
    assert process.stdout is not None
    process.stdout.close()


def until(condition: object, seconds: float = 15.0) -> bool:
    """Whether something becomes true in time."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_killed_harness_leaves_no_server_and_no_folder(number: int, place: Path, cache: Path) -> None:
    """Ten random moments, during the start and after it: the guardian notices, without a next run."""
    request = local(cache)
    moments = random.Random(number)
    for _ in range(10):
        process = harness(request, cache)
        kill_after(process, moments.uniform(0.05, 1.2), number)
        assert until(lambda: not list(place.iterdir()) and not processes(place))


def test_a_killed_guardian_takes_its_server_along_and_the_next_run_removes_the_folder(place: Path, cache: Path) -> None:
    """The server has a parent-death signal, and the folder's lock is free."""
    if not sys.platform.startswith("linux"):
        pytest.skip("parent-death signals are Linux'")
    request = local(cache)
    with provide(request):
        listing = subprocess.run(["ps", "-wwaxo", "pid=,args="], capture_output=True, text=True, check=True).stdout
        guardians = [line for line in listing.splitlines() if str(place) in line and "guardian.py" in line]
        os.kill(int(guardians[0].split()[0]), signal.SIGKILL)
        assert until(lambda: not processes(place))
    assert not list(place.iterdir())
    process = harness(request, cache)
    assert process.stdout is not None
    run = Path(process.stdout.readline().strip())
    (run.parent / "alembic-proof-00000000.lock").touch()
    (run.parent / "alembic-proof-00000000").mkdir()
    kill_after(process, 0, signal.SIGKILL)
    with provide(request):
        assert not (run.parent / "alembic-proof-00000000").exists()


def containers_of(pid: int) -> list[str]:
    """The containers, running or not, whose label names a process."""
    containers = json.loads(engine.ask("/containers/json?all=1")[1])
    owners = [json.loads(one["Labels"].get("alembic-proof.owner", "{}")).get("pid") for one in containers]
    return [one["Id"] for one, owner in zip(containers, owners, strict=True) if owner == pid]


@pytest.mark.slow
@pytest.mark.container
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_killed_harness_leaves_no_container(number: int, place: Path, cache: Path) -> None:
    """Ten random moments: a started container ends by itself, one never started goes with the next run."""
    request = require("container", cache)
    moments = random.Random(number)
    pids = []
    for _ in range(10):
        process = harness(request, cache)
        pids.append(process.pid)
        kill_after(process, moments.uniform(0.3, 3.0), number)
    with provide(request):
        pass
    assert until(lambda: not [one for pid in pids for one in containers_of(pid)])


@pytest.mark.container
def test_the_container_of_a_killed_harness_ends_within_seconds(place: Path, cache: Path) -> None:
    """Without a next run, and without a reaper."""
    process = harness(require("container", cache), cache)
    assert process.stdout is not None
    assert process.stdout.readline()
    assert containers_of(process.pid)
    kill_after(process, 0, signal.SIGKILL)
    assert until(lambda: not containers_of(process.pid), 5)
