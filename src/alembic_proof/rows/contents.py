"""All rows of the tables as one text, and what became of them between two such texts.

Tables are known by their oid and columns by their number, so that what is renamed is not lost.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from alembic_proof.effects import Change
from alembic_proof.rows.matching import changes_of
from alembic_proof.rows.shape import Column, Shape
from alembic_proof.rows.table import Field, Table

# more rows than these are only counted, and hashed by column
CAP = 1000
PINNED = {
    "DateStyle": "ISO, YMD",
    "TimeZone": "UTC",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "search_path": "",
    "xmloption": "content",
    "lc_monetary": "C",
    "quote_all_identifiers": "off",
}
_ROW = "alembic_proof_row"


@dataclass(frozen=True)
class Contents:
    """The rows of all tables at one moment; `zone` is the time zone of the session that read them."""

    zone: str
    tables: tuple[Table, ...]


def contents_sql(shapes: Sequence[Shape], tables: Collection[str] | None = None) -> str:
    """One query of one text: all rows of all tables, or of those of these names, as the shapes are right now.

    Settings that change how a value is written are pinned by its first part and set back by its last; each part
    needs what the one before it gives, so no plan can turn their order round.
    """
    chosen = [s for s in shapes if s.kind == "r" and (tables is None or s.name in tables)]
    roots = _roots(shapes)
    texts = ",\n".join(_table(s, roots) for s in chosen)
    old = ", ".join(f"pg_catalog.current_setting('{name}') AS s{n}" for n, name in enumerate(PINNED))
    pins = ", ".join(f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in PINNED.items())
    back = ", ".join(
        f"pg_catalog.set_config('{name}', CASE WHEN f.text IS NULL THEN '' ELSE b.s{n} END, true)"
        for n, name in enumerate(PINNED)
    )
    zone = list(PINNED).index("TimeZone")
    return f"""WITH alembic_proof_before AS MATERIALIZED (SELECT {old}),
alembic_proof_pinned AS MATERIALIZED (SELECT pg_catalog.concat({pins}) AS ready FROM alembic_proof_before),
alembic_proof_found AS MATERIALIZED (
SELECT pg_catalog.array_to_string(ARRAY[{texts}]::text[], ',') AS text FROM alembic_proof_pinned)
SELECT pg_catalog.concat('{{"zone": ', pg_catalog.to_json(b.s{zone}), ', "tables": [', f.text, ']}}')
FROM alembic_proof_found f CROSS JOIN alembic_proof_before b WHERE ROW({back}) IS NOT NULL"""  # noqa: S608


def _roots(shapes: Sequence[Shape]) -> dict[int, Shape]:
    """The partitioned table that each partition is in the end a part of."""
    by_oid = {s.oid: s for s in shapes}
    found = {}
    for shape in shapes:
        root = shape
        while root.parent in by_oid and root.parent is not None:
            root = by_oid[root.parent]
        found[shape.oid] = root
    return found


def _table(shape: Shape, roots: dict[int, Shape]) -> str:
    columns = [c for c in shape.columns if not c.generated]
    root = roots[shape.oid]
    head = {
        "oid": shape.oid,
        "name": shape.name,
        "root": [root.oid, root.name],
        "forced": shape.forced,
        "key": shape.key,
        "columns": [[c.number, c.quoted, c.type.base.text, c.type.base.labels] for c in columns],
    }
    # the condition makes each of them wait for the settings
    source = f"ONLY {shape.name} AS {_ROW} WHERE alembic_proof_pinned.ready IS NOT NULL"
    few = f"(SELECT count(*) FROM (SELECT FROM {source} LIMIT {CAP + 1}) few) <= {CAP}"  # noqa: S608
    values = ", ".join(f"{_ROW}.{c.quoted}::text" for c in columns)
    line = f"SELECT pg_catalog.to_json(ARRAY[{values}]::text[])::text AS line FROM {source}"  # noqa: S608
    listed = "pg_catalog.string_agg(line, ',' ORDER BY line COLLATE \"C\")"
    rows = f"(SELECT pg_catalog.concat('[', {listed}, ']') FROM ({line}) lines)"  # noqa: S608
    counted = f"pg_catalog.concat(', \"many\": ', {_many(columns, source)})"
    either = f"CASE WHEN {few} THEN pg_catalog.concat(', \"rows\": ', {rows}) ELSE {counted} END"
    return f"pg_catalog.concat({_literal(json.dumps(head)[:-1])}, {either}, '}}')"


def _many(columns: Sequence[Column], source: str) -> str:
    """How many rows, and of each column how many values and the sum of their hashes."""
    parts = ", ".join(
        f"ARRAY[count({_ROW}.{c.quoted})::text, coalesce(sum(pg_catalog.hashtextextended({_hashed(c)}, 0)), 0)::text]"
        for c in columns
    )
    return f"(SELECT pg_catalog.json_build_array(count(*), pg_catalog.to_json(ARRAY[{parts}]::text[])) FROM {source})"  # noqa: S608


def _hashed(column: Column) -> str:
    """A text in which what is no loss is no difference."""
    name = column.type.base.name
    value = f"{_ROW}.{column.quoted}"
    return {"numeric": f"pg_catalog.trim_scale({value})", "json": f"{value}::jsonb"}.get(name, value) + "::text"


def _literal(text: str) -> str:
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def read_contents(text: str) -> Contents:
    """The contents from what the query of `contents_sql` returns."""
    data = json.loads(text)
    return Contents(data["zone"], tuple(_read(table) for table in data["tables"]))


def _read(table: dict[str, object]) -> Table:
    raw: dict[str, list] = table  # type: ignore[type-arg, assignment]
    fields = tuple(Field(n, name, kind, tuple((o, t) for o, t in labels)) for n, name, kind, labels in raw["columns"])
    many = raw.get("many")
    return Table(
        int(raw["oid"]),  # type: ignore[call-overload]
        str(raw["name"]),
        (raw["root"][0], raw["root"][1]),
        tuple(raw["key"]),
        fields,
        tuple(tuple(row) for row in raw["rows"]) if "rows" in raw else None,
        (many[0], tuple((int(n), int(h)) for n, h in many[1])) if many else None,
        bool(raw["forced"]),
    )


def compare(before: Contents, after: Contents, stage: str) -> tuple[Change, ...]:
    """What a stage lost or changed of the rows that were there; what it added or filled in is no loss.

    One change per table for the rows that are gone, and one per column for its values.
    """
    found = (changes_of(table, after.tables, stage, after.zone) for table in before.tables)
    return tuple(change for changes in found for change in changes)


def unread(contents: Contents) -> tuple[str, ...]:
    """Which tables `compare` cannot compare row by row, in words."""
    many = [f"{t.name}: more than {CAP} rows, compared as sums" for t in contents.tables if t.rows is None]
    return (*many, *(f"{t.name}: row security is forced on its owner" for t in contents.tables if t.forced))
