from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from github_stub import TOKEN, Running, Stub, workflow_run

from alembic_proof.cli_post import post
from alembic_proof.post import github


@pytest.fixture
def github_stub() -> Iterator[Stub]:
    with Running() as stub:
        yield stub


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was waited for, without waiting."""
    waited: list[float] = []
    monkeypatch.setattr(github.time, "sleep", waited.append)
    return waited


@pytest.fixture
def run_post(github_stub: Stub, waits: list[float], tmp_path: Path) -> Callable[..., Result]:
    """`alembic-proof post` on the stub; `text` None: the run made no file."""

    def do(text: str | None, event: dict[str, Any] | None = None, *options: str) -> Result:
        event = event or workflow_run()
        payload, file = tmp_path / "event.json", tmp_path / "comment.md"
        payload.write_text(json.dumps(event))
        file.unlink(missing_ok=True)
        if text is not None:
            file.write_text(text, "utf-8")
        env = {
            **dict.fromkeys([n for n in os.environ if n.startswith(("GITHUB_", "GH_"))]),
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": github_stub.url,
            "GITHUB_EVENT_NAME": next(n for n in ("workflow_run", "pull_request") if n in event),
            "GITHUB_EVENT_PATH": str(payload),
            "GITHUB_RUN_ID": "41",
        }
        result = CliRunner().invoke(post, [str(file), *options], env=env)
        assert TOKEN not in result.output + repr(result.exception)
        return result

    return do
