"""A generic comparison of two sets of facts: no code per kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from alembic_proof.snapshot import INFORMATIONAL, Fact, Snapshot, parse_fact


@dataclass(frozen=True)
class Attribute:
    """One attribute that differs: what is there and what should be."""

    name: str
    have: Any
    want: Any


@dataclass(frozen=True)
class Change:
    """One thing that differs. `extra`: have it, want it not; `missing`: the reverse; `changed`: some attributes.

    `parts` are what came or went with it, such as a table's columns.
    """

    change: str
    kind: str
    identity: str
    parent: str | None
    attributes: tuple[Attribute, ...] = ()
    payload: tuple[tuple[str, Any], ...] = ()
    parts: tuple[Change, ...] = field(default=(), compare=False)

    @property
    def subject(self) -> str:
        """The thing in words, such as `column public.job.phase`."""
        return f"{self.kind} {self.identity}"

    def __str__(self) -> str:
        if self.change == "changed":
            details = "; ".join(f"{a.name}: have {show(a.have)}, want {show(a.want)}" for a in self.attributes)
            return f"{self.subject}: {details}"
        return f"{self.subject} {_WORDS[self.change]}"


_WORDS = {"extra": "is there and should not be", "missing": "is not there and should be"}


def show(value: Any) -> str:
    """A value in words."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(show(v) for v in value)
    return str(value)


def compare_lines(want_only: Iterable[str], have_only: Iterable[str]) -> tuple[Change, ...]:
    """Changes from the lines that only one side has; what follows from another change is folded into it.

    Changes of no weight (`INFORMATIONAL`) are left out: they are `informational`.
    """
    return tuple(c for c in _changes(want_only, have_only) if c.kind not in INFORMATIONAL)


def informational(want_only: Iterable[str], have_only: Iterable[str]) -> tuple[Change, ...]:
    """The changes of no weight, such as another order of columns; of things that both sides have."""
    return tuple(c for c in _changes(want_only, have_only) if c.kind in INFORMATIONAL and _is_about_itself(c))


def compare(have: Snapshot, want: Snapshot) -> tuple[Change, ...]:
    """What would have to change in `have` to make it `want`."""
    return compare_lines(want.lines - have.lines, have.lines - want.lines)


def _changes(want_only: Iterable[str], have_only: Iterable[str]) -> tuple[Change, ...]:
    want = {f.key: f for f in map(parse_fact, want_only)}
    have = {f.key: f for f in map(parse_fact, have_only)}
    keys = sorted(k for k in want.keys() | have.keys() if want.get(k) != have.get(k))
    changes = [_change(want.get(key), have.get(key)) for key in keys]
    return _folded(changes)


def _is_about_itself(change: Change) -> bool:
    """Another order of the same columns; one more column is told by itself."""
    if change.kind != "column order":
        return True
    return any(sorted(a.have) == sorted(a.want) for a in change.attributes)


def _change(want: Fact | None, have: Fact | None) -> Change:
    fact = want or have
    assert fact is not None
    if want is None or have is None:
        change = "extra" if want is None else "missing"
        return Change(change, fact.kind, fact.identity, fact.parent, (), tuple(sorted(fact.payload.items())))
    names = sorted(want.payload.keys() | have.payload.keys())
    differing = tuple(
        Attribute(n, have.payload.get(n), want.payload.get(n))
        for n in names
        if have.payload.get(n) != want.payload.get(n)
    )
    return Change("changed", fact.kind, fact.identity, fact.parent, differing)


def _folded(changes: list[Change]) -> tuple[Change, ...]:
    """A table's columns come and go with it, a constraint's index with the constraint, a serial with its column."""
    whole = {(c.change, c.identity) for c in changes if c.change != "changed"}
    backing = {(c.change, c.parent, _last(c.identity)) for c in changes if c.kind == "constraint"}
    kept = [
        c
        for c in changes
        if (c.change, c.parent) not in whole
        and not _backs(c, backing)
        and not (c.kind == "sequence" and _owned_by_any(c, whole))
    ]
    parts: dict[tuple[str, str | None], list[Change]] = {}
    for change in changes:
        if change.kind not in INFORMATIONAL and not _backs(change, backing):
            parts.setdefault((change.change, change.parent), []).append(change)
    return tuple(replace(c, parts=tuple(parts.get((c.change, c.identity), ()))) for c in kept)


def _backs(change: Change, backing: set[tuple[str, str | None, str]]) -> bool:
    """Whether it is the index of a constraint that comes or goes, too."""
    return change.kind == "index" and (change.change, change.parent, _last(change.identity)) in backing


def _owned_by_any(change: Change, whole: set[tuple[str, str]]) -> bool:
    column = dict(change.payload).get("owned by")
    if column is None:
        return False
    return (change.change, column) in whole or (change.change, column.rpartition(".")[0]) in whole


def _last(identity: str) -> str:
    return identity.rpartition(".")[2]
