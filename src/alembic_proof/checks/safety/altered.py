"""What a revision changed of a table's columns and constraints, from the facts before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alembic_proof.snapshot import Fact, parse_fact
from alembic_proof.trace import Evidence, Passage


@dataclass(frozen=True)
class Altered:
    """One thing of a table, before and after the revision; None where it was or is not there."""

    kind: str
    identity: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def added(self) -> bool:
        """Whether the revision made it."""
        return self.before is None

    def changed(self, name: str) -> bool:
        """Whether an attribute of what was there before is another now."""
        return None not in (self.before, self.after) and self.get(name) != (self.before or {}).get(name)

    def get(self, name: str) -> Any:
        """An attribute as it is now."""
        return (self.after or {}).get(name)


def altered(evidence: Evidence, passage: Passage, *tables: str) -> Iterator[Altered]:
    """The tables, their columns and their constraints that a revision changed, made or dropped."""
    step = evidence.trace.step(passage.revision, "upgrade")
    before, after = (_by_key(lines) for lines in ((step.removed, step.added) if step else ((), ())))
    for key in sorted(before.keys() | after.keys()):
        fact = before.get(key) or after[key]
        if fact.parent in tables or fact.identity in tables:
            old, new = before.get(key), after.get(key)
            yield Altered(fact.kind, fact.identity, old.payload if old else None, new.payload if new else None)


def _by_key(lines: tuple[str, ...] | None) -> dict[tuple[str, str], Fact]:
    return {fact.key: fact for fact in map(parse_fact, lines or ())}
