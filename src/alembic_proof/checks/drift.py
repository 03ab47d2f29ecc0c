"""The comparison behind the drift rules: what differs, what only its name, and what models cannot express."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from alembic_proof.checks.common import recorded
from alembic_proof.diff import Attribute, Change, compare
from alembic_proof.snapshot import Snapshot
from alembic_proof.trace import Evidence

# object kinds that SQLAlchemy's models have no words for; `schema.sql` is what protects these
UNMODELLED = frozenset(
    {"schema", "extension", "view", "materialized view", "function", "procedure", "aggregate", "trigger"}
    | {"policy", "rule", "statistics", "default grants", "domain", "composite type", "range", "foreign table"}
)
# attributes likewise, where the models leave them at their default
UNMODELLED_ATTRIBUTES = frozenset(
    {"grants", "owner", "storage", "compression", "statistics", "options", "row security", "force row security"}
    | {"replica identity", "clustered", "validated", "access method", "persistence", "tablespace"}
)


@dataclass(frozen=True)
class Drift:
    """`structural`: real differences; `renamed`: pairs (migrated, models); `unmodelled`: only the migrations know."""

    structural: tuple[Change, ...] = ()
    renamed: tuple[tuple[Change, Change], ...] = ()
    unmodelled: tuple[str, ...] = ()


def drift_of(evidence: Evidence) -> Drift:
    """Nothing where there is no head or no models to compare."""
    models, upgrade = evidence.models, evidence.upgrade
    if models is None or not models.tables or models.failure or upgrade is None or not recorded(evidence):
        return Drift()
    return _compare(upgrade.snapshot, models.snapshot)


@lru_cache(maxsize=4)
def _compare(head: Snapshot, models: Snapshot) -> Drift:
    changes = compare(have=head, want=models)
    only_migrated = {(c.kind, c.identity) for c in changes if _unmodelled(c)}
    partitions = {
        c.identity for c in changes if c.change == "extra" and c.kind == "table" and dict(c.payload).get("partition of")
    }
    structural, unmodelled = [], [f"{kind} {identity}" for kind, identity in sorted(only_migrated)]
    for change in changes:
        if (change.kind, change.identity) in only_migrated or change.identity in partitions:
            continue
        rest, left_out = _without_unmodelled(change)
        unmodelled += left_out
        if rest is not None:
            structural.append(rest)
    renamed = _pairs(structural)
    paired = [c for pair in renamed for c in pair]
    return Drift(tuple(c for c in structural if c not in paired), renamed, tuple(unmodelled))


def _unmodelled(change: Change) -> bool:
    return change.kind in UNMODELLED and change.change != "missing"


def _without_unmodelled(change: Change) -> tuple[Change | None, list[str]]:
    if change.change != "changed":
        return change, []
    kept = tuple(a for a in change.attributes if not _is_unmodelled(a))
    left_out = [f"{a.name} of {change.subject}" for a in change.attributes if a not in kept]
    return (replace(change, attributes=kept) if kept else None), left_out


def _is_unmodelled(attribute: Attribute) -> bool:
    return attribute.name in UNMODELLED_ATTRIBUTES


def _pairs(changes: list[Change]) -> tuple[tuple[Change, Change], ...]:
    """Extra and missing of one kind on one table, equal but for their names."""
    wanted = {_nameless(c): c for c in changes if c.change == "missing" and c.kind in ("constraint", "index")}
    pairs = []
    for change in changes:
        if change.change == "extra" and change.kind in ("constraint", "index"):
            match = wanted.pop(_nameless(change), None)
            if match is not None:
                pairs.append((change, match))
    return tuple(pairs)


def _nameless(change: Change) -> tuple[str, str | None, str]:
    payload = dict(change.payload)
    name = re.escape(change.identity.rpartition(".")[2])
    definition = re.sub(rf"(INDEX )({name}|\"[^\"]+\")( ON)", r"\1\3", str(payload.get("definition")), count=1)
    return change.kind, change.parent, definition
