"""Tables, with all that belongs to them, but for what refers to other objects."""

from __future__ import annotations

from typing import Any

from alembic_proof.ddl.columns import after_column, column_definition, ordered_columns
from alembic_proof.ddl.constraints import (
    add_constraint,
    constraint_clause,
    constraint_comments,
    constraints_apart,
    inline_constraints,
    make_index,
    statistics,
)
from alembic_proof.ddl.schema import Schema
from alembic_proof.ddl.sequences import create_sequence, retype
from alembic_proof.ddl.words import comment, foreign_options, grants, options, usual, word
from alembic_proof.snapshot import Fact

_REPLICA = {"n": "NOTHING", "f": "FULL"}


def table(fact: Fact, schema: Schema) -> list[str]:
    """A table with all that belongs to it, but for what refers to other tables (`references`)."""
    return [
        *map(create_sequence, (s for s in _serials(fact, schema) if not schema.is_shared(s))),
        _create(fact, schema),
        *(s for column in schema.children(fact, "column") for s in after_column(fact, column, schema)),
        *(add_constraint(fact, constraint, schema) for constraint in constraints_apart(fact, schema)),
        *(s for index in schema.children(fact, "index") for s in make_index(index)),
        *constraint_comments(fact, schema),
        *(s for item in schema.children(fact, "statistics") for s in statistics(item)),
        *_attach(fact),
        *_settings(fact),
        *usual(fact),
        *(
            s
            for item in _serials(fact, schema)
            for s in (_owned_by(item), *([] if schema.is_shared(item) else usual(item)))
        ),
        *(s for item in _identities(fact, schema) for s in _usual_of_identity(item, schema)),
    ]


def _serials(fact: Fact, schema: Schema) -> list[Fact]:
    return [s for s in schema.owned_sequences(fact.identity) if not s.payload.get("of identity")]


def _identities(fact: Fact, schema: Schema) -> list[Fact]:
    return [s for s in schema.owned_sequences(fact.identity) if s.payload.get("of identity")]


def _usual_of_identity(fact: Fact, schema: Schema) -> list[str]:
    """Its owner is the table's, and its type is the column's, but with LIKE."""
    p = fact.payload
    column = schema.get("column", p["owned by"])
    other = column is not None and column.payload["type"] != p["type"]
    return [
        *([retype(fact)] if other else []),
        *grants("sequence", fact.identity, p.get("grants")),
        *comment("SEQUENCE", fact.identity, p.get("comment")),
    ]


def _owned_by(fact: Fact) -> str:
    return f"ALTER SEQUENCE {fact.identity} OWNED BY {fact.payload['owned by']}"


def _create(fact: Fact, schema: Schema) -> str:
    p = fact.payload
    unlogged = "UNLOGGED " if p["persistence"] == "u" else ""
    items = [
        *(column_definition(c, schema) for c in ordered_columns(fact, schema) if not c.payload.get("inherited")),
        *(constraint_clause(c, schema) for c in inline_constraints(fact, schema)),
    ]
    body = " (\n    " + ",\n    ".join(items) + "\n)" if items else " (\n)"
    head = f"CREATE {unlogged}{word(fact.kind)} {fact.identity}"
    if "of type" in p:
        return head + f" OF {p['of type']}" + _with(p)
    if "inherits" in p and "partition of" not in p:
        body += f"\nINHERITS ({', '.join(p['inherits'])})"
    if "partitioned by" in p:
        body += f"\nPARTITION BY {p['partitioned by']}"
    if p.get("access method") not in (None, "heap"):
        body += f"\nUSING {p['access method']}"
    if "server" in p:
        body += f"\nSERVER {p['server']}"
        return head + body + (f" OPTIONS ({foreign_options(p['foreign options'])})" if p.get("foreign options") else "")
    return head + body + _with(p)


def _with(p: dict[str, Any]) -> str:
    items = [*p.get("options", ()), *(f"toast.{o}" for o in p.get("toast options", ()))]
    text = f"\nWITH ({options(items)})" if items else ""
    return text + (f"\nTABLESPACE {p['tablespace']}" if "tablespace" in p else "")


def _attach(fact: Fact) -> list[str]:
    bound = fact.payload.get("partition of")
    if bound is None:
        return []
    (parent,) = fact.payload["inherits"]
    return [f"ALTER TABLE {parent} ATTACH PARTITION {fact.identity} {bound}"]


def _settings(fact: Fact) -> list[str]:
    p, alter = fact.payload, f"ALTER TABLE {fact.identity}"
    said = []
    if p["row security"]:
        said.append(f"{alter} ENABLE ROW LEVEL SECURITY")
    if p["force row security"]:
        said.append(f"{alter} FORCE ROW LEVEL SECURITY")
    if p.get("replica identity") in _REPLICA:
        said.append(f"ALTER TABLE ONLY {fact.identity} REPLICA IDENTITY {_REPLICA[p['replica identity']]}")
    return said
