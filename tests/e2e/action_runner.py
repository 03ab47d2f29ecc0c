"""The steps of action.yml, run as GitHub runs them: its expressions, its variables, its files of commands."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[2]
ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_OUTPUT = re.compile(r"(?ms)^([\w-]+)<<(\w+)\n(.*?)\n\2$")


@dataclass
class Ran:
    """How the action ended, with all that it left behind."""

    code: int = 0
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    log: str = ""
    written: dict[str, str] = field(default_factory=dict)


def run_action(folder: Path, temp: Path, inputs: Mapping[str, str], environ: Mapping[str, str]) -> Ran:
    """Every step in order, the next only where the last did not fail."""
    values = {name: str(about.get("default", "")) for name, about in ACTION["inputs"].items()} | dict(inputs)
    known = {f"inputs.{name}": _expanded(value, {"github.token": ""}) for name, value in values.items()}
    ran = Ran()
    for step in ACTION["runs"]["steps"]:
        assert set(step) <= {"id", "shell", "run", "env", "if", "working-directory"}
        if "if" in step and not _holds(step["if"], known):
            continue
        ran.code = _step(step, folder, temp, known, environ, ran)
        if ran.code:
            break
    ran.outputs = {name: _expanded(about["value"], known) for name, about in ACTION["outputs"].items()}
    return ran


def _step(
    step: dict[str, Any], folder: Path, temp: Path, known: dict[str, str], environ: Mapping[str, str], ran: Ran
) -> int:
    assert step["shell"] == "bash"
    assert "${{" not in step["run"]  # a value never becomes text of the shell
    files = {name: temp / f"{name}-{step['id']}" for name in ("OUTPUT", "STEP_SUMMARY", "ENV", "PATH", "STATE")}
    for path in files.values():
        path.write_text("")
    env = {
        **environ,
        **{f"GITHUB_{name}": str(path) for name, path in files.items()},
        "GITHUB_ACTION_PATH": str(REPOSITORY),
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(folder),
        "RUNNER_TEMP": str(temp),
        **{name: _expanded(str(value), known) for name, value in step["env"].items()},
    }
    where = folder / _expanded(step.get("working-directory", "."), known)
    # as GitHub does for `shell: bash`
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    done = subprocess.run(command, cwd=where, env=env, capture_output=True, text=True, check=False, timeout=180)
    for name, _, value in _OUTPUT.findall(files["OUTPUT"].read_text("utf-8")):
        known[f"steps.{step['id']}.outputs.{name}"] = value
    ran.summary += files["STEP_SUMMARY"].read_text("utf-8")
    ran.log += done.stdout + done.stderr
    ran.written |= {f"{step['id']}.{n}": p.read_text() for n, p in files.items() if n in ("ENV", "PATH", "STATE")}
    return done.returncode


def _expanded(text: str, known: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda m: known.get(m[1], ""), text)


def _holds(condition: str, known: Mapping[str, str]) -> bool:
    found = re.fullmatch(r"(\S+) == '(\w+)'", condition)
    assert found is not None, condition
    return known.get(found[1], "") == found[2]
