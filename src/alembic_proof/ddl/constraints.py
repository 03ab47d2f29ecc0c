"""Constraints, indexes, extended statistics."""

from __future__ import annotations

import re

from alembic_proof.ddl.schema import Schema
from alembic_proof.ddl.words import comment, last, options, usual, word
from alembic_proof.snapshot import Fact

_DEFERRED = re.compile(r"(?: DEFERRABLE)?(?: INITIALLY DEFERRED)?\Z")


def _own_constraints(fact: Fact, schema: Schema) -> list[Fact]:
    """Those that are not the parents', nor references to other tables."""
    return [
        c
        for c in schema.children(fact, "constraint")
        if not c.payload["definition"].startswith("FOREIGN KEY")
        and (not c.payload.get("inherited") or "partition of" in fact.payload)
    ]


def inline_constraints(fact: Fact, schema: Schema) -> list[Fact]:
    """Those that CREATE TABLE takes."""
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


def constraints_apart(fact: Fact, schema: Schema) -> list[Fact]:
    """Those that are added to the table."""
    kept = [*inline_constraints(fact, schema), *_late_constraints(fact, schema)]
    return [c for c in _own_constraints(fact, schema) if c not in kept]


def _late_constraints(fact: Fact, schema: Schema) -> list[Fact]:
    """Those that an heir would have as valid ones: added when all heirs are there."""
    if not schema.has_heirs(fact.identity):
        return []
    return [c for c in _own_constraints(fact, schema) if c.payload["definition"].endswith(" NOT VALID")]


def constraint_clause(fact: Fact, schema: Schema) -> str:
    """`CONSTRAINT name definition`; the options of its index are said here, as a partitioned one takes no others."""
    definition: str = fact.payload["definition"]
    given = _index_options(fact, schema)
    if given and not definition.startswith("EXCLUDE"):
        definition = _DEFERRED.sub(f" WITH ({options(given)})\\g<0>", definition, count=1)
    return f"CONSTRAINT {last(fact.identity)} {definition}"


def _index_options(fact: Fact, schema: Schema) -> list[str]:
    name = last(fact.identity)
    indexes = schema.parts(fact.parent or "", "index")
    return next((i.payload.get("options") or [] for i in indexes if i.payload.get("constraint") == name), [])


def add_constraint(table: Fact, fact: Fact, schema: Schema) -> str:
    """ALTER TABLE ... ADD CONSTRAINT."""
    return f"ALTER {word(table.kind)} {table.identity} ADD {constraint_clause(fact, schema)}"


def late_constraints(fact: Fact, schema: Schema) -> list[str]:
    """What `constraints_apart` leaves for later."""
    late = _late_constraints(fact, schema)
    return [s for c in late for s in (add_constraint(fact, c, schema), *_comment(fact, c))]


def constraint_comments(table: Fact, schema: Schema) -> list[str]:
    """Of those that come with the table."""
    late = _late_constraints(table, schema)
    constraints = (c for c in schema.children(table, "constraint") if c not in late)
    return [s for c in constraints if not c.payload["definition"].startswith("FOREIGN KEY") for s in _comment(table, c)]


def _comment(table: Fact, fact: Fact) -> list[str]:
    return comment("CONSTRAINT", f"{last(fact.identity)} ON {table.identity}", fact.payload.get("comment"))


def foreign_key(table: Fact, fact: Fact, schema: Schema) -> list[str]:
    """A reference to another table; of a partition, what its parent's brings along is not repeated."""
    if not fact.payload["definition"].startswith("FOREIGN KEY"):
        return []
    said = [] if fact.payload.get("inherited") else [add_constraint(table, fact, schema)]
    return [*said, *_comment(table, fact)]


def make_index(fact: Fact) -> list[str]:
    """An invalid one cannot be made on purpose, but for that of a partitioned table, which waits for its parts."""
    if not fact.payload["valid"]:
        return []
    # of a partitioned table before it has partitions: so it is valid
    return _create_index(fact, fact.payload["definition"].replace(_only(fact), _only(fact).removesuffix("ONLY "), 1))


def waits_for_parts(fact: Fact) -> bool:
    """Whether it is an index of a partitioned table that not every partition has yet."""
    return not fact.payload["valid"] and _only(fact) in fact.payload["definition"]


def _only(fact: Fact) -> str:
    return f" INDEX {last(fact.identity)} ON ONLY "


def unfinished_index(fact: Fact, schema: Schema) -> list[str]:
    """An index of a partitioned table that not every partition has yet."""
    if not waits_for_parts(fact):
        return []
    parts = [i for i in schema.of("index") if i.payload.get("attached to") == fact.identity]
    attached = [f"ALTER INDEX {fact.identity} ATTACH PARTITION {i.identity}" for i in parts]
    return [*_create_index(fact, fact.payload["definition"]), *attached]


def _create_index(fact: Fact, definition: str) -> list[str]:
    p, name = fact.payload, fact.identity
    said = [] if "constraint" in p else [definition]
    if "constraint" in p and "options" in p and definition.startswith("CREATE INDEX"):  # of an exclusion constraint
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


def statistics(fact: Fact) -> list[str]:
    """Extended statistics."""
    target = fact.payload.get("target")
    set_target = [] if target is None else [f"ALTER STATISTICS {fact.identity} SET STATISTICS {target}"]
    return [fact.payload["definition"], *set_target, *usual(fact)]
