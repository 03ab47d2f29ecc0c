"""Values for statements: a row that is there, and other values for what must be unique."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from alembic_proof.compat.packed import packed
from alembic_proof.compat.relations import Column, Key, Relation


@dataclass(frozen=True)
class Sample:
    """A row of a table as text, NULL as None; `fresh`: values with which it would be another row.

    `whole`: no unique key is left in which the row with the fresh values is still the same.
    """

    row: Mapping[str, str | None] = field(default_factory=dict)
    fresh: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True

    def value(self, column: str) -> str | None:
        """What a new row has there."""
        return self.fresh.get(column, self.row.get(column))


Samples = Mapping[str, Sample]


def sample_sql(relations: Iterable[Relation]) -> str:
    """One query that gives one text: a sample for each relation."""
    return f"SELECT alembic_proof.answers({packed([_query(r) for r in relations])})"


def read_samples(relations: Iterable[Relation], text: str) -> Samples:
    """The samples in the answer to `sample_sql`; none for a relation without rows, or that cannot be read."""
    answers = zip(relations, json.loads(text), strict=True)
    return {r.identity: _sample(r, json.loads(answer)) for r, answer in answers if answer is not None}


def _sample(relation: Relation, answer: list[list[str | None]]) -> Sample:
    values, found = answer
    keys = [k for k in relation.keys if _fresh_column(relation, k)]
    fresh = {_fresh_column(relation, k): v for k, v in zip(keys, found, strict=True) if v is not None}
    whole = all(any(c in fresh or relation.column(c).filled for c in k.columns) for k in relation.keys)
    row = dict(zip((c.name for c in relation.columns), values, strict=True))
    return Sample(row, {name: v for name, v in fresh.items() if name}, whole)


def _query(relation: Relation) -> str:
    """The row with the fewest NULLs of a few."""
    columns = [c.spelled for c in relation.columns]
    texts = ", ".join(f"s.{c}::text" for c in columns)
    fresh = ", ".join(filter(None, (_fresh(relation, key) for key in relation.keys)))
    return (
        f"SELECT json_build_array(ARRAY[{texts}]::text[], ARRAY[{fresh}]::text[])::text "
        f"FROM (SELECT {', '.join(columns)} FROM {relation.identity} LIMIT 50) s "
        f"ORDER BY num_nulls(VARIADIC ARRAY[{texts}]::text[]) LIMIT 1"
    )


def _fresh(relation: Relation, key: Key) -> str | None:
    """The first candidate with which no row has the key."""
    name = _fresh_column(relation, key)
    if name is None:
        return None
    others = [relation.column(c).spelled for c in key.columns if c != name]
    column = relation.column(name)
    same = [f"x.{column.spelled} = k.v::{column.type}", *(f"x.{o} IS NOT DISTINCT FROM s.{o}" for o in others)]
    return (
        f"(SELECT k.v FROM ({_candidates(relation, column)}) k(v) WHERE NOT EXISTS "
        f"(SELECT FROM {relation.identity} x WHERE {' AND '.join(same)}) LIMIT 1)"
    )


def _fresh_column(relation: Relation, key: Key) -> str | None:
    """The column of a key to which another value is given: one that refers to nothing, if there is one."""
    referring = _referring(relation)
    able = [c for c in key.columns if relation.column(c).written and _candidates(relation, relation.column(c))]
    return next((c for c in able if c not in referring), next(iter(able), None))


def _referring(relation: Relation) -> Collection[str]:
    return {c for r in relation.references for c in r.columns}


def _candidates(relation: Relation, column: Column) -> str | None:
    """A query for values of the column's type; of a reference those that it may have."""
    references = [r for r in relation.references if column.name in r.columns]
    if references:
        parent = references[0]
        if len(references) > 1 or len(parent.columns) > 1 or parent.parent is None:
            return None
        return f"SELECT p.{parent.parent_columns[0]}::text FROM {parent.parent} p"
    if column.labels:
        return _values(column.labels)
    return _BY_TYPE.get(column.type) or _by_category(column)


def _by_category(column: Column) -> str | None:
    if column.category == "N":
        room = (column.digits or 9) - (column.scale or 0)
        first, last = (20011, 32000) if room > 4 else (1, 10**room - 1)
        return f"SELECT g::text FROM generate_series({first}, {last}) g"
    if column.category == "S":
        text = f"left(md5(g::text), 6) || coalesce(s.{column.spelled}::text, '')"
        return f"SELECT left({text}, {column.length or 1000}) FROM generate_series(1, 99) g"
    return None


def _values(values: Iterable[str]) -> str:
    return "VALUES " + ", ".join("('{}')".format(v.replace("'", "''")) for v in values)


_DAYS = "SELECT ('2091-01-01'::date + g)::text FROM generate_series(1, 999) g"
_BY_TYPE = {
    "uuid": "SELECT md5(g::text)::uuid::text FROM generate_series(1, 99) g",
    "bytea": "SELECT '\\x' || md5(g::text) FROM generate_series(1, 99) g",
    "boolean": _values(("true", "false")),
    "inet": "SELECT ('10.91.0.0'::inet + g)::text FROM generate_series(1, 999) g",
    "date": _DAYS,
    "timestamp without time zone": _DAYS,
    "timestamp with time zone": _DAYS,
}
