"""The pytest plugin: one item per revision and direction, and one per check; off unless `--alembic-proof` asks.

The walk runs once per session, also under xdist: the first worker that needs it runs it, the others read its result.
Works with pytest 7.4 and later, with pytest-alembic or without.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alembic_proof.checks import RULES
from alembic_proof.errors import ProofError
from alembic_proof.history import History
from alembic_proof.pytest_view import text_of
from alembic_proof.render.json_report import as_data
from alembic_proof.settings import Settings, load_settings
from alembic_proof.verify import read_history, verify

_KEYS = ("config", "python", "postgres", "postgres_version", "image")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options; all else comes from `[tool.alembic-proof]`."""
    group = parser.getgroup("alembic-proof", "migrations on a real Postgres")
    group.addoption("--alembic-proof", action="store_true", help="verify every revision of the Alembic history")
    group.addoption("--alembic-proof-config", help="alembic.ini of the project")
    group.addoption("--alembic-proof-python", help="the project's interpreter")
    group.addoption("--alembic-proof-postgres", help="auto, container, embedded, installed, or a server's URL")
    group.addoption("--alembic-proof-postgres-version", type=int, help="major version")
    group.addoption("--alembic-proof-image", help="image for the container")


def settings_of(config: pytest.Config) -> Settings:
    """Settings of the project at pytest's root; options win."""
    flags = {key: config.getoption(f"alembic_proof_{key}", default=None) for key in _KEYS}
    return load_settings(config.rootpath, flags)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Adds our items before others select by keyword."""
    if not config.getoption("alembic_proof"):
        return
    try:
        settings = settings_of(config)
        history = read_history(settings)
    except ProofError as error:
        raise pytest.UsageError(f"{error.message}\n{error.hint}") from error
    walk = Walk(config, settings)
    root = Proof.from_parent(session, name="alembic-proof", nodeid="alembic-proof", walk=walk, history=history)
    items.extend(root.collect())


class Walk:
    """The session's one walk, as the data of its JSON report."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.config = config
        self.settings = settings
        self._data: dict[str, Any] | None = None

    def data(self) -> dict[str, Any]:
        """The report; run here, or by the worker that came first."""
        if self._data is None:
            self._data = self._shared() if hasattr(self.config, "workerinput") else self._run()
        return self._data

    def _run(self) -> dict[str, Any]:
        try:
            return as_data(verify(self.settings))
        except ProofError as error:
            return {"error": f"{error.message}\nway out: {error.hint}", "findings": [], "revisions": []}

    def _shared(self) -> dict[str, Any]:
        """Workers of one session share the folder above their own, and a lock in it."""
        folder = Path(self.config._tmp_path_factory.getbasetemp()).parent  # type: ignore[attr-defined]  # noqa: SLF001
        result = folder / "alembic-proof.json"
        with (folder / "alembic-proof.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not result.exists():
                result.write_text(json.dumps(self._run()), "utf-8")
            return dict(json.loads(result.read_text("utf-8")))


class Proof(pytest.Collector):
    """All items of the history."""

    def __init__(self, *, walk: Walk, history: History, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.walk = walk
        self.history = history

    def collect(self) -> list[pytest.Item]:
        """Revisions in the order of their files, then the checks."""
        return [*self._revisions(), *self._checks()]

    def _revisions(self) -> Iterator[pytest.Item]:
        for revision in self.history.revisions:
            for direction in ("upgrade", "downgrade"):
                if revision.id is not None:
                    name = f"{revision.id}[{direction}]"
                    yield RevisionItem.from_parent(self, name=name, revision=revision.id, direction=direction)

    def _checks(self) -> Iterator[pytest.Item]:
        for rule in RULES:
            yield CheckItem.from_parent(self, name=rule, rule=rule)


class ProofFailure(Exception):
    """Findings, as the text that pytest shows in place of a traceback."""


class _Item(pytest.Item):
    def _data(self) -> dict[str, Any]:
        assert isinstance(self.parent, Proof)
        data = self.parent.walk.data()
        if data.get("error"):
            raise ProofFailure(data["error"])
        return data

    def _judge(self, findings: list[dict[str, Any]]) -> None:
        wrong = [f for f in findings if not f["accepted"] and f["severity"] == "error"]
        if wrong:
            raise ProofFailure("\n\n".join(map(text_of, wrong)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """The finding itself; a traceback only for a defect of ours."""
        if isinstance(excinfo.value, ProofFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """What pytest prints as the item's place."""
        return self.path, None, f"alembic-proof {self.name}"


class RevisionItem(_Item):
    """One revision in one direction."""

    def __init__(self, *, revision: str, direction: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.revision = revision
        self.direction = direction

    def runtest(self) -> None:
        """Fails with the findings at this revision; skipped where it was not run."""
        data = self._data()
        mine = [f for f in data["findings"] if (f["revision"], f["direction"]) == (self.revision, self.direction)]
        self._judge(mine)
        result = next((r for r in data["revisions"] if r["id"] == self.revision), None)
        if result is None or result[self.direction] == "not run":
            if data["incomplete"]:
                raise ProofFailure(f"could not verify: {data['incomplete']}")
            pytest.skip("not run: the walk did not come here, or there is nothing to run")


class CheckItem(_Item):
    """One rule over the whole history."""

    def __init__(self, *, rule: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.rule = rule

    def runtest(self) -> None:
        """Fails with every finding of the rule."""
        self._judge([f for f in self._data()["findings"] if f["rule"] == self.rule])
