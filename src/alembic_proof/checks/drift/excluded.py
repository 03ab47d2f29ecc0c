"""What the project keeps out of the comparison: by its own include_object and include_name, and by the settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from alembic_proof.checks.drift.address import parts
from alembic_proof.snapshot import Fact, Snapshot, parse_fact
from alembic_proof.trace import Witness

Names = tuple[str, ...]


@dataclass
class Excluded:
    """An excluded table goes with all that belongs to it, also the types that nobody else uses, on both sides."""

    patterns: tuple[str, ...]
    witness: Witness | None
    head: Snapshot
    models: Snapshot
    _seen: dict[str, dict[str, None]] = field(default_factory=dict)
    _types: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        left_out = self.witness.left_out if self.witness else ()
        self._by = {(item.kind, _names(item.kind, item.schema, item.table, item.name)): item.by for item in left_out}
        if self.patterns or self._by:
            self._types = self._of_excluded_only()

    @property
    def told(self) -> tuple[str, ...]:
        """For the report: by what, and which."""
        return tuple(f"by {by}: {', '.join(sorted(names))}" for by, names in sorted(self._seen.items()))

    def covers(self, fact: Fact) -> bool:
        """Whether a fact is not to be compared; takes note of what it is about."""
        found = self._found(fact)
        if found is not None:
            by, name = found
            self._seen.setdefault(by, {})[name] = None
        return found is not None or fact.identity in self._types

    def _found(self, fact: Fact) -> tuple[str, str] | None:
        if not self.patterns and not self._by:
            return None
        owner = _table_of(fact)
        for kind, identity in (("table", owner), (fact.kind, fact.identity)):
            by = identity and self._by_whom(kind, parts(identity))
            if by:
                return by, str(identity)
        return None

    def _by_whom(self, kind: str, names: Names) -> str | None:
        by = self._by.get((kind, names)) or self._by.get(("schema", names[:1]))
        if by is None and kind == "index":  # of a constraint, which is asked for by its name alone
            by = next((b for (k, n), b in self._by.items() if k == "constraint" and (n[0], n[-1]) == names), None)
        if by is None and kind == "table" and any(matches(p, names) for p in self.patterns):
            by = "the settings"
        return by

    def _of_excluded_only(self) -> set[str]:
        """Types of the columns of excluded tables, and of no other column."""
        theirs: set[str] = set()
        others: set[str] = set()
        for line in self.head.lines | self.models.lines:
            if line.startswith('["column"'):
                fact = parse_fact(line)
                (theirs if self._found(fact) else others).add(str(fact.payload.get("type")).removesuffix("[]"))
        return {t for t in theirs - others if "." in t}


def _table_of(fact: Fact) -> str | None:
    owned = fact.payload.get("owned by")
    return owned.rpartition(".")[0] if isinstance(owned, str) else fact.parent or fact.identity


def matches(pattern: str, names: Names) -> bool:
    """Whether a pattern of the settings means the table of this schema and name."""
    return fnmatchcase(".".join(names) if "." in pattern else names[-1], pattern)


def _names(kind: str, schema: str, table: str | None, name: str | None) -> Names:
    by_kind: dict[str, Iterable[str | None]] = {
        "schema": (name,),
        "table": (schema, table),
        "index": (schema, name),
    }
    return tuple(str(n) for n in by_kind.get(kind, (schema, table, name)))
