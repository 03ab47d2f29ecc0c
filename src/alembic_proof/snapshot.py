"""Values: one fact of the catalog, and all facts of a database."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

# told, and of no weight: a dropped and re-added column comes last, another machine has another extension
INFORMATIONAL = frozenset({"column order", "extension version", "not null name"})


@dataclass(frozen=True)
class Fact:
    """One addressable thing: what it is, its name, what it belongs to, and all that is compared of it."""

    kind: str
    identity: str
    parent: str | None
    payload: dict[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same thing in another snapshot."""
        return self.kind, self.identity


def parse_fact(line: str) -> Fact:
    """A fact from its line, `[kind, identity, parent, payload]` as JSON."""
    kind, identity, parent, payload = json.loads(line)
    return Fact(kind, identity, parent, payload)


@dataclass(frozen=True)
class Snapshot:
    """All facts of one database at one moment; equal lines are equal schemas."""

    lines: frozenset[str] = frozenset()

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """The facts, sorted by kind and identity."""
        return tuple(sorted((parse_fact(line) for line in self.lines), key=lambda f: f.key))

    def changed(self, removed: Iterable[str], added: Iterable[str]) -> Snapshot:
        """This snapshot after a change."""
        return Snapshot((self.lines - frozenset(removed)) | frozenset(added))
