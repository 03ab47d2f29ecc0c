"""SQL that makes one column what the models say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from alembic_proof.diff import Change

_TEXT = re.compile(r"(text|character( varying)?(\(\d+\))?|(public\.)?citext)$")
_FAMILIES = (
    re.compile(r"(smallint|integer|bigint|numeric(\(.*\))?|real|double precision)$"),
    re.compile(r"(timestamp(\(\d\))?( with(out)? time zone)|date)$"),
    re.compile(r"jsonb?$"),
)
_SEQUENCE = re.compile(r"nextval\('(?P<name>(?:[^']|'')+)'::regclass\)")
_IDENTITY = {"a": "ALWAYS", "d": "BY DEFAULT"}


def literal(text: str) -> str:
    """A text as Postgres reads it."""
    return "'" + text.replace("'", "''") + "'"


def definition(name: str, payload: Mapping[str, Any]) -> str:
    """What stands in CREATE TABLE or ADD COLUMN; a serial is written as one, so that it owns its sequence."""
    type_, default = str(payload["type"]), payload.get("default")
    if default is not None and _SEQUENCE.fullmatch(str(default)) and type_ in _SERIALS:
        return f"{name} {_SERIALS[type_]}"
    parts = [name, type_]
    parts += [f"COLLATE {payload['collation']}"] if payload.get("collation") else []
    parts += [f"DEFAULT {default}"] if default is not None else []
    parts += [_generated(str(payload["generated"]))] if payload.get("generated") else []
    parts += [_identity(payload["identity"])] if payload.get("identity") else []
    parts += ["NOT NULL"] if payload.get("not null") else []
    return " ".join(parts)


_SERIALS = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}


def _generated(text: str) -> str:
    kind, _, expression = text.partition(" ")
    return f"GENERATED ALWAYS AS ({expression}) {'STORED' if kind == 's' else 'VIRTUAL'}"


def _identity(kind: str) -> str:
    return f"GENERATED {_IDENTITY[kind]} AS IDENTITY"


def using(name: str, have: str, want: str) -> str | None:
    """The conversion that Postgres does not make by itself; a needless one would hide letters that are cut off."""
    if have.endswith("[]") and want.endswith("[]"):
        return None if _by_itself(have[:-2], want[:-2]) else f"{name}::text[]::{want}"
    if have + "[]" == want:
        return f"ARRAY[{name}]"
    if _by_itself(have, want):
        return None
    return f"{name}::{want}" if _TEXT.match(have) else f"{name}::text::{want}"


def _by_itself(have: str, want: str) -> bool:
    same = have.partition("(")[0] == want.partition("(")[0]
    return same or bool(_TEXT.match(want)) or any(f.match(have) and f.match(want) for f in _FAMILIES)


def changed(table: str, name: str, change: Change, wanted: Mapping[str, Any]) -> list[str]:
    """Statements for each attribute, in an order that they can run in; none where one of them has no statement."""
    differ = {a.name: (a.have, a.want) for a in change.attributes}
    if set(differ) - {"type", "collation", "default", "generated", "identity", "not null", "comment"}:
        return []
    alter = f"ALTER TABLE {table} ALTER COLUMN {name}"
    if "generated" in differ:
        return [f"ALTER TABLE {table} DROP COLUMN {name}", f"ALTER TABLE {table} ADD COLUMN {definition(name, wanted)}"]
    sql = _type(alter, name, differ, wanted) if {"type", "collation"} & set(differ) else []
    if "default" in differ and differ["default"][1] is None:
        sql.append(f"{alter} DROP DEFAULT")
    if "not null" in differ:
        sql.append(f"{alter} {'SET' if differ['not null'][1] else 'DROP'} NOT NULL")
    if "identity" in differ:
        sql += _identity_change(alter, *differ["identity"], differ.get("default", (None, None))[0])
    if "default" in differ and differ["default"][1] is not None:
        sql += _set_default(alter, f"{table}.{name}", wanted)
    if "comment" in differ:
        sql.append(comment(f"COLUMN {table}.{name}", differ["comment"][1]))
    return sql


def comment(subject: str, text: str | None) -> str:
    """COMMENT ON anything."""
    return f"COMMENT ON {subject} IS {'NULL' if text is None else literal(text)}"


def _type(alter: str, name: str, differ: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    have, want = differ.get("type", (wanted["type"], wanted["type"]))
    collation = wanted.get("collation") or ('"default"' if "collation" in differ else None)
    converted = using(name, str(have), str(want))
    text = f"{alter} TYPE {want}" + (f" COLLATE {collation}" if collation else "")
    if converted is None:
        return [text]
    default = wanted.get("default")
    drop = [f"{alter} DROP DEFAULT"] if default is not None or "default" in differ else []
    restore = [f"{alter} SET DEFAULT {default}"] if default is not None and "default" not in differ else []
    return [*drop, f"{text} USING {converted}", *restore]


def _identity_change(alter: str, have: str | None, want: str | None, default: Any) -> list[str]:
    if have and want:
        return [f"{alter} SET GENERATED {_IDENTITY[want]}"]
    if want is None:
        return [f"{alter} DROP IDENTITY"]
    serial = _SEQUENCE.fullmatch(str(default))
    # its name is the one that the identity's own sequence takes
    return [*([f"DROP SEQUENCE {serial['name']}"] if serial else []), f"{alter} ADD {_identity(want)}"]


def _set_default(alter: str, column: str, wanted: Mapping[str, Any]) -> list[str]:
    serial = _SEQUENCE.fullmatch(str(wanted["default"]))
    if serial is None:
        return [f"{alter} SET DEFAULT {wanted['default']}"]
    return [
        f"CREATE SEQUENCE IF NOT EXISTS {serial['name']} AS {wanted['type']} OWNED BY {column}",
        f"{alter} SET DEFAULT {wanted['default']}",
    ]
