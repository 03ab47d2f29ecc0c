"""From what the server says after each statement to what the statement did; pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from alembic_proof.effects import Effects, Index, Lock, Notice, Touched, strength
from alembic_proof.walk.files import bare, built, emptied, rebuilt, rewritten
from alembic_proof.walk.implied import blocked_by, implied, stronger, united
from alembic_proof.walk.relations import STORED, Raw, Relation, Relations, Waits

_PROOFS = re.compile(r"sufficient to prove|implied by existing constraints")
_VERIFIED = re.compile(r'^(?:verifying|rewriting) table "(.+)"$')
_CASCADED = re.compile(r"drop (?:auto-)?cascades to (?!\d+ other)(.+)")


def effects_of(
    before: Raw,
    after: Raw,
    existing: Relations,
    files: Mapping[int, int],
    said: Iterable[Mapping[str, str]],
    tag: str,
    transaction: int,
    waits: Waits | None,
) -> Effects:
    """One statement; `files` are those before it, `waits` where it ran outside a transaction."""
    notices = tuple(Notice(**n) for n in said)
    alone = waits is not None
    earlier = before if alone or before.transaction == after.transaction else None
    worked = implied(before, after, existing, files) if alone else {}
    locks = _waited(waits, worked, existing) if waits else _locks(earlier, after, existing)
    empty = emptied(after, existing, files, tag, notices)
    return Effects(
        tag=tag,
        transaction=transaction,
        autocommit=alone,
        lock_timeout=after.lock_timeout,
        statement_timeout=after.statement_timeout,
        locks=locks,
        rewritten=rewritten(after, existing, files, empty),
        rebuilt=rebuilt(after, existing, files, empty),
        built=built(after, existing, files),
        scanned=_scanned(earlier, after, existing, empty),
        verified=_verified(notices, locks),
        rows=_rows(earlier, after, existing),
        wal=max(after.wal - before.wal, 0),
        cascaded=_cascaded(notices),
        proofs=tuple(n.message for n in notices if _PROOFS.search(n.message)),
        notices=notices,
        blocked=united([*waits.blocked, *blocked_by(worked, existing)]) if waits else (),
    )


def _locks(before: Raw | None, after: Raw, existing: Relations) -> tuple[Lock, ...]:
    found = []
    for oid, mode in after.locks.items():
        relation = existing.get(oid)
        if relation is None:
            continue
        held = before.locks.get(oid) if before else None
        taken = held is None or strength(mode) > strength(held)
        found.append(Lock(relation.identity, relation.kind, mode, _table(relation, existing), taken))
    return tuple(sorted(found))


def _waited(waits: Waits, worked: Mapping[int, str], existing: Relations) -> tuple[Lock, ...]:
    strongest: dict[int, str] = {}
    for oid, mode in (*waits.granted.items(), *waits.wanted.items(), *worked.items()):
        strongest[oid] = stronger(strongest.get(oid), mode)
    return tuple(
        sorted(
            Lock(r.identity, r.kind, mode, _table(r, existing), True, waits.wanted.get(oid) == mode)
            for oid, mode in strongest.items()
            if (r := existing.get(oid)) is not None
        )
    )


def _table(relation: Relation, existing: Relations) -> str:
    owner = existing.get(relation.table_oid)
    return owner.identity if owner else relation.identity


def _scanned(before: Raw | None, after: Raw, existing: Relations, empty: frozenset[int]) -> tuple[str, ...]:
    """By the server's counters; it counts the empty table, too, on which TRUNCATE builds the indexes."""
    return tuple(
        sorted(
            existing[oid].identity
            for oid, now in after.relations.items()
            if oid in existing
            and oid not in empty
            and existing[oid].kind in STORED
            and now.scans > _was(before, oid, "scans")
        )
    )


def _was(before: Raw | None, oid: int, what: str) -> int:
    known = before.relations.get(oid) if before else None
    return getattr(known, what) if known else 0


def _rows(before: Raw | None, after: Raw, existing: Relations) -> tuple[Touched, ...]:
    found = []
    for oid, now in after.relations.items():
        if oid not in existing or existing[oid].kind not in STORED:
            continue
        counts = [getattr(now, c) - _was(before, oid, c) for c in ("inserted", "updated", "deleted")]
        if any(count > 0 for count in counts):
            found.append(Touched(existing[oid].identity, *counts))
    return tuple(sorted(found))


def _verified(notices: Iterable[Notice], locks: Iterable[Lock]) -> tuple[str, ...]:
    """The server says a table's bare name: of those locked, the one that is called so."""
    named = {found[1] for n in notices if (found := _VERIFIED.match(n.message)) and n.message.startswith("verifying")}
    return tuple(sorted({lock.table for lock in locks if bare(lock.table) in named}))


def _cascaded(notices: Iterable[Notice]) -> tuple[str, ...]:
    lines = (line for n in notices for line in (n.message, *n.detail.splitlines()))
    found = (_CASCADED.search(line) for line in lines)
    # a table's row type and toast table are no objects of anybody
    return tuple(dict.fromkeys(f[1] for f in found if f and not f[1].startswith(("type ", "toast table "))))


def indexes_of(relations: Relations, tables: Iterable[str]) -> tuple[Index, ...]:
    """The indexes of these tables, by name."""
    wanted = set(tables)
    return tuple(
        sorted(
            (
                Index(r.identity, owner.identity, r.columns, r.valid, r.unique, r.method)
                for r in relations.values()
                if r.is_index and (owner := relations.get(r.table_oid)) is not None and owner.identity in wanted
            ),
            key=lambda index: index.name,
        )
    )
