"""From what the server says after each statement to what the statement did; pure functions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alembic_proof.effects import MODES, Blocked, Effects, Index, Lock, Notice, Touched, strength

KINDS = {
    "r": "table",
    "p": "partitioned table",
    "m": "materialized view",
    "v": "view",
    "f": "foreign table",
    "S": "sequence",
    "i": "index",
    "I": "partitioned index",
}
_STORED = ("table", "partitioned table", "materialized view")
_PROOFS = re.compile(r"sufficient to prove|implied by existing constraints")
_VERIFIED = re.compile(r'^(?:verifying|rewriting) table "(.+)"$')
_CASCADED = re.compile(r"drop (?:auto-)?cascades to (?!\d+ other)(.+)")
_UNITS = {"": 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "us": 0.001}


@dataclass(frozen=True)
class Relation:
    """One relation of the user; an index has a table, everything else is its own.

    `counts`: scans, rows inserted, updated, deleted, by all sessions so far.
    """

    oid: int
    identity: str
    kind: str
    file: int
    table_oid: int
    valid: bool = True
    unique: bool = False
    method: str = ""
    columns: tuple[str, ...] = ()
    parent: bool = False
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def is_index(self) -> bool:
        """Whether it is an index, of an ordinary or of a partitioned table."""
        return self.kind in ("index", "partitioned index")


Relations = Mapping[int, Relation]


def read_relations(rows: Iterable[Mapping[str, Any]]) -> dict[int, Relation]:
    """By oid, from the rows of `relations.sql`."""
    return {
        row["oid"]: Relation(
            row["oid"],
            row["identity"],
            KINDS[_letter(row["kind"])],
            row["file"],
            row["table_oid"],
            row["valid"],
            row["is_unique"],
            row["method"],
            tuple(row["columns"]),
            row["parent"],
            (row["scans"], row["inserted"], row["updated"], row["deleted"]),
        )
        for row in rows
    }


def _letter(kind: str | bytes) -> str:
    return kind.decode() if isinstance(kind, bytes) else kind


@dataclass(frozen=True)
class Counted:
    """A locked relation as the transaction sees it: name, file, and what was counted so far."""

    identity: str
    kind: str
    file: int
    table_oid: int
    scans: int
    inserted: int
    updated: int
    deleted: int


@dataclass(frozen=True)
class Raw:
    """What `alembic_proof.effects()` gave."""

    pid: int
    transaction: str
    lock_timeout: int
    statement_timeout: int
    zone: str
    wal: int
    locks: Mapping[int, str]
    relations: Mapping[int, Counted]


def read_raw(text: str) -> Raw:
    """The strongest lock for each relation, and the relations that are there."""
    data = json.loads(text)
    locks: dict[int, str] = {}
    for oid, mode in data["locks"]:
        if mode in MODES and (oid not in locks or strength(mode) > strength(locks[oid])):
            locks[oid] = mode
    relations = {
        oid: Counted(name, KINDS.get(kind, kind), file or 0, table or oid, *counts)
        for oid, name, kind, file, table, *counts in data["relations"]
    }
    return Raw(
        data["pid"],
        data["transaction"],
        _milliseconds(data["lock_timeout"]),
        _milliseconds(data["statement_timeout"]),
        data["zone"],
        int(data["wal"]),
        locks,
        relations,
    )


def _milliseconds(text: str) -> int:
    found = re.fullmatch(r"(-?[\d.]+)\s*([a-z]*)", text)
    return round(float(found[1]) * _UNITS[found[2]]) if found else 0


@dataclass(frozen=True)
class Waits:
    """What a statement outside a transaction was seen to hold and to wait for, and what waited behind it."""

    granted: Mapping[int, str]
    wanted: Mapping[int, str]
    blocked: tuple[Blocked, ...] = ()


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
    locks = _waited(waits, existing) if waits else _locks(earlier, after, existing)
    names = {r.identity for r in existing.values()}
    return Effects(
        tag=tag,
        transaction=transaction,
        autocommit=alone,
        lock_timeout=after.lock_timeout,
        statement_timeout=after.statement_timeout,
        locks=locks,
        rewritten=_rewritten(after, existing, files, tag),
        rebuilt=_rebuilt(after, existing, files, names),
        built=_built(after, existing, names, files),
        scanned=_scanned(earlier, after, existing),
        verified=_verified(notices, locks),
        rows=_rows(earlier, after, existing),
        wal=max(after.wal - before.wal, 0),
        cascaded=_cascaded(notices),
        proofs=tuple(n.message for n in notices if _PROOFS.search(n.message)),
        notices=notices,
        blocked=waits.blocked if waits else (),
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


def _waited(waits: Waits, existing: Relations) -> tuple[Lock, ...]:
    strongest = dict(waits.granted)
    for oid, mode in waits.wanted.items():
        if oid not in strongest or strength(mode) >= strength(strongest[oid]):
            strongest[oid] = mode
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


def _rewritten(after: Raw, existing: Relations, files: Mapping[int, int], tag: str) -> tuple[str, ...]:
    """Truncating gives a new file, too, and copies nothing."""
    if tag.upper().startswith("TRUNCATE"):
        return ()
    return tuple(sorted(r.identity for oid, r in existing.items() if r.kind in _STORED and _moved(oid, after, files)))


def _moved(oid: int, after: Raw, files: Mapping[int, int]) -> bool:
    now = after.relations.get(oid)
    return now is not None and bool(now.file) and now.file != files.get(oid, now.file)


def _rebuilt(after: Raw, existing: Relations, files: Mapping[int, int], names: set[str]) -> tuple[str, ...]:
    """Under its own oid, or under a new one and the same name."""
    own = {r.identity for oid, r in existing.items() if r.is_index and _moved(oid, after, files)}
    again = {
        r.identity
        for oid, r in after.relations.items()
        if "index" in r.kind and oid not in existing and oid not in files and r.identity in names
    }
    return tuple(sorted(own | again))


def _built(after: Raw, existing: Relations, names: set[str], files: Mapping[int, int]) -> tuple[str, ...]:
    return tuple(
        sorted(
            r.identity
            for oid, r in after.relations.items()
            if "index" in r.kind
            and r.table_oid in existing
            and not (oid in existing or oid in files or r.identity in names)
        )
    )


def _scanned(before: Raw | None, after: Raw, existing: Relations) -> tuple[str, ...]:
    return tuple(
        sorted(
            existing[oid].identity
            for oid, now in after.relations.items()
            if oid in existing and existing[oid].kind in _STORED and now.scans > _was(before, oid, "scans")
        )
    )


def _was(before: Raw | None, oid: int, what: str) -> int:
    known = before.relations.get(oid) if before else None
    return getattr(known, what) if known else 0


def _rows(before: Raw | None, after: Raw, existing: Relations) -> tuple[Touched, ...]:
    found = []
    for oid, now in after.relations.items():
        if oid not in existing or existing[oid].kind not in _STORED:
            continue
        counts = [getattr(now, c) - _was(before, oid, c) for c in ("inserted", "updated", "deleted")]
        if any(count > 0 for count in counts):
            found.append(Touched(existing[oid].identity, *counts))
    return tuple(sorted(found))


def _verified(notices: Iterable[Notice], locks: Iterable[Lock]) -> tuple[str, ...]:
    """The server says a table's bare name: of those locked, the one that is called so."""
    named = {found[1] for n in notices if (found := _VERIFIED.match(n.message)) and n.message.startswith("verifying")}
    return tuple(sorted({lock.table for lock in locks if _bare(lock.table) in named}))


def _bare(identity: str) -> str:
    found = re.search(r'\.("(?:[^"]|"")+"|[^."]+)$', identity)
    name = found[1] if found else identity
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


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
