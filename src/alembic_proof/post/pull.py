"""Which pull request a run was of: asked of GitHub by the branch that it ran on, never taken from a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from alembic_proof.errors import RefusedForSafety, UsageError
from alembic_proof.post.event import Run
from alembic_proof.post.github import Api


@dataclass(frozen=True)
class Pull:
    """Where the comment goes."""

    repository: str
    number: int


def pull_of(api: Api, run: Run, number: int | None) -> Pull | str:
    """The open pull request whose newest commit the run was of; or why there is none to post to.

    Raises RefusedForSafety where a number is given that is of another branch's pull request.
    """
    asked = number if number is not None else run.number
    known = [api.get(f"/repos/{run.repository}/pulls/{asked}")] if asked is not None else _of_branch(api, run)
    mine = [pull for pull in known if _is_of(run, pull)]
    if asked is not None and not mine:
        raise RefusedForSafety(
            f"pull request {asked} is not the one that the run was of", f"its branch is not {run.source}:{run.branch}"
        )
    current = [pull for pull in mine if pull["head"]["sha"] == run.head]
    if len(current) > 1:
        raise UsageError(f"{len(current)} open pull requests have this branch", "name the one that is meant: --pr 17")
    if current:
        return Pull(run.repository, int(current[0]["number"]))
    return f"the branch has newer commits than {run.head[:12]}" if mine else "no open pull request has this branch"


def _of_branch(api: Api, run: Run) -> list[dict[str, Any]]:
    head = quote(f"{run.source.partition('/')[0]}:{run.branch}", safe="")
    return list(api.get(f"/repos/{run.repository}/pulls?state=open&head={head}&per_page=100"))


def _is_of(run: Run, pull: dict[str, Any]) -> bool:
    head, base = pull["head"], pull["base"]
    source = (head.get("repo") or {}).get("full_name")
    return source == run.source and head["ref"] == run.branch and base["repo"]["full_name"] == run.repository
