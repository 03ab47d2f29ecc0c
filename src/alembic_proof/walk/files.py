"""New files after a statement: which tables were copied, which only emptied, which indexes built or built anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from alembic_proof.effects import Notice
from alembic_proof.walk.relations import STORED, Raw, Relations

# of ALTER TABLE, VACUUM FULL and CLUSTER: what is named was copied, also where it had no rows
_COPIED = re.compile(r'^(?:rewriting table|vacuuming|clustering) "(?:[^"]*\.)?([^".]+)"')


def emptied(
    after: Raw, existing: Relations, files: Mapping[int, int], tag: str, notices: Iterable[Notice]
) -> frozenset[int]:
    """Tables with a new file into which nothing was copied: TRUNCATE, wherever it stands."""
    copied = {found[1] for n in notices if (found := _COPIED.match(n.message))}
    return frozenset(
        oid
        for oid, r in existing.items()
        if r.kind == "table"
        and moved(oid, after, files)
        and _is_empty(after.relations[oid].size, tag)
        and bare(r.identity) not in copied
    )


def _is_empty(size: int | None, tag: str) -> bool:
    return tag.upper().startswith("TRUNCATE") if size is None else size == 0


def rewritten(after: Raw, existing: Relations, files: Mapping[int, int], empty: frozenset[int]) -> tuple[str, ...]:
    """Tables that were copied into a new file."""
    found = (r for oid, r in existing.items() if r.kind in STORED and oid not in empty and moved(oid, after, files))
    return tuple(sorted(r.identity for r in found))


def moved(oid: int, after: Raw, files: Mapping[int, int]) -> bool:
    """Whether a relation is in another file than before."""
    now = after.relations.get(oid)
    return now is not None and bool(now.file) and now.file != files.get(oid, now.file)


def rebuilt(after: Raw, existing: Relations, files: Mapping[int, int], empty: frozenset[int]) -> tuple[str, ...]:
    """Indexes in a new file: under their oid, or under a new one and the same name; that alone may keep the file."""
    before = {r.identity: files.get(oid, 0) for oid, r in existing.items() if r.is_index}
    found = set()
    for oid, now in after.relations.items():
        name = existing[oid].identity if oid in existing else now.identity
        if name in before and now.table_oid in existing and now.table_oid not in empty:
            known = files.get(oid, before[name])
            found |= {name} if now.file and now.file != known else set()
    return tuple(sorted(found))


def built(after: Raw, existing: Relations, files: Mapping[int, int]) -> tuple[str, ...]:
    """New indexes on tables that existed."""
    names = {r.identity for r in existing.values()}
    return tuple(
        sorted(
            r.identity
            for oid, r in after.relations.items()
            if "index" in r.kind
            and r.table_oid in existing
            and not (oid in existing or oid in files or r.identity in names)
        )
    )


def bare(identity: str) -> str:
    """The name alone, without quotes."""
    found = re.search(r'\.("(?:[^"]|"")+"|[^."]+)$', identity)
    name = found[1] if found else identity
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
