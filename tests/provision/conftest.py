"""Every test works in a folder of its own, so that it can prove that nothing was left, whatever else runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from provision_help import local, open_folder, processes, require

from alembic_proof.provision import Request, provide


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
