"""Tables with their columns, constraints and indexes; sequences; views."""

from __future__ import annotations

from typing import Any

from alembic_proof.ddl.schema import Schema
from alembic_proof.ddl.words import (
    OWNER,
    clauses,
    comment,
    foreign_options,
    grants,
    last,
    options,
    split,
    unquoted,
    usual,
    word,
)
from alembic_proof.snapshot import Fact

_LARGEST = {"smallint": 32767, "integer": 2147483647, "bigint": 9223372036854775807}
_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}
_REPLICA = {"n": "NOTHING", "f": "FULL"}
_IDENTITY = {"a": "ALWAYS", "d": "BY DEFAULT"}
_ENABLED = {"D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}
INDEX_CONSTRAINTS = ("PRIMARY KEY", "UNIQUE", "EXCLUDE")


# -- sequences ------------------------------------------------------------------------------------------------------


def sequence(fact: Fact, schema: Schema) -> list[str]:
    """A sequence by itself; one of a column comes with its table."""
    return [create_sequence(fact), *usual(fact)]


def create_sequence(fact: Fact) -> str:
    """CREATE SEQUENCE with what differs from the defaults."""
    unlogged = "UNLOGGED " if fact.payload["persistence"] == "u" else ""
    kind = fact.payload["type"]
    typed = "" if kind == "bigint" else f" AS {kind}"
    return f"CREATE {unlogged}SEQUENCE {fact.identity}{typed}{_numbers(fact.payload)}"


def _numbers(p: dict[str, Any]) -> str:
    up = p["increment"] > 0
    largest = _LARGEST.get(p["type"], 0)
    low, high = (1, largest) if up else (-largest - 1, -1)
    usual_values = {"increment": 1, "min": low, "max": high, "start": p["min"] if up else p["max"], "cache": 1}
    text = {"increment": "INCREMENT BY", "min": "MINVALUE", "max": "MAXVALUE", "start": "START WITH", "cache": "CACHE"}
    said = "".join(f" {text[name]} {p[name]}" for name, value in usual_values.items() if p[name] != value)
    return said + (" CYCLE" if p["cycle"] else "")


# -- tables ---------------------------------------------------------------------------------------------------------


def table(fact: Fact, schema: Schema) -> list[str]:
    """A table with all that belongs to it, but for what refers to other tables (`references`)."""
    return [
        *map(create_sequence, _serials(fact, schema)),
        _create(fact, schema),
        *(s for column in schema.children(fact, "column") for s in _after_column(fact, column, schema)),
        *(_add(fact, constraint) for constraint in _apart(fact, schema)),
        *(s for index in schema.children(fact, "index") for s in _index(index)),
        *(s for constraint in schema.children(fact, "constraint") for s in _constraint_comment(fact, constraint)),
        *(s for item in schema.children(fact, "statistics") for s in _statistics(item)),
        *_attach(fact),
        *_settings(fact),
        *usual(fact),
        *(s for item in _serials(fact, schema) for s in (_owned_by(item), *usual(item))),
        *(s for item in _identities(fact, schema) for s in _usual_of_identity(item)),
    ]


def _owned(fact: Fact, schema: Schema) -> list[Fact]:
    return [s for s in schema.of("sequence") if split(s.payload.get("owned by") or "")[:2] == split(fact.identity)]


def _serials(fact: Fact, schema: Schema) -> list[Fact]:
    return [s for s in _owned(fact, schema) if not s.payload.get("of identity")]


def _identities(fact: Fact, schema: Schema) -> list[Fact]:
    return [s for s in _owned(fact, schema) if s.payload.get("of identity")]


def _usual_of_identity(fact: Fact) -> list[str]:
    """Its owner is the table's."""
    p = fact.payload
    return [
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
        *(_constraint(c) for c in _inline(fact, schema)),
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


def ordered_columns(fact: Fact, schema: Schema) -> list[Fact]:
    """A table's columns as they stand in it."""
    order = schema.get("column order", fact.identity)
    columns = schema.children(fact, "column")
    if order is None:
        return columns
    place = {name: n for n, name in enumerate(order.payload.get("columns", ()))}
    return sorted(columns, key=lambda c: place.get(last(c.identity), len(place)))


def column_definition(fact: Fact, schema: Schema) -> str:
    """A column as CREATE TABLE and ADD COLUMN take it."""
    p = fact.payload
    said = f"{last(fact.identity)} {p['type']}"
    if p.get("foreign options"):
        said += f" OPTIONS ({foreign_options(p['foreign options'])})"
    said += clauses(p, {"collation": "COLLATE"})
    if "compression" in p:
        said = f"{said} COMPRESSION {_COMPRESSION[p['compression']]}"
    if "generated" in p:
        how, _, expression = p["generated"].partition(" ")
        said += f" GENERATED ALWAYS AS ({expression}) {'STORED' if how == 's' else 'VIRTUAL'}"
    if "identity" in p:
        said += f" GENERATED {_IDENTITY[p['identity']]} AS IDENTITY{_identity_options(fact, schema)}"
    if "default" in p:
        said += f" DEFAULT {p['default']}"
    return said + (" NOT NULL" if p["not null"] and "not null constraint" not in p else "")


def _identity_options(fact: Fact, schema: Schema) -> str:
    found = next((s for s in schema.of("sequence") if s.payload.get("owned by") == fact.identity), None)
    if found is None:
        return ""
    parts = split(fact.identity)
    automatic = f"{unquoted(parts[1])}_{unquoted(parts[2])}_seq"
    named = "" if unquoted(last(found.identity)) == automatic else f"SEQUENCE NAME {found.identity}"
    said = (named + _numbers(found.payload)).strip()
    return f" ({said})" if said else ""


def _after_column(table: Fact, fact: Fact, schema: Schema) -> list[str]:
    p, name = fact.payload, last(fact.identity)
    only = "ONLY " if table.kind == "table" else ""
    alter = f"ALTER {word(table.kind)} {only}{table.identity}"
    column = f"{alter} ALTER COLUMN {name}"
    said = []
    if p.get("inherited") or "of type" in table.payload:
        said += [f"{column} SET DEFAULT {p['default']}"] if "default" in p else []
        said += [f"{column} SET NOT NULL"] if _must_be_set(table, fact, schema) else []
    if "not null constraint" in p:
        called = _not_null_name(table, fact, schema)
        said.append(f"{alter} ADD CONSTRAINT {called} {p['not null constraint']}")
    return [*said, *column_settings(column, p), *_column_extras(table, fact, schema)]


def _must_be_set(table: Fact, fact: Fact, schema: Schema) -> bool:
    """Whether an inherited column's NOT NULL is its own."""
    parents = (schema.get("column", f"{p}.{last(fact.identity)}") for p in table.payload.get("inherits", ()))
    return fact.payload["not null"] and not any(p and p.payload["not null"] for p in parents)


def column_settings(column: str, p: dict[str, Any]) -> list[str]:
    """What CREATE TABLE does not take in every version."""
    said = []
    if "storage" in p:
        said.append(f"{column} SET STORAGE {_STORAGE[p['storage']]}")
    if "statistics" in p:
        said.append(f"{column} SET STATISTICS {p['statistics']}")
    if p.get("options"):
        said.append(f"{column} SET ({options(p['options'])})")
    return said


def _column_extras(table: Fact, fact: Fact, schema: Schema) -> list[str]:
    return [
        *grants("table", table.identity, fact.payload.get("grants"), last(fact.identity)),
        *comment("COLUMN", fact.identity, fact.payload.get("comment")),
        *_not_null_comment(table, fact, schema),
    ]


def _not_null_comment(table: Fact, fact: Fact, schema: Schema) -> list[str]:
    text = fact.payload.get("not null comment")
    return comment("CONSTRAINT", f"{_not_null_name(table, fact, schema)} ON {table.identity}", text)


def _not_null_name(table: Fact, fact: Fact, schema: Schema) -> str:
    """A NOT NULL constraint's name, automatic where it is no fact."""
    named = schema.get("not null name", fact.identity)
    automatic = f'"{unquoted(last(table.identity))}_{unquoted(last(fact.identity))}_not_null"'
    return str(named.payload["name"]) if named else automatic


# -- constraints ----------------------------------------------------------------------------------------------------


def _own_constraints(fact: Fact, schema: Schema) -> list[Fact]:
    """Those that are not the parents', nor references to other tables."""
    return [
        c
        for c in schema.children(fact, "constraint")
        if not c.payload["definition"].startswith("FOREIGN KEY")
        and (not c.payload.get("inherited") or "partition of" in fact.payload)
    ]


def _inline(fact: Fact, schema: Schema) -> list[Fact]:
    if "of type" in fact.payload:
        return []
    own = _own_constraints(fact, schema)
    keys = [_columns(c) for c in own]
    return [c for c in own if "NOT VALID" not in c.payload["definition"] and keys.count(_columns(c)) == 1]


def _columns(fact: Fact) -> str:
    """A unique constraint on the primary key's columns would be left out by CREATE TABLE."""
    definition: str = fact.payload["definition"]
    for start in ("PRIMARY KEY ", "UNIQUE "):
        definition = definition.removeprefix(start)
    return definition


def _apart(fact: Fact, schema: Schema) -> list[Fact]:
    inline = _inline(fact, schema)
    return [c for c in _own_constraints(fact, schema) if c not in inline]


def _constraint(fact: Fact) -> str:
    return f"CONSTRAINT {last(fact.identity)} {fact.payload['definition']}"


def _add(table: Fact, fact: Fact) -> str:
    return f"ALTER {word(table.kind)} {table.identity} ADD {_constraint(fact)}"


def _constraint_comment(table: Fact, fact: Fact) -> list[str]:
    if fact.payload["definition"].startswith("FOREIGN KEY"):
        return []
    return comment("CONSTRAINT", f"{last(fact.identity)} ON {table.identity}", fact.payload.get("comment"))


# -- indexes --------------------------------------------------------------------------------------------------------


def _index(fact: Fact) -> list[str]:
    """An invalid one cannot be made on purpose, but for that of a partitioned table, which waits for its parts."""
    if not fact.payload["valid"]:
        return []
    # of a partitioned table before it has partitions: so it is valid
    return _create_index(fact, fact.payload["definition"].replace(" ON ONLY ", " ON ", 1))


def _unfinished_index(fact: Fact, schema: Schema) -> list[str]:
    """An index of a partitioned table that not every partition has yet."""
    if fact.payload["valid"] or " ON ONLY " not in fact.payload["definition"]:
        return []
    parts = [i for i in schema.of("index") if i.payload.get("attached to") == fact.identity]
    attached = [f"ALTER INDEX {fact.identity} ATTACH PARTITION {i.identity}" for i in parts]
    return [*_create_index(fact, fact.payload["definition"]), *attached]


def _create_index(fact: Fact, definition: str) -> list[str]:
    p, name = fact.payload, fact.identity
    said = [] if "constraint" in p else [definition]
    if "constraint" in p and "options" in p:
        said.append(f"ALTER INDEX {name} SET ({options(p['options'])})")
    if "tablespace" in p:
        said.append(f"ALTER INDEX {name} SET TABLESPACE {p['tablespace']}")
    if p["clustered"]:
        said.append(f"ALTER TABLE {fact.parent} CLUSTER ON {last(name)}")
    if p["replica identity"]:
        said.append(f"ALTER TABLE ONLY {fact.parent} REPLICA IDENTITY USING INDEX {last(name)}")
    for number, target in sorted((p.get("statistics") or {}).items()):
        said.append(f"ALTER INDEX {name} ALTER COLUMN {number} SET STATISTICS {target}")
    return [*said, *comment("INDEX", name, p.get("comment"))]


def _statistics(fact: Fact) -> list[str]:
    target = fact.payload.get("target")
    set_target = [] if target is None else [f"ALTER STATISTICS {fact.identity} SET STATISTICS {target}"]
    return [fact.payload["definition"], *set_target, *usual(fact)]


# -- the rest of a table --------------------------------------------------------------------------------------------


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


def references(fact: Fact, schema: Schema) -> list[str]:
    """What needs other objects to be there: foreign keys, rules, triggers, policies."""
    return [
        *(s for index in schema.children(fact, "index") for s in _unfinished_index(index, schema)),
        *(s for c in schema.children(fact, "constraint") for s in foreign_key(fact, c)),
        *(s for r in schema.children(fact, "rule") for s in _rule(fact, r)),
        *(s for t in schema.children(fact, "trigger") for s in _trigger(fact, t)),
        *(s for y in schema.children(fact, "policy") for s in _policy(fact, y)),
    ]


def foreign_key(table: Fact, fact: Fact) -> list[str]:
    """A reference to another table; of a partition, what its parent's brings along is not repeated."""
    if not fact.payload["definition"].startswith("FOREIGN KEY"):
        return []
    name = f"{last(fact.identity)} ON {table.identity}"
    said = [] if fact.payload.get("inherited") else [_add(table, fact)]
    return [*said, *comment("CONSTRAINT", name, fact.payload.get("comment"))]


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


# -- views ----------------------------------------------------------------------------------------------------------


def view(fact: Fact, schema: Schema) -> list[str]:
    """A view or materialized view with its columns' extras and indexes."""
    return [
        _create_view(fact),
        *(s for c in schema.children(fact, "column") for s in _view_column(fact, c, schema)),
        *(s for index in schema.children(fact, "index") for s in _index(index)),
        *(s for item in schema.children(fact, "statistics") for s in _statistics(item)),
        *usual(fact),
    ]


def _create_view(fact: Fact) -> str:
    p = fact.payload
    said = f"CREATE {word(fact.kind)} {fact.identity}"
    if p.get("access method") not in (None, "heap"):
        said += f" USING {p['access method']}"
    if p.get("options"):
        said += f" WITH ({options(p['options'])})"
    if "tablespace" in p:
        said += f" TABLESPACE {p['tablespace']}"
    said += f" AS\n{p['definition'].rstrip(';')}"
    return said + ("" if p.get("populated", True) else "\nWITH NO DATA")


def _view_column(view: Fact, fact: Fact, schema: Schema) -> list[str]:
    p = fact.payload
    column = f"ALTER {word(view.kind)} {view.identity} ALTER COLUMN {last(fact.identity)}"
    default = [f"{column} SET DEFAULT {p['default']}"] if "default" in p else []
    compression = [f"{column} SET COMPRESSION {_COMPRESSION[p['compression']]}"] if "compression" in p else []
    return [*default, *compression, *column_settings(column, p), *_column_extras(view, fact, schema)]
