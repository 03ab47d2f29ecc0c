"""Relations as the server tells them: before a revision, and in its transaction after each statement."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alembic_proof.effects import MODES, Blocked, strength

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
STORED = ("table", "partitioned table", "materialized view")
_UNITS = {"": 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "us": 0.001}


@dataclass(frozen=True)
class Relation:
    """One relation of the user; an index has a table, everything else is its own.

    `counts`: scans, rows inserted, updated, deleted, by all sessions so far; `vacuums`: how often it was vacuumed or
    analyzed. `parents` are those of which it is a partition or a child.
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
    parents: tuple[int, ...] = ()
    vacuums: int = 0

    @property
    def is_index(self) -> bool:
        """Whether it is an index, of an ordinary or of a partitioned table."""
        return self.kind in ("index", "partitioned index")


Relations = Mapping[int, Relation]


def ancestors(table: Relation, relations: Relations) -> set[int]:
    """What reads this table when it is read itself: whose partition or child it is."""
    found: set[int] = set()
    ahead = list(table.parents)
    while ahead:
        oid = ahead.pop()
        if oid in relations and oid not in found:
            found.add(oid)
            ahead += relations[oid].parents
    return found


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
            tuple(row["parents"]),
            row["vacuums"],
        )
        for row in rows
    }


def _letter(kind: str | bytes) -> str:
    return kind.decode() if isinstance(kind, bytes) else kind


@dataclass(frozen=True)
class Counted:
    """A relation as the transaction sees it: name, file, and what was counted so far.

    `size` is the file's, in bytes; None where it is not known.
    """

    identity: str
    kind: str
    file: int
    table_oid: int
    scans: int
    inserted: int
    updated: int
    deleted: int
    size: int | None = None
    vacuums: int = 0


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
