"""Value: a snapshot that can be asked for the parts of an object, with what depends on what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from alembic_proof.ddl.words import split
from alembic_proof.snapshot import Fact, Snapshot

Key = tuple[str, str]
Needs = Mapping[Key, frozenset[Key]]
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Schema:
    """All facts of a database; `needs` says for a fact which others must be there before it."""

    snapshot: Snapshot = field(default_factory=Snapshot)
    needs: Needs = field(default_factory=dict)

    @cached_property
    def _by_key(self) -> dict[Key, Fact]:
        return {f.key: f for f in self.snapshot.facts}

    @cached_property
    def _by_kind(self) -> dict[str, list[Fact]]:
        return _grouped((f.kind, f) for f in self.snapshot.facts)

    @cached_property
    def _by_parent(self) -> dict[tuple[str, str], list[Fact]]:
        return _grouped(((f.parent, f.kind), f) for f in self.snapshot.facts if f.parent is not None)

    @cached_property
    def tops(self) -> tuple[Fact, ...]:
        """What has a block of its own."""
        return tuple(f for f in self.snapshot.facts if f.parent is None or f.kind == "default grants")

    @cached_property
    def _by_owner(self) -> dict[str, list[Fact]]:
        owned = (s for s in self.of("sequence") if "owned by" in s.payload)
        return _grouped((".".join(split(s.payload["owned by"])[:2]), s) for s in owned)

    def owned_sequences(self, table: str) -> list[Fact]:
        """The sequences that a table's columns own."""
        return self._by_owner.get(table, [])

    @cached_property
    def _inherited_from(self) -> frozenset[str]:
        heirs = (f for kind in ("table", "foreign table") for f in self.of(kind) if "partition of" not in f.payload)
        return frozenset(parent for heir in heirs for parent in heir.payload.get("inherits", ()))

    def has_heirs(self, table: str | None) -> bool:
        """Whether other tables, that are no partitions, inherit from a table."""
        return table in self._inherited_from

    @cached_property
    def _shared(self) -> frozenset[Key]:
        owners = {s.key: table for table, owned in self._by_owner.items() for s in owned}
        pairs = ((key, needed) for key, all_needed in self.needs.items() for needed in all_needed)
        return frozenset(needed for key, needed in pairs if needed in owners and key[1] != owners[needed])

    def is_shared(self, sequence: Fact) -> bool:
        """Whether others than its own table need a sequence: then it has a block of its own."""
        return sequence.key in self._shared

    def get(self, kind: str, identity: str) -> Fact | None:
        """One fact."""
        return self._by_key.get((kind, identity))

    def of(self, kind: str) -> list[Fact]:
        """All facts of a kind, sorted by name."""
        return self._by_kind.get(kind, [])

    def children(self, fact: Fact, kind: str) -> list[Fact]:
        """The parts of one kind that an object has, sorted by name."""
        return self.parts(fact.identity, kind)

    def parts(self, identity: str, kind: str) -> list[Fact]:
        """The same of an object's name."""
        return self._by_parent.get((identity, kind), [])


def _grouped(pairs: Iterable[tuple[K, Fact]]) -> dict[K, list[Fact]]:
    found: dict[K, list[Fact]] = defaultdict(list)
    for key, fact in pairs:
        found[key].append(fact)
    return dict(found)
