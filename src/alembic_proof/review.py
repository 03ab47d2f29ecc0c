"""Values: what a branch does to the schema of the base that it is to be merged into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from alembic_proof.branch import Commits, Touched
from alembic_proof.diff import Change
from alembic_proof.picture import Picture
from alembic_proof.trace import Failure

# how an object stands to the schema before, in the order in which they are told; `replaced` has the name of another
# object that is gone, `rewritten` keeps its definition and is copied
CHANGES = ("added", "changed", "renamed", "replaced", "rewritten", "removed")


@dataclass(frozen=True)
class Step:
    """One revision of the branch, and what its upgrade did; None: it did not run to its end."""

    revision: str
    changes: tuple[Change, ...] | None = None


@dataclass(frozen=True)
class Object:
    """One object that is not as it was, with all that belongs to it: a table with its columns, indexes, constraints.

    `change` is one of CHANGES. `was` is the old name of a renamed one. `before` and `after` are the SQL that makes it,
    empty where it is not there. `details` say what differs, `missing` is added and `extra` is removed. `revisions`
    touched it. `needed_by` depends on it.
    """

    change: str
    kind: str
    identity: str
    was: str = ""
    before: str = ""
    after: str = ""
    details: tuple[Change, ...] = ()
    revisions: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """Kind and name, as in `table public.job`."""
        return f"{self.kind} {self.identity}"


@dataclass(frozen=True)
class Review:
    """The branch's revisions, run one by one on the schema of its base; every renderer reads it.

    `start` are the heads of the base, `end` those of the branch, `merged_heads` those that a merge would give. `unseen`
    are revisions of the base that the branch does not have: they ran first. `failure` says at which revision it
    stopped: then `objects` compare as far as it came.
    """

    commits: Commits = field(default_factory=Commits)
    start: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    merged_heads: tuple[str, ...] = ()
    touched: tuple[Touched, ...] = ()
    steps: tuple[Step, ...] = ()
    objects: tuple[Object, ...] = ()
    picture: Picture = field(default_factory=Picture)
    failure: Failure | None = None
    failed: str | None = None

    @cached_property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Kind of object, the changed parts of tables included, to how many of each of CHANGES."""
        found: dict[str, Counter[str]] = {}
        for object_ in self.objects:
            found.setdefault(object_.kind, Counter())[object_.change] += 1
            for detail in object_.details:
                if detail.identity != object_.identity or detail.kind != object_.kind:
                    found.setdefault(detail.kind, Counter())[WORDS.get(detail.change, detail.change)] += 1
        return found


# of a `Change`, seen from the schema before
WORDS = {"missing": "added", "extra": "removed", "recreated": "replaced", "rebuilt": "rewritten"}
