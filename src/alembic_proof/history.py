"""Values: a revision as its file says it, and the graph of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Function:
    """`upgrade` or `downgrade` as written.

    `kind` is `code`, `empty` (nothing but `pass` or a docstring), `raises` (its first statement), `missing`,
    `async` or `generator`; `reason` is the text of what it raises.
    """

    kind: str = "missing"
    line: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Revision:
    """One revision file; `error` says why it cannot be read, and then the rest is empty.

    `hash` is of what the file does, without id, parents, comments and layout (`inside/meaning.py`).
    """

    file: str
    id: str | None = None
    parents: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    message: str = ""
    line: int = 1
    parent_line: int = 1
    depends_line: int = 1
    upgrade: Function = field(default_factory=Function)
    downgrade: Function = field(default_factory=Function)
    error: str | None = None
    hash: str = ""


@dataclass(frozen=True)
class History:
    """All revisions of a project, in the order of their files; `home` is the script directory, where env.py is."""

    revisions: tuple[Revision, ...] = ()
    folders: tuple[str, ...] = ()
    home: str = ""

    @cached_property
    def by_id(self) -> dict[str, Revision]:
        """Revisions by id; of a duplicate id the first."""
        found: dict[str, Revision] = {}
        for revision in self.revisions:
            if revision.id is not None:
                found.setdefault(revision.id, revision)
        return found

    @property
    def heads(self) -> tuple[Revision, ...]:
        """Revisions that none names as its parent."""
        parents = {p for r in self.revisions for p in r.parents}
        return tuple(r for r in self.revisions if r.id is not None and not self._named(r, parents))

    def _named(self, revision: Revision, names: set[str]) -> bool:
        return revision.id in names or any(label in names for label in revision.labels)

    def upto(self, name: str) -> frozenset[str]:
        """A revision and all that run before it: parents and `depends_on`."""
        found: set[str] = set()
        ahead = [self.resolve(name)]
        while ahead:
            revision = ahead.pop()
            if revision is None or revision.id is None or revision.id in found:
                continue
            found.add(revision.id)
            ahead += [self.resolve(n) for n in (*revision.parents, *revision.depends_on)]
        return frozenset(found)

    @property
    def duplicates(self) -> tuple[str, ...]:
        """Ids that more than one file claims."""
        counted = Counter(r.id for r in self.revisions if r.id is not None)
        return tuple(sorted(i for i, n in counted.items() if n > 1))

    def resolve(self, name: str) -> Revision | None:
        """The revision of an id, an abbreviated id or a branch label, as Alembic resolves `down_revision`."""
        exact = self.by_id.get(name)
        if exact is not None:
            return exact
        for revision in self.revisions:
            if name in revision.labels:
                return revision
        short = [r for i, r in self.by_id.items() if i.startswith(name)]
        return short[0] if len(short) == 1 and len(name) >= 4 else None


@dataclass(frozen=True)
class UnderTest:
    """The revisions that are judged by what they do to a database in use.

    `why` says which they are, in words. `together`: they are one deploy, so that what one of them makes is not in use
    when the next one runs. `commit` is where their branch left the main one, where that is known.
    """

    revisions: frozenset[str] = frozenset()
    why: str = ""
    together: bool = True
    commit: str | None = None


def read_history(records: Sequence[Mapping[str, Any]], folders: Sequence[str], home: str = "") -> History:
    """A History from the records that the inside sends."""
    return History(tuple(_revision(r) for r in records), tuple(folders), home)


def _revision(record: Mapping[str, Any]) -> Revision:
    if record["error"]:
        return Revision(file=record["file"], line=record["line"], error=record["error"])
    return Revision(
        file=record["file"],
        id=record["revision"],
        parents=tuple(record["parents"]),
        depends_on=tuple(record["depends_on"]),
        labels=tuple(record["labels"]),
        message=record["message"],
        line=record["line"],
        parent_line=record["parent_line"],
        depends_line=record["depends_line"],
        upgrade=Function(**record["upgrade"]),
        downgrade=Function(**record["downgrade"]),
        hash=record["hash"],
    )
