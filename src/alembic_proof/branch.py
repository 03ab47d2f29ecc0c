"""Values: a branch as git and the revision files say it, before anything has run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from alembic_proof.history import History, Revision


@dataclass(frozen=True)
class Commits:
    """What is compared: `ref` as it was asked for, the commit that it names, where the branch left it, and its own."""

    ref: str = ""
    base: str = ""
    fork: str = ""
    head: str = ""


@dataclass(frozen=True)
class Touched:
    """A revision of the base that the branch edits or deletes; `how` is `edited` or `deleted`."""

    revision: str
    how: str
    file: str
    line: int | None = None


@dataclass(frozen=True)
class Branch:
    """The revisions that a branch adds, those of its base that it touches, and those that it has not seen.

    `unseen` came to the base after the branch had left it; `sources` are the texts of their files, in the same order.
    """

    commits: Commits = field(default_factory=Commits)
    added: frozenset[str] = frozenset()
    touched: tuple[Touched, ...] = ()
    unseen: tuple[Revision, ...] = ()
    sources: tuple[bytes, ...] = ()

    @property
    def judged(self) -> frozenset[str]:
        """What is new to a database that has the base: added and edited revisions."""
        return self.added | {t.revision for t in self.touched if t.how == "edited"}

    @property
    def unseen_ids(self) -> tuple[str, ...]:
        """The ids of the base's revisions that the branch does not have."""
        return tuple(r.id for r in self.unseen if r.id)


def merged(history: History, branch: Branch) -> History:
    """What the history is once the branch is merged."""
    return replace(history, revisions=(*history.revisions, *branch.unseen))


def in_order(history: History) -> tuple[str, ...]:
    """All revisions, each after those that it needs; otherwise as their files stand."""
    done: dict[str, None] = {}
    for id_ in history.by_id:
        _place(history, id_, done)
    return tuple(done)


def _place(history: History, start: str, done: dict[str, None]) -> None:
    """Depth first without recursion: histories are longer than Python's stack."""
    stack = [(start, _needed(history, start))]
    open_ = {start}
    while stack:
        id_, needed = stack[-1]
        ahead = next((n for n in needed if n not in done and n not in open_), None)
        if ahead is not None:
            open_.add(ahead)
            stack.append((ahead, _needed(history, ahead)))
            continue
        done.setdefault(id_)
        stack.pop()


def _needed(history: History, id_: str) -> Iterator[str]:
    revision = history.by_id[id_]
    found = (history.resolve(name) for name in (*revision.parents, *revision.depends_on))
    return (r.id for r in found if r is not None and r.id is not None)
