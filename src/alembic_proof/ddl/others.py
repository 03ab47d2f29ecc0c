"""Schemas, extensions, types, functions, and what is granted by default."""

from __future__ import annotations

from typing import Any

from alembic_proof.ddl.schema import Schema
from alembic_proof.ddl.words import OWNER, comment, grant_statements, grants, last, literal, role, usual
from alembic_proof.snapshot import Fact

# what an empty database has
_PUBLIC: dict[str, Any] = {"grants": ["PUBLIC=USAGE"], "comment": "standard public schema"}
_OWNERS_OF_PUBLIC = ("pg_database_owner", "postgres")
_PLPGSQL = "PL/pgSQL procedural language"


def schema_(fact: Fact, schema: Schema) -> list[str]:
    """A schema; `public` is there, and is only changed."""
    if fact.identity != "public":
        return [f"CREATE SCHEMA {fact.identity}", *usual(fact)]
    p = fact.payload
    said = [] if p["owner"] in _OWNERS_OF_PUBLIC else [f"ALTER SCHEMA public OWNER TO {role(p['owner'])}"]
    if p.get("grants") != _PUBLIC["grants"]:
        said += ["REVOKE ALL ON SCHEMA public FROM PUBLIC", *grants("schema", "public", p.get("grants"))]
    if p.get("comment") != _PUBLIC["comment"]:
        said.append(f"COMMENT ON SCHEMA public IS {literal(p['comment']) if 'comment' in p else 'NULL'}")
    return said


def extension(fact: Fact, schema: Schema) -> list[str]:
    """An extension in the version that the server has; plpgsql is there."""
    p = fact.payload
    text = f"COMMENT ON EXTENSION {fact.identity} IS {literal(p['comment']) if 'comment' in p else 'NULL'}"
    if fact.identity == "plpgsql":
        return [] if p.get("comment") == _PLPGSQL else [text]
    return [f"CREATE EXTENSION {fact.identity} SCHEMA {p['schema']}", text]


def extension_member(fact: Fact, schema: Schema) -> list[str]:
    """What was granted on an extension's function or table."""
    kind, _, name = fact.identity.partition(" ")
    return grants(kind, name, fact.payload.get("grants"))


# -- types ----------------------------------------------------------------------------------------------------------


def enum(fact: Fact, schema: Schema) -> list[str]:
    """An enum, one label per line."""
    labels = ",\n    ".join(literal(x) for x in fact.payload.get("labels") or ())
    return [f"CREATE TYPE {fact.identity} AS ENUM (\n    {labels}\n)", *usual(fact)]


def domain(fact: Fact, schema: Schema) -> list[str]:
    """A domain with its constraints."""
    p = fact.payload
    said = f"CREATE DOMAIN {fact.identity} AS {p['base type']}"
    said += f" COLLATE {p['collation']}" if "collation" in p else ""
    said += f" DEFAULT {p['default']}" if "default" in p else ""
    said += " NOT NULL" if p["not null"] else ""
    constraints = schema.children(fact, "constraint")
    inline = [c for c in constraints if "NOT VALID" not in c.payload["definition"]]
    said += "".join(f"\n    CONSTRAINT {last(c.identity)} {c.payload['definition']}" for c in inline)
    apart = [c for c in constraints if c not in inline]
    return [
        said,
        *(f"ALTER DOMAIN {fact.identity} ADD CONSTRAINT {last(c.identity)} {c.payload['definition']}" for c in apart),
        *(s for c in constraints for s in _domain_constraint_comment(fact, c)),
        *usual(fact),
    ]


def _domain_constraint_comment(domain: Fact, fact: Fact) -> list[str]:
    return comment("CONSTRAINT", f"{last(fact.identity)} ON DOMAIN {domain.identity}", fact.payload.get("comment"))


def composite(fact: Fact, schema: Schema) -> list[str]:
    """A composite type, one attribute per line."""
    attributes = fact.payload.get("attributes") or ()
    lines = ",\n    ".join(_attribute(a) for a in attributes)
    comments = (comment("COLUMN", f"{fact.identity}.{a['name']}", a.get("comment")) for a in attributes)
    body = f"\n    {lines}\n" if lines else ""
    return [f"CREATE TYPE {fact.identity} AS ({body})", *(s for said in comments for s in said), *usual(fact)]


def _attribute(a: dict[str, Any]) -> str:
    return f"{a['name']} {a['type']}" + (f" COLLATE {a['collation']}" if a.get("collation") else "")


def range_(fact: Fact, schema: Schema) -> list[str]:
    """A range type."""
    p: dict[str, Any] = fact.payload["range"]
    names = {"subtype": "subtype", "opclass": "subtype_opclass", "collation": "collation", "canonical": "canonical"}
    names |= {"difference": "subtype_diff", "multirange": "multirange_type_name"}
    items = ",\n    ".join(f"{text} = {p[name]}" for name, text in names.items() if p.get(name))
    return [f"CREATE TYPE {fact.identity} AS RANGE (\n    {items}\n)", *usual(fact)]


# -- functions ------------------------------------------------------------------------------------------------------


def function(fact: Fact, schema: Schema) -> list[str]:
    """A function or procedure in Postgres' own words."""
    return [fact.payload["definition"].strip(), *usual(fact)]


_MODIFY = {"r": "READ_ONLY", "s": "SHAREABLE", "w": "READ_WRITE"}
_PARALLEL = {"s": "SAFE", "r": "RESTRICTED", "u": "UNSAFE"}


def aggregate(fact: Fact, schema: Schema) -> list[str]:
    """An aggregate from its parts."""
    items = [text for name, value in fact.payload["aggregate"].items() if (text := _part(name, value))]
    return [f"CREATE AGGREGATE {fact.identity} (\n    {_joined(items)}\n)", *usual(fact)]


def _joined(items: list[str]) -> str:
    return ",\n    ".join(items)


def _part(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name.endswith("_modify"):
        return f"{name} = {_MODIFY[value]}"
    if name == "parallel":
        return None if value == "u" else f"parallel = {_PARALLEL[value]}"
    if name in ("finalfunc_extra", "mfinalfunc_extra", "hypothetical"):
        return name if value else None
    return f"{name} = {literal(value) if name.endswith('initcond') else value}"


# -- default grants -------------------------------------------------------------------------------------------------

_OBJECTS = {"r": "TABLES", "S": "SEQUENCES", "f": "FUNCTIONS", "T": "TYPES", "n": "SCHEMAS", "L": "LARGE OBJECTS"}


def default_grants(fact: Fact, schema: Schema) -> list[str]:
    """ALTER DEFAULT PRIVILEGES."""
    p = fact.payload
    before = "ALTER DEFAULT PRIVILEGES "
    before += "" if p["by"] == OWNER else f"FOR ROLE {p['by']} "
    before += f"IN SCHEMA {fact.parent} " if fact.parent else ""
    return grant_statements(p.get("grants"), f"ON {_OBJECTS[p['objects']]}", before=before)
