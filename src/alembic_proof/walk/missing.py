"""Why env.py failed before its first revision, said so that its owner can go on."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

from alembic_proof.errors import ProofError, UsageError
from alembic_proof.settings import Settings
from alembic_proof.trace import Failure

_NAMES = re.compile(r"(?:getenv|environ(?:\.get)?)\s*[(\[]\s*[\"'](\w+)[\"']")


def explain_env_failure(failure: Failure, settings: Settings) -> ProofError:
    """The error of env.py with the most likely way out: a variable that is not set, a module that is not found."""
    place = f" ({failure.file}:{failure.line})" if failure.file else ""
    hint = _hint(failure, settings)
    return UsageError(f"the migration environment cannot run: {failure}{place}", hint, "\n".join(failure.traceback))


def _hint(failure: Failure, settings: Settings) -> str:
    if failure.type in ("ModuleNotFoundError", "ImportError"):
        return f"it runs in {settings.python}; name the project's own interpreter: --python .venv/bin/python"
    unset = _unset_variables(failure, settings)
    if unset:
        offers = " ".join(f"--env {name}={_offer(name)}" for name in unset)
        return f"it reads {', '.join(unset)}, which is not set; any value will do, connections are redirected: {offers}"
    return "run `alembic current` in the same place: it should fail the same way"


def _offer(name: str) -> str:
    return "postgresql+psycopg://" if re.search(r"UR[IL]|DSN|DATABASE", name) else "value"


def _unset_variables(failure: Failure, settings: Settings) -> list[str]:
    files = {line.rpartition(":")[0] for line in failure.traceback} | {failure.file or ""}
    named = {n for f in files for n in _read_names(f)}
    validation = re.findall(r"^(\w+)$", failure.message, re.MULTILINE) if "validation error" in failure.message else []
    wanted = named | {n.upper() for n in validation}
    return sorted(n for n in wanted if n not in os.environ and n not in settings.env)


def _read_names(file: str) -> list[str]:
    try:
        source = Path(file).read_text("utf-8")
        ast.parse(source)
    except (OSError, SyntaxError, ValueError):
        return []
    return _NAMES.findall(source)
