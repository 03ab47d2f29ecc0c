"""Locks that a statement outside a transaction must have had for what it did, though nobody saw it wait for them.

Only the first tables that it runs into are held; VACUUM FULL or REINDEX SCHEMA go on alone from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from alembic_proof.effects import READS, WRITES, Blocked, strength
from alembic_proof.walk.files import moved
from alembic_proof.walk.relations import STORED, Counted, Raw, Relation, Relations, ancestors

_ALL, _WRITING = "AccessExclusiveLock", "ShareLock"


def implied(before: Raw, after: Raw, existing: Relations, files: Mapping[int, int]) -> dict[int, str]:
    """By what was counted and by new files: the weakest lock with which Postgres does it."""
    locks: dict[int, str] = {}
    for oid, now in after.relations.items():
        if oid in existing and existing[oid].kind in STORED and (mode := _of_work(before.relations.get(oid), now)):
            locks[oid] = mode
    for oid, relation in existing.items():
        if moved(oid, after, files) and (relation.is_index or relation.kind in STORED):
            locks[oid] = _ALL
            if relation.is_index:
                locks[relation.table_oid] = stronger(locks.get(relation.table_oid), _WRITING)
    return locks


def _of_work(was: Counted | None, now: Counted) -> str | None:
    if was is None:
        return None
    if now.vacuums > was.vacuums:
        return "ShareUpdateExclusiveLock"
    if (now.inserted, now.updated, now.deleted) != (was.inserted, was.updated, was.deleted):
        return "RowExclusiveLock"
    return "AccessShareLock" if now.scans > was.scans else None


def stronger(one: str | None, other: str) -> str:
    """The stronger of two modes."""
    return one if one is not None and strength(one) >= strength(other) else other


def blocked_by(locks: Mapping[int, str], existing: Relations) -> tuple[Blocked, ...]:
    """Who waits for these: planning a query locks every index of a table, and its partitions."""
    found = []
    for oid, mode in locks.items():
        if strength(mode) >= strength(_WRITING):
            table = existing.get(existing[oid].table_oid, existing[oid])
            above = (existing[a] for a in ancestors(table, existing))
            found += [_blocked(table, mode), *(_blocked(a, mode, table.identity) for a in above)]
    return united(b for b in found if b.operations)


def _blocked(table: Relation, mode: str, through: str = "") -> Blocked:
    reads = READS if mode == _ALL else ()
    return Blocked(table.identity, (*reads, *(WRITES if table.kind != "materialized view" else ())), through)


def united(blocked: Iterable[Blocked]) -> tuple[Blocked, ...]:
    """One for each table."""
    tables: dict[str, Blocked] = {}
    for new in blocked:
        known = tables.get(new.table, new)
        operations = tuple(o for o in (*READS, *WRITES) if o in (*known.operations, *new.operations))
        tables[new.table] = Blocked(new.table, operations, known.through and new.through)
    return tuple(sorted(tables.values()))
