"""Runs the command as a user does, and keeps how it ended."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "report.schema.json").read_text("utf-8"))


@dataclass(frozen=True)
class Outcome:
    """How a run of the command ended; `report` is its JSON, where it got as far as one."""

    code: int
    stdout: str
    stderr: str
    report: dict[str, Any] | None

    @property
    def said(self) -> str:
        """Everything that was printed."""
        return self.stdout + self.stderr

    @property
    def open_findings(self) -> list[dict[str, Any]]:
        """What counts."""
        return [f for f in self.report["findings"] if f["accepted"] is None] if self.report else []


Verify = Callable[..., Outcome]


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what leads to a database."""
    hidden = ("PG", "DATABASE_URL", "ALEMBIC_PROOF_", "COV_")
    return {**{k: v for k, v in os.environ.items() if not k.startswith(hidden)}, "NO_COLOR": "1", **more}


def run_verify(url: str, folder: Path, path: Path, *arguments: str, env: dict[str, str] | None = None) -> Outcome:
    """`alembic-proof verify` in a folder, on a server, with its JSON report at a path."""
    command = [sys.executable, "-m", "alembic_proof", "verify", *arguments]
    if not {"--since", "--base"} & {*arguments}:
        command += ["--since", "head"]  # what revisions do to a database in use has tests of its own
    if "--postgres" not in arguments:
        command += ["--postgres", url]
    if "--format" not in arguments:
        command += ["--format", f"json={path}", "--format", "terminal"]
    done = ended(command, folder, env)
    report = json.loads(path.read_text("ascii")) if path.exists() else None
    if report is not None:
        jsonschema.validate(report, SCHEMA)
    return Outcome(done.returncode, done.stdout, done.stderr, report)


def run_proof(url: str, folder: Path, *arguments: str, env: dict[str, str] | None = None) -> Outcome:
    """`alembic-proof` in a folder with these arguments; on a server, unless they name one."""
    command = [sys.executable, "-m", "alembic_proof", *arguments]
    if "--postgres" not in arguments:
        command += ["--postgres", url]
    done = ended(command, folder, env)
    return Outcome(done.returncode, done.stdout, done.stderr, None)


def ended(command: list[str], folder: Path, env: dict[str, str] | None) -> subprocess.CompletedProcess[str]:
    """A command, as it ended."""
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(**(env or {})),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
