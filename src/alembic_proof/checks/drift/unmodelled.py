"""What SQLAlchemy's models have no words for, or say nothing about: `schema.sql` is what protects it.

Only what the migrated schema has, and the models leave at its default, is unmodelled. Where the models do say it (an
option, a comment, DDL in an event), a difference is drift like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from alembic_proof.checks.drift.address import parts
from alembic_proof.diff import Attribute, Change
from alembic_proof.snapshot import Snapshot, parse_fact
from alembic_proof.trace import Witness

# what models have words for, each with the attributes that they always decide
MODELLED: dict[str, frozenset[str]] = {
    "table": frozenset({"comment", "partitioned by", "inherits"}),
    "column": frozenset({"type", "not null", "default", "generated", "identity", "collation", "comment"}),
    "constraint": frozenset({"definition", "comment"}),
    "index": frozenset({"definition", "valid"}),
    "enum": frozenset({"labels"}),
    "sequence": frozenset({"type", "start", "increment", "min", "max", "cache", "cycle", "owned by", "of identity"}),
}
# of any other kind, models that make one in an event decide all the rest
_NEVER = frozenset({"owner", "grants", "comment"})
_DEFAULTS: frozenset[tuple[str, Any]] = frozenset(
    {("persistence", "p"), ("access method", "heap"), ("replica identity", "d"), ("owner", "(owner)")}
)


@dataclass
class Words:
    """What the models have words for; takes note of all the rest."""

    models: Snapshot
    witness: Witness | None
    _unmodelled: set[str] = field(default_factory=set)
    _schemas: set[str] | None = None

    @property
    def unmodelled(self) -> tuple[str, ...]:
        """What only the migrations know, sorted."""
        return tuple(sorted(self._unmodelled))

    def modelled(self, change: Change) -> bool:
        """Whether the change is one of something that models could have said."""
        if change.change == "missing":
            return change.kind != "schema"  # made for the models' tables, by us
        if change.change == "changed":
            return True
        said = change.kind in MODELLED and not _of_a_partition(change) and self._in_their_schemas(change)
        if not said:
            self._unmodelled.add(change.subject)
        return said

    def without_unmodelled(self, change: Change) -> Change | None:
        """A changed thing without the attributes that the models leave at their default; None where nothing is left."""
        if change.change != "changed":
            return change
        change = _without_options(change)
        kept = tuple(a for a in change.attributes if not self._left_at_default(change, a))
        self._unmodelled |= {f"{a.name} of {change.subject}" for a in change.attributes if a not in kept}
        return replace(change, attributes=kept) if kept else None

    def _left_at_default(self, change: Change, attribute: Attribute) -> bool:
        partition = any(a.name == "partition of" and a.have for a in change.attributes)
        always = MODELLED.get(change.kind)
        decided = attribute.name not in _NEVER if always is None else attribute.name in always
        if decided and not (partition and attribute.name == "inherits"):
            return False
        want = attribute.want
        return want is None or want is False or any((attribute.name, want) == default for default in _DEFAULTS)

    def _in_their_schemas(self, change: Change) -> bool:
        """Without include_schemas, the project's models are about the schemas in which they have a table."""
        if self.witness is not None and self.witness.include_schemas:
            return True
        if self._schemas is None:
            tables = (parse_fact(line) for line in self.models.lines if line.startswith('["table"'))
            default = self.witness.schema if self.witness else "public"
            self._schemas = {default, *(parts(t.identity)[0] for t in tables)}
        return parts(change.parent or change.identity)[0] in self._schemas


def _of_a_partition(change: Change) -> bool:
    payload = dict(change.payload)
    return bool(payload.get("partition of") or payload.get("attached to") or payload.get("inherited"))


def _without_options(change: Change) -> Change:
    """Storage parameters stand in an index's definition as well: what they differ in is told once."""
    options = next((a for a in change.attributes if a.name == "options"), None)
    definition = next((a for a in change.attributes if a.name == "definition"), None)
    if options is None or definition is None or change.kind != "index":
        return change
    have, want = (re.sub(r" WITH \([^()]*\)", "", str(text), count=1) for text in (definition.have, definition.want))
    if have != want:
        return change
    return replace(change, attributes=tuple(a for a in change.attributes if a is not definition))
