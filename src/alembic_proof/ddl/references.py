"""What needs other objects to be there: foreign keys, rules, triggers, policies."""

from __future__ import annotations

from alembic_proof.ddl.columns import late_settings
from alembic_proof.ddl.constraints import foreign_key, late_constraints, unfinished_index
from alembic_proof.ddl.schema import Schema
from alembic_proof.ddl.words import OWNER, comment, last
from alembic_proof.snapshot import Fact

_ENABLED = {"D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


def references(fact: Fact, schema: Schema) -> list[str]:
    """What needs other objects to be there: foreign keys, rules, triggers, policies."""
    return [
        *(s for column in schema.children(fact, "column") for s in late_settings(fact, column, schema)),
        *late_constraints(fact, schema),
        *(s for index in schema.children(fact, "index") for s in unfinished_index(index, schema)),
        *(s for c in schema.children(fact, "constraint") for s in foreign_key(fact, c, schema)),
        *(s for r in schema.children(fact, "rule") for s in _rule(fact, r)),
        *(s for t in schema.children(fact, "trigger") for s in _trigger(fact, t)),
        *(s for y in schema.children(fact, "policy") for s in _policy(fact, y)),
    ]


def _rule(table: Fact, fact: Fact) -> list[str]:
    definition = fact.payload["definition"].rstrip(";")
    return [definition, *_enabled(table, fact, "RULE"), *_on(table, fact, "RULE")]


def _trigger(table: Fact, fact: Fact) -> list[str]:
    if fact.payload.get("inherited"):
        return []
    return [fact.payload["definition"], *_enabled(table, fact, "TRIGGER"), *_on(table, fact, "TRIGGER")]


def trigger_of_partition(fact: Fact, schema: Schema) -> list[str]:
    """Whether it is enabled, where that is otherwise than with the partitioned table's own."""
    table = schema.get("table", fact.parent or "")
    if table is None or not fact.payload.get("inherited"):
        return []
    above = schema.get("trigger", f"{table.payload['inherits'][0]}.{last(fact.identity)}")
    if above is None or above.payload["enabled"] == fact.payload["enabled"]:
        return []
    how = _ENABLED.get(fact.payload["enabled"], "ENABLE")
    return [f"ALTER TABLE ONLY {table.identity} {how} TRIGGER {last(fact.identity)}"]


def _enabled(table: Fact, fact: Fact, what: str) -> list[str]:
    how = _ENABLED.get(fact.payload["enabled"])
    return [f"ALTER TABLE {table.identity} {how} {what} {last(fact.identity)}"] if how else []


def _on(table: Fact, fact: Fact, what: str) -> list[str]:
    return comment(what, f"{last(fact.identity)} ON {table.identity}", fact.payload.get("comment"))


_COMMANDS = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}


def _policy(table: Fact, fact: Fact) -> list[str]:
    p = fact.payload
    kind = "" if p["permissive"] else " AS RESTRICTIVE"
    said = f"CREATE POLICY {last(fact.identity)} ON {table.identity}{kind} FOR {_COMMANDS[p['command']]}"
    said += f" TO {', '.join('CURRENT_USER' if r == OWNER else r for r in p['roles'])}"
    said += f" USING ({p['using']})" if "using" in p else ""
    said += f" WITH CHECK ({p['check']})" if "check" in p else ""
    return [said, *_on(table, fact, "POLICY")]
