"""Statements that make what a snapshot holds: pure functions from facts to SQL, one per kind.

`schema_text` is the whole of it, in an order that loads into an empty database; `create` is one object.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from hashlib import sha256

from alembic_proof.ddl import others, rare, references, sequences, tables, views
from alembic_proof.ddl.constraints import waits_for_parts
from alembic_proof.ddl.schema import Key, Schema
from alembic_proof.snapshot import Fact

Writer = Callable[[Fact, Schema], list[str]]

# in the order of the file, as far as dependencies allow
WRITERS: Mapping[str, Writer] = {
    "schema": others.schema_,
    "extension": others.extension,
    "language": rare.language,
    "access method": rare.access_method,
    "collation": rare.collation,
    "enum": others.enum,
    "composite type": others.composite,
    "domain": others.domain,
    "range": others.range_,
    "function": others.function,
    "procedure": others.function,
    "aggregate": others.aggregate,
    "operator": rare.operator,
    "operator family": rare.operator_family,
    "operator class": rare.operator_class,
    "cast": rare.cast,
    "conversion": rare.conversion,
    "transform": rare.transform,
    "text search parser": rare.ts_parser,
    "text search template": rare.ts_template,
    "text search dictionary": rare.ts_dictionary,
    "text search configuration": rare.ts_configuration,
    "foreign-data wrapper": rare.wrapper,
    "foreign server": rare.server,
    "sequence": sequences.sequence,
    "table": tables.table,
    "foreign table": tables.table,
    "view": views.view,
    "materialized view": views.view,
    "publication": rare.publication,
}
# when all objects are there
AFTERWARDS: Mapping[str, Writer] = {
    "table": references.references,
    "foreign table": references.references,
    "view": references.references,
    "trigger": references.trigger_of_partition,
    "publication": rare.members,
    "extension member": others.extension_member,
    "extension dependency": rare.extension_dependency,
    "security label": rare.security_label,
    "default grants": others.default_grants,
    "database setting": rare.database_setting,
    "event trigger": rare.event_trigger,
}
_RANK = {kind: rank for rank, kind in enumerate(WRITERS)}
_LATER_RANK = {kind: rank for rank, kind in enumerate(AFTERWARDS)}

HEADER = """\
-- The schema after all migrations. Written by `alembic-proof snapshot`, which replaces it; `--check` compares it.
-- It loads into an empty database: psql -v ON_ERROR_STOP=1 --single-transaction -f schema.sql
-- Each object has a checksum, so that git merges no two changes of one object: after a conflict, write it anew.
SET check_function_bodies = off;
SET client_min_messages = warning;
SELECT pg_catalog.set_config('search_path', '', false);
"""


def create(fact: Fact, schema: Schema) -> list[str]:
    """The statements that make one object and all that belongs to it."""
    return [s for writers in (WRITERS, AFTERWARDS) if fact.kind in writers for s in writers[fact.kind](fact, schema)]


def schema_text(schema: Schema) -> str:
    """The whole schema as SQL, one block per object: the same text for the same schema, wherever it was made."""
    blocks = [_block(fact, WRITERS[fact.kind](fact, schema)) for fact in in_order(schema)]
    later = [_block(fact, AFTERWARDS[fact.kind](fact, schema), _relation(fact)) for fact in _later(schema)]
    return "".join([HEADER, *_missing_public(schema), *blocks, *later])


def cannot_say(schema: Schema) -> tuple[str, ...]:
    """Things that the text cannot bring back, in words."""
    facts = schema.snapshot.facts
    said = [f"{f.kind} {f.identity}" for f in facts if f.kind in ("base type", "subscription")]
    said += [f"index {f.identity}, which is invalid" for f in schema.of("index") if not _can_be_made(f)]
    said += [
        f"the disabled triggers of constraint {f.identity}"
        for f in schema.of("constraint")
        if "triggers disabled" in f.payload
    ]
    said += [
        f"that the detachment of {f.identity} is pending" for f in schema.of("table") if "detach pending" in f.payload
    ]
    said += [f"a secret option of {f.kind} {f.identity}" for f in facts if f.kind in _SECRETIVE and _has_secret(f)]
    return tuple(said)


_SECRETIVE = ("foreign server", "user mapping", "foreign-data wrapper")


def _has_secret(fact: Fact) -> bool:
    return any(option.endswith("=(secret)") for option in fact.payload.get("options") or ())


def _can_be_made(index: Fact) -> bool:
    return bool(index.payload["valid"]) or waits_for_parts(index)


def in_order(schema: Schema) -> list[Fact]:
    """The objects, each after those that it needs; otherwise by kind and name."""
    tops = {f.key: f for f in schema.tops if f.kind in WRITERS and not _belongs_to_a_column(f, schema)}
    needs = {key: set(schema.needs.get(key, ())) & tops.keys() - {key} for key in tops}
    needed_by: dict[Key, list[Key]] = {key: [] for key in tops}
    for key, others_ in needs.items():
        for other in others_:
            needed_by[other].append(key)
    ready = [_place(key) for key in tops if not needs[key]]
    heapq.heapify(ready)
    placed: dict[Key, Fact] = {}
    while len(placed) < len(tops):
        key = heapq.heappop(ready)[1] if ready else min(_place(k) for k in tops if k not in placed)[1]
        if key in placed:
            continue
        placed[key] = tops[key]
        for other in needed_by[key]:
            needs[other].discard(key)
            if not needs[other] and other not in placed:
                heapq.heappush(ready, _place(other))
    return list(placed.values())


def _place(key: Key) -> tuple[tuple[int, str], Key]:
    return (_RANK[key[0]], key[1]), key


def _belongs_to_a_column(fact: Fact, schema: Schema) -> bool:
    return fact.kind == "sequence" and "owned by" in fact.payload and not schema.is_shared(fact)


def _later(schema: Schema) -> list[Fact]:
    found = [f for f in (*schema.tops, *schema.of("trigger")) if f.kind in AFTERWARDS]
    return sorted(found, key=lambda f: (_LATER_RANK[f.kind], -_depth(f, schema), f.identity))


def _depth(fact: Fact, schema: Schema) -> int:
    """How far down a partition is: its references come first, its parent's then find them."""
    if "partition of" not in fact.payload:
        return 0
    parent = schema.get("table", fact.payload["inherits"][0])
    return 1 + (_depth(parent, schema) if parent else 0)


def _missing_public(schema: Schema) -> list[str]:
    return [] if schema.get("schema", "public") else ["\n-- schema public\nDROP SCHEMA public;\n"]


def _relation(fact: Fact) -> str:
    return ": references" if fact.kind in WRITERS else ""


def _block(fact: Fact, statements: list[str], relation: str = "") -> str:
    """With a checksum, so that two branches conflict in git where they change one object, however far apart."""
    if not statements:
        return ""
    text = "".join(f"{s};\n" for s in statements)
    name = fact.identity.replace("\n", "\\n").replace("\r", "\\r")
    return f"\n-- {fact.kind} {name}{relation} [{sha256(text.encode()).hexdigest()[:8]}]\n{text}"
