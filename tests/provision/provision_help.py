"""What the tests of provisioning share: folders that the server's user can enter, and requests for a route."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest

from alembic_proof.provision import ROUTES, Request

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
