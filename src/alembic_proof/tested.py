"""Which revisions are judged by what they do to a database in use: what is new, and not five hundred old ones."""

from __future__ import annotations

from pathlib import Path

from alembic_proof import git
from alembic_proof.branch import Branch
from alembic_proof.compared import compare_branch
from alembic_proof.errors import UsageError
from alembic_proof.history import History, UnderTest
from alembic_proof.released import unreleased
from alembic_proof.settings import Settings

BASE = "base"
HEADS = ("head", "heads")


def under_test(history: History, settings: Settings) -> UnderTest:
    """By `--since`, by `--base`, by what is not recorded in the history seal; else the newest revision.

    Raises UsageError where `--since` or `--base` name nothing.
    """
    if settings.since:
        return _since(history, settings.since)
    if settings.base:
        return of_branch(compare_branch(history, settings.base))
    new = unreleased(history)
    if new is None:
        heads = frozenset(h.id for h in history.heads if h.id)
        return UnderTest(heads, "only the newest: nothing says what is released (--base REF, --since REV)", False)
    commit = git.base(Path(history.home)) if new else None
    return UnderTest(new, "those that history.lock does not record as released (--base REF, --since REV)", True, commit)


def _since(history: History, since: str) -> UnderTest:
    if since == BASE:
        return UnderTest(frozenset(history.by_id), "all, each as a deploy of its own (--since base)", False)
    if since in HEADS:
        return UnderTest(frozenset(), f"none (--since {since})")
    if history.resolve(since) is None:
        raise UsageError(
            f"--since: there is no revision {since!r}", "name a revision, or `base` for all of them, `head` for none"
        )
    chosen = frozenset(history.by_id) - history.upto(since)
    return UnderTest(chosen, f"those since {since}, each as a deploy of its own", False)


def of_branch(branch: Branch) -> UnderTest:
    """What the branch added or edited since it left its base."""
    why = f"those of this branch, one deploy (--base {branch.commits.ref})"
    return UnderTest(branch.judged, why, True, branch.commits.fork)
