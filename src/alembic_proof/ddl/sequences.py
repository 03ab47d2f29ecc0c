"""Sequences by themselves; those of columns come with their tables."""

from __future__ import annotations

from typing import Any

from alembic_proof.ddl.schema import Schema
from alembic_proof.ddl.words import usual
from alembic_proof.snapshot import Fact

_LARGEST = {"smallint": 32767, "integer": 2147483647, "bigint": 9223372036854775807}


def sequence(fact: Fact, schema: Schema) -> list[str]:
    """A sequence by itself; one of a column comes with its table."""
    return [create_sequence(fact), *usual(fact)]


def create_sequence(fact: Fact) -> str:
    """CREATE SEQUENCE with what differs from the defaults."""
    unlogged = "UNLOGGED " if fact.payload["persistence"] == "u" else ""
    kind = fact.payload["type"]
    typed = "" if kind == "bigint" else f" AS {kind}"
    return f"CREATE {unlogged}SEQUENCE {fact.identity}{typed}{numbers(fact.payload)}"


def retype(fact: Fact) -> str:
    """ALTER SEQUENCE to another type, with all options: what is not said would change with the type."""
    p = fact.payload
    said = f"INCREMENT BY {p['increment']} MINVALUE {p['min']} MAXVALUE {p['max']} START WITH {p['start']}"
    return f"ALTER SEQUENCE {fact.identity} AS {p['type']} {said} CACHE {p['cache']}{' CYCLE' if p['cycle'] else ''}"


def numbers(p: dict[str, Any]) -> str:
    """The options of a sequence that differ from the defaults."""
    up = p["increment"] > 0
    largest = _LARGEST.get(p["type"], 0)
    low, high = (1, largest) if up else (-largest - 1, -1)
    usual_values = {"increment": 1, "min": low, "max": high, "start": p["min"] if up else p["max"], "cache": 1}
    text = {"increment": "INCREMENT BY", "min": "MINVALUE", "max": "MAXVALUE", "start": "START WITH", "cache": "CACHE"}
    said = "".join(f" {text[name]} {p[name]}" for name, value in usual_values.items() if p[name] != value)
    return said + (" CYCLE" if p["cycle"] else "")
