"""The comment on a pull request: found again, made, edited in place; from a file that nobody needs to trust.

The run that made the file had the pull request's code in it, so nothing is taken from the file but text. Which pull
request it is about, its commit and how the run ended come from GitHub's own event and are held against its API.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic_proof.post import comment
from alembic_proof.post.event import Run
from alembic_proof.post.github import Api, patiently
from alembic_proof.post.pull import Pull, pull_of

_PAGE = 100
_PAGES = 30


@dataclass(frozen=True)
class Posted:
    """What was done, in words, and where the comment is; no URL where there is none."""

    what: str
    url: str = ""


def post(api: Api, run: Run, file: Path | None, key: str, number: int | None = None) -> Posted:
    """Brings the comment to what the run says; `file` is the Markdown that it made, if it made one.

    Raises RefusedForSafety where the pull request is not the run's, CouldNotVerify where GitHub does not do it.
    """
    if run.direct and run.source != run.repository:
        return Posted("nothing: the pull request is from a fork, whose own run may not comment; see docs/ci.md")
    pull = patiently(lambda: pull_of(api, run, number))
    if isinstance(pull, str):
        return Posted(f"nothing: {pull}")
    wanted = comment.wanted(comment.read(file), run, key)
    return patiently(lambda: _publish(api, pull, wanted, key))


def _publish(api: Api, pull: Pull, wanted: comment.Wanted, key: str) -> Posted:
    """From the look at what is there on: so a try after a lost answer makes no second comment."""
    mine = _mine(api, pull, key)
    for other in mine[1:]:
        api.send("PATCH", f"/repos/{pull.repository}/issues/comments/{int(other['id'])}", {"body": comment.SECOND})
    if not mine and not wanted.new:
        return Posted(f"nothing: {wanted.why}")
    if not mine:
        path = f"/repos/{pull.repository}/issues/{pull.number}/comments"
        return Posted("created", _url(api, api.send("POST", path, {"body": wanted.body})))
    if comment.first_line(mine[0]["body"]) == comment.first_line(wanted.body):
        return Posted("unchanged", _url(api, mine[0]))
    path = f"/repos/{pull.repository}/issues/comments/{int(mine[0]['id'])}"
    return Posted("updated", _url(api, api.send("PATCH", path, {"body": wanted.body})))


def _mine(api: Api, pull: Pull, key: str) -> list[dict[str, Any]]:
    """The comments with the marker of this key that this token's own user wrote, the oldest first."""
    every = _comments(api, f"/repos/{pull.repository}/issues/{pull.number}/comments")
    marked = [c for c in every if comment.key_of(str(c.get("body") or "")) == key]
    if not marked:
        return []
    names = api.own_names()
    return [c for c in marked if (c.get("user") or {}).get("login") in names]


def _comments(api: Api, path: str) -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in range(1, _PAGES + 1):
        some = api.get(f"{path}?per_page={_PAGE}&page={page}")
        found += some
        if len(some) < _PAGE:
            break
    return found


def _url(api: Api, answer: dict[str, Any]) -> str:
    """Only a page of the same GitHub: it goes into a step's output."""
    url = str(answer.get("html_url") or "")
    return url if url.startswith(f"{api.server}/") and url.isprintable() and " " not in url else ""
