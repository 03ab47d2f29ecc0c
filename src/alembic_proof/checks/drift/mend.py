"""What would mend a difference: the calls that autogenerate writes, where they do all of it, else SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from alembic_proof.checks.drift import columns
from alembic_proof.checks.drift.address import parts
from alembic_proof.checks.drift.columns import comment, literal
from alembic_proof.checks.drift.witness import unseen
from alembic_proof.ddl import create
from alembic_proof.ddl.schema import Schema
from alembic_proof.diff import Change
from alembic_proof.snapshot import Fact, Snapshot, parse_fact
from alembic_proof.trace import Proposal


@dataclass(frozen=True)
class Case:
    """A difference, and the two schemas."""

    change: Change
    models: Schema
    head: Snapshot


def mend(change: Change, proposals: tuple[Proposal, ...], models: Schema, head: Snapshot) -> str | None:
    """`op.` calls or SQL that make the migrated schema what the models say; None where nobody knows."""
    case = Case(change, models, head)
    if _would_run(case, proposals):
        return "\n".join([*sorted({i for p in proposals for i in p.imports}), *(p.text for p in proposals)])
    statements = _SQL.get(change.kind, _created)(case)
    return "\n".join(f"{s};" for s in statements) or None


def rename(have: Change, want: Change) -> str:
    """SQL that gives the migrated one the name of the models."""
    name = _last(want.identity)
    if have.kind == "constraint":
        return f"ALTER TABLE {have.parent} RENAME CONSTRAINT {_last(have.identity)} TO {name};"
    return f"ALTER {have.kind.upper()} {have.identity} RENAME TO {name};"


def _would_run(case: Case, proposals: tuple[Proposal, ...]) -> bool:
    """Whether the proposals are about all of the change, and run as Alembic writes them."""
    change = case.change
    if not proposals or unseen(change, proposals) or not all(p.text for p in proposals) or _of_own_type(case):
        return False
    differ = {a.name: (a.have, a.want) for a in change.attributes}
    if differ.get("identity", (None, None))[0]:  # Alembic would add one to it
        return False
    return "type" not in differ or columns.using(_last(change.identity), *map(str, differ["type"])) is None


def _of_own_type(case: Case) -> bool:
    """Whether a type of the schema is involved: with a table Alembic creates an enum again, with a column never."""
    types = [str(v) for a in case.change.attributes if a.name == "type" for v in (a.have, a.want)]
    table = Fact("table", case.change.identity, None, {})
    mine = [f.payload for f in case.models.children(table, "column")] if case.change.change == "missing" else []
    types += [str(payload.get("type")) for payload in (dict(case.change.payload), *mine)]
    return any("." in t for t in types)


def _last(identity: str) -> str:
    """The name alone, as it is quoted."""
    name = parts(identity)[-1]
    return next(text for text in (f'"{name.replace(chr(34), chr(34) * 2)}"', name) if identity.endswith(text))


def _created(case: Case) -> list[str]:
    """What the models have is written as in `schema.sql`."""
    fact = case.models.get(case.change.kind, case.change.identity)
    return create(fact, case.models) if fact is not None and case.change.change == "missing" else []


def _table(case: Case) -> list[str]:
    change = case.change
    if change.change == "extra":
        return [f"DROP TABLE {change.identity}"]
    if change.change == "missing":
        return _created(case)
    sql = [_TABLE[a.name](change.identity, a.want) for a in change.attributes if a.name in _TABLE]
    return sql if len(sql) == len(change.attributes) else []


_TABLE: dict[str, Callable[[str, Any], str]] = {
    "comment": lambda t, v: comment(f"TABLE {t}", v),
    "options": lambda t, v: f"ALTER TABLE {t} SET ({', '.join(v)})",
    "persistence": lambda t, v: f"ALTER TABLE {t} SET {'UNLOGGED' if v == 'u' else 'LOGGED'}",
    "row security": lambda t, v: f"ALTER TABLE {t} {'ENABLE' if v else 'DISABLE'} ROW LEVEL SECURITY",
}


def _subject(kind: str, identity: str, parent: str | None) -> str:
    if kind == "constraint":
        return f"CONSTRAINT {_last(identity)} ON {parent}"
    return f"{kind.upper()} {identity}"


def _column(case: Case) -> list[str]:
    change = case.change
    table, name = str(change.parent), _last(change.identity)
    if change.change == "extra":
        return [f"ALTER TABLE {table} DROP COLUMN {name}"]
    if change.change == "missing":
        payload = dict(change.payload)
        told = [comment(f"COLUMN {change.identity}", payload["comment"])] if payload.get("comment") else []
        return [f"ALTER TABLE {table} ADD COLUMN {columns.definition(name, payload)}", *told]
    wanted = case.models.get(change.kind, change.identity)
    return columns.changed(table, name, change, wanted.payload) if wanted is not None else []


def _constraint(case: Case) -> list[str]:
    change = case.change
    name, payload = _last(change.identity), dict(change.payload)
    drop = f"ALTER TABLE {change.parent} DROP CONSTRAINT {name}"
    add = f"ALTER TABLE {change.parent} ADD CONSTRAINT {name} "
    return _whole_or_comment(change, drop, add + str(payload.get("definition")), lambda text: add + text)


def _index(case: Case) -> list[str]:
    change = case.change
    if [a.name for a in change.attributes] == ["valid"]:
        return [f"REINDEX INDEX {change.identity}"]
    if [a.name for a in change.attributes] == ["options"]:
        return [f"ALTER INDEX {change.identity} SET ({', '.join(change.attributes[0].want or ())})"]
    definition = str(dict(change.payload).get("definition"))
    return _whole_or_comment(change, f"DROP INDEX {change.identity}", definition, lambda text: text)


def _whole_or_comment(change: Change, drop: str, add: str, add_again: Callable[[str], str]) -> list[str]:
    told = [a for a in change.attributes if a.name == "comment"]
    spoken = [comment(_subject(change.kind, change.identity, change.parent), a.want) for a in told]
    if change.change != "changed":
        return [drop] if change.change == "extra" else [add]
    definition = next((str(a.want) for a in change.attributes if a.name == "definition"), None)
    return ([drop, add_again(definition)] if definition else []) + spoken


def _enum(case: Case) -> list[str]:
    change = case.change
    if change.change == "extra":
        return [f"DROP TYPE {change.identity}"]
    if change.change == "missing":
        return _created(case)
    labels = next((a for a in change.attributes if a.name == "labels"), None)
    if labels is None or len(change.attributes) > 1:
        return []
    have, want = list(labels.have or ()), list(labels.want or ())
    if [label for label in want if label in have] == have:
        return [_add_label(change.identity, want, label) for label in want if label not in have]
    return _create_enum_anew(change.identity, want, case.head)


def _create_enum(name: str, labels: list[str]) -> str:
    return f"CREATE TYPE {name} AS ENUM ({', '.join(map(literal, labels))})"


def _add_label(name: str, want: list[str], label: str) -> str:
    place = want.index(label)
    where = f"AFTER {literal(want[place - 1])}" if place else f"BEFORE {literal(want[1])}" if want[1:] else ""
    return f"ALTER TYPE {name} ADD VALUE {literal(label)} {where}".rstrip()


def _create_enum_anew(name: str, labels: list[str], head: Snapshot) -> list[str]:
    """Postgres takes no label away: the columns go over to a new type."""
    old = _last(name).strip('"') + "_old"
    lines = (parse_fact(line) for line in head.lines if line.startswith('["column"') and name in line)
    users = sorted((f for f in lines if f.payload.get("type") == name), key=lambda f: f.identity)
    sql = [f'ALTER TYPE {name} RENAME TO "{old}"', _create_enum(name, labels)]
    for user in users:
        alter, column = f"ALTER TABLE {user.parent} ALTER COLUMN {_last(user.identity)}", _last(user.identity)
        default = user.payload.get("default")
        sql += [f"{alter} DROP DEFAULT"] if default is not None else []
        sql += [f"{alter} TYPE {name} USING {column}::text::{name}"]
        sql += [f"{alter} SET DEFAULT {default}"] if default is not None else []
    return [*sql, f'DROP TYPE {name.rpartition(".")[0]}."{old}"']


def _sequence(case: Case) -> list[str]:
    change = case.change
    if change.change == "extra":
        owner = dict(change.payload).get("owned by")
        table, _, name = str(owner).rpartition(".")
        free = [f"ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT"] if owner else []
        return [*free, f"DROP SEQUENCE {change.identity}"]
    if change.change == "missing":
        payload = dict(change.payload)
        return [f"CREATE SEQUENCE IF NOT EXISTS {change.identity} {_sequence_options(payload)}"]
    differ = {a.name: "NONE" if a.name == "owned by" and a.want is None else a.want for a in change.attributes}
    options = _sequence_options(differ)
    return [f"ALTER SEQUENCE {change.identity} {options}"] if set(differ) <= set(_OPTIONS) else []


def _sequence_options(values: Mapping[str, Any]) -> str:
    return " ".join(word(values[name]) for name, word in _OPTIONS.items() if values.get(name) is not None)


_OPTIONS: dict[str, Callable[[Any], str]] = {
    "type": lambda v: f"AS {v}",
    "increment": lambda v: f"INCREMENT BY {v}",
    "min": lambda v: f"MINVALUE {v}",
    "max": lambda v: f"MAXVALUE {v}",
    "start": lambda v: f"START WITH {v}",
    "cache": lambda v: f"CACHE {v}",
    "cycle": lambda v: "CYCLE" if v else "NO CYCLE",
    "owned by": lambda v: f"OWNED BY {v}",
}
_SQL: dict[str, Callable[[Case], list[str]]] = {
    "table": _table,
    "column": _column,
    "constraint": _constraint,
    "index": _index,
    "enum": _enum,
    "sequence": _sequence,
}
