"""Every test works in a folder of its own, so that it can prove that nothing was left, whatever else runs."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from alembic_proof.provision import ROUTES, Request, provide

SHORT = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path("/tmp")


def open_folder() -> Path:
    """A new folder with a short path that the server's user can enter."""
    folder = Path(tempfile.mkdtemp(prefix="proof", dir=SHORT))
    folder.chmod(0o755)
    return folder


def processes(place: Path) -> list[str]:
    """The command lines of all processes that work in a folder; a zombie has none."""
    lines = subprocess.run(["ps", "-wwaxo", "args="], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in lines if str(place) in line]


@pytest.fixture(scope="session")
def cache() -> Iterator[Path]:
    """A cache for all tests: the first start fills it."""
    folder = open_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for run directories of this test; it must be empty in the end, and nothing may run in it."""
    folder = open_folder()
    monkeypatch.setenv("ALEMBIC_PROOF_RUN_DIR", str(folder))
    monkeypatch.delenv("ALEMBIC_PROOF_URL", raising=False)
    yield folder
    left = [path.name for path in folder.iterdir()], processes(folder)
    shutil.rmtree(folder, ignore_errors=True)
    assert left == ([], [])


def require(route: str, cache: Path) -> Request:
    """A request for a route, or a skip that says why this machine has none."""
    request = Request(route=route, cache=cache)
    looked = ROUTES[route].probe(request)
    if not looked.usable or "pulled" in looked.text:
        pytest.skip(f"no {route} Postgres here: {looked.text}")
    return request


def local(cache: Path) -> Request:
    """A request for a server of programs on this machine."""
    for route in ("embedded", "installed"):
        request = Request(route=route, cache=cache)
        if ROUTES[route].probe(request).usable:
            return request
    pytest.skip("neither a wheel with Postgres nor an installed Postgres here")


@pytest.fixture(
    params=[pytest.param("container", marks=pytest.mark.container), "embedded", "installed", "url"],
)
def wanted(request: pytest.FixtureRequest, place: Path, cache: Path) -> Iterator[Request]:
    """A request for each route; for `url` the URL of a server that the test owns."""
    if request.param != "url":
        yield require(request.param, cache)
        return
    with provide(local(cache)) as server:
        yield Request(url=server.admin.url())
