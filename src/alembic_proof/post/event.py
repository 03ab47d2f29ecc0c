"""The run whose report is posted, as GitHub's event tells of it: nothing here comes from the pull request's code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic_proof.errors import UsageError

_REPOSITORY = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")


@dataclass(frozen=True)
class Run:
    """A run on `head` of `branch` in `source`, for a pull request to `repository`.

    `direct`: it is the run that posts; else it ended with `conclusion`. `number` is told by the pull request's own
    event only: that of a `workflow_run` names none for a fork.
    """

    repository: str
    source: str
    branch: str
    head: str
    url: str
    conclusion: str = ""
    number: int | None = None
    direct: bool = False


def read_event(environ: Mapping[str, str]) -> Run:
    """The run, from the variables that GitHub sets; UsageError for any event that is of no pull request."""
    name, path = environ.get("GITHUB_EVENT_NAME", ""), environ.get("GITHUB_EVENT_PATH", "")
    if name not in _READERS or not path:
        raise UsageError(f"no comment for the event `{name}`", "post in pull_request or workflow_run; see docs/ci.md")
    server = environ.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/")
    try:
        event = json.loads(Path(path).read_text("utf-8"))
        return _READERS[name](event, server, environ)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"the event of GitHub cannot be read: {type(error).__name__}: {error}") from error


def number_of(text: str | None) -> int | None:
    """The number of a pull request as somebody wrote it: digits, and nothing else."""
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise UsageError("that is no number of a pull request", "--pr 17")
    return int(text)


def _workflow_run(event: Any, server: str, _environ: Mapping[str, str]) -> Run:
    run = event["workflow_run"]
    if run["event"] != "pull_request":
        raise ValueError(f"the run was not started by a pull request but by {run['event']}")
    repository = _checked(_REPOSITORY, event["repository"]["full_name"])
    return Run(
        repository=repository,
        source=_checked(_REPOSITORY, run["head_repository"]["full_name"]),
        branch=str(run["head_branch"]),
        head=_checked(_SHA, run["head_sha"]),
        url=f"{server}/{repository}/actions/runs/{int(run['id'])}",
        conclusion=_checked(re.compile("[a-z_]+"), run["conclusion"]),
    )


def _pull_request(event: Any, server: str, environ: Mapping[str, str]) -> Run:
    pull = event["pull_request"]
    repository = _checked(_REPOSITORY, event["repository"]["full_name"])
    return Run(
        repository=repository,
        source=_checked(_REPOSITORY, (pull["head"]["repo"] or {"full_name": "deleted/fork"})["full_name"]),
        branch=str(pull["head"]["ref"]),
        head=_checked(_SHA, pull["head"]["sha"]),
        url=f"{server}/{repository}/actions/runs/{int(environ.get('GITHUB_RUN_ID') or 0)}",
        number=int(pull["number"]),
        direct=True,
    )


_READERS = {"workflow_run": _workflow_run, "pull_request": _pull_request}


def _checked(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{str(value)[:80]!r} is not {pattern.pattern}")
    return value
