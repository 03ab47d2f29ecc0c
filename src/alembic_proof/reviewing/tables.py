"""The picture of a change: touched tables and their neighbours, each with what it was and what it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from alembic_proof.ddl.words import last, unquoted
from alembic_proof.diff import Attribute, Change, show
from alembic_proof.picture import ADDED, CHANGED, REMOVED, RENAMED, SAME, Column, Picture, Reference, Table
from alembic_proof.review import Object
from alembic_proof.snapshot import Fact, Snapshot

FARTHEST = 3
MOST = 60
_KINDS = ("table", "foreign table")
_WORD = r'(?:"(?:[^"]|"")*"|[\w$]+)'
_LIST = rf"({_WORD}(?:, {_WORD})*)"
_FOREIGN = re.compile(rf"FOREIGN KEY \({_LIST}\) REFERENCES ({_WORD}(?:\.{_WORD})*)\({_LIST}\)")
_KEY = re.compile(rf"(PRIMARY KEY|UNIQUE)(?: NULLS NOT DISTINCT)? \({_LIST}\)")
_MARKS = {"PRIMARY KEY": "PK", "UNIQUE": "UK"}


def draw(before: Snapshot, after: Snapshot, objects: Sequence[Object]) -> Picture:
    """The tables that changed and those within three references of them; sixty at most."""
    touched = {o.identity: o for o in objects if o.kind in _KINDS}
    new_names = {o.was: o.identity for o in touched.values() if o.was}
    old, new = _Tables(before), _Tables(after)
    references = _references(old, new, new_names)
    hops = _hops(touched, references)
    names = sorted(hops, key=lambda n: (hops[n], n))[:MOST]
    tables = tuple(_table(n, touched.get(n), old, new, hops[n]) for n in names)
    shown = tuple(r for r in references if {r.table, r.target} <= set(names))
    return Picture(tables, shown, len({*new.tops, *(new_names.get(n, n) for n in old.tops)} - set(names)))


@dataclass(frozen=True)
class _Tables:
    snapshot: Snapshot

    @cached_property
    def tops(self) -> dict[str, Fact]:
        return {f.identity: f for f in self.snapshot.facts if f.kind in _KINDS}

    @cached_property
    def parts(self) -> dict[tuple[str, str], list[Fact]]:
        found: dict[tuple[str, str], list[Fact]] = {}
        for fact in self.snapshot.facts:
            if fact.parent in self.tops:
                found.setdefault((str(fact.parent), fact.kind), []).append(fact)
        return found

    @cached_property
    def order(self) -> dict[str, list[str]]:
        """Names of columns as the table has them."""
        found = (f for f in self.snapshot.facts if f.kind == "column order")
        return {str(f.parent or f.identity): [str(c) for v in f.payload.values() for c in v] for f in found}

    def keys(self, table: str) -> dict[str, tuple[str, ...]]:
        """For each column the keys that it is in."""
        found: dict[str, tuple[str, ...]] = {}
        for constraint in self.parts.get((table, "constraint"), []):
            mark, names = _key(str(constraint.payload.get("definition", "")))
            for name in names:
                found[name] = tuple(dict.fromkeys((*found.get(name, ()), mark)))
        return found

    def references(self) -> Iterable[Reference]:
        for (table, kind), constraints in self.parts.items():
            if kind == "constraint":
                yield from filter(None, (self._reference(table, c) for c in constraints))

    def _reference(self, table: str, constraint: Fact) -> Reference | None:
        found = _FOREIGN.match(str(constraint.payload.get("definition", "")))
        if found is None:
            return None
        columns = tuple(_list(found[1]))
        facts = {last(c.identity): c for c in self.parts.get((table, "column"), [])}
        optional = any(not facts[c].payload.get("not null") for c in columns if c in facts)
        unique = any(_key(str(c.payload.get("definition", "")))[1] == list(columns) for c in self._constraints(table))
        name = last(constraint.identity)
        return Reference(name, table, columns, found[2], tuple(_list(found[3])), optional, unique)

    def _constraints(self, table: str) -> list[Fact]:
        found = self.parts.get((table, "constraint"), [])
        return [c for c in found if not str(c.payload.get("definition", "")).startswith("FOREIGN")]


def _key(definition: str) -> tuple[str, list[str]]:
    found = _KEY.match(definition)
    if found is not None:
        return _MARKS[found[1]], _list(found[2])
    foreign = _FOREIGN.match(definition)
    return ("FK", _list(foreign[1])) if foreign else ("", [])


def _list(text: str) -> list[str]:
    return re.findall(_WORD, text)


def _references(old: _Tables, new: _Tables, new_names: Mapping[str, str]) -> tuple[Reference, ...]:
    """Those of both sides under the names of now; each once."""

    def now(r: Reference) -> Reference:
        return replace(r, table=new_names.get(r.table, r.table), target=new_names.get(r.target, r.target))

    def key(r: Reference) -> tuple[object, ...]:
        return r.table, r.columns, r.target, r.target_columns

    there = {key(r): r for r in map(now, old.references())}
    here = {key(r): r for r in new.references()}
    renamed = {(r.table, r.name) for r in there.values()} & {(r.table, r.name) for r in here.values()}
    kept = [r if k in there or (r.table, r.name) in renamed else replace(r, change=ADDED) for k, r in here.items()]
    gone = [replace(r, change=REMOVED) for k, r in there.items() if k not in here and (r.table, r.name) not in renamed]
    return tuple(sorted((*kept, *gone), key=lambda r: (r.table, r.name)))


def _hops(touched: Iterable[str], references: Sequence[Reference]) -> dict[str, int]:
    """Distance of each table from the nearest touched one."""
    near: dict[str, set[str]] = {}
    for r in references:
        near.setdefault(r.table, set()).add(r.target)
        near.setdefault(r.target, set()).add(r.table)
    found = dict.fromkeys(touched, 0)
    for distance in range(1, FARTHEST + 1):
        found |= {n: distance for t in list(found) for n in near.get(t, ()) if n not in found}
    return found


_TABLE_WORDS = {"added": ADDED, "removed": REMOVED, "renamed": RENAMED}


def _table(name: str, object_: Object | None, old: _Tables, new: _Tables, hops: int) -> Table:
    change = _TABLE_WORDS.get(object_.change, CHANGED) if object_ else SAME
    was = object_.was if object_ else ""
    side = old if change == REMOVED else new
    whole = change in (ADDED, REMOVED)
    details = [c for c in object_.details if c.kind == "column"] if object_ and not whole else []
    columns = [_column(side, name, fact, change if whole else SAME) for fact in _in_order(side, name)]
    columns = [_changed(column, name, details) for column in columns]
    gone = [c.identity for c in details if c.change == "extra"]
    lost = [_column(old, was or name, f, REMOVED) for f in _in_order(old, was or name) if _is_gone(f, name, gone)]
    return Table(name, (*columns, *lost), change, was, hops)


def _is_gone(fact: Fact, table: str, gone: Iterable[str]) -> bool:
    return f"{table}.{last(fact.identity)}" in gone or fact.identity in gone


def _in_order(side: _Tables, table: str) -> list[Fact]:
    order = {name: n for n, name in enumerate(side.order.get(table, []))}
    found = side.parts.get((table, "column"), [])
    return sorted(found, key=lambda f: order.get(last(f.identity), order.get(unquoted(last(f.identity)), len(order))))


def _column(side: _Tables, table: str, fact: Fact, change: str) -> Column:
    name = last(fact.identity)
    payload = fact.payload
    return Column(name, str(payload["type"]), bool(payload["not null"]), side.keys(table).get(name, ()), change)


def _changed(column: Column, table: str, details: Iterable[Change]) -> Column:
    """With what became of it; the last word is the strongest."""
    for detail in details:
        if detail.identity != f"{table}.{column.name}" or detail.change == "extra":
            continue
        if detail.change == "missing":
            column = replace(column, change=ADDED)
        elif detail.change == "renamed":
            column = replace(column, change=RENAMED, was=_and(last(str(detail.attributes[0].have)), column.was))
        else:
            said = ", ".join(map(_was, detail.attributes)) or detail.change
            change = column.change if column.change == RENAMED else CHANGED
            column = replace(column, change=change, was=_and(column.was, said))
    return column


def _was(attribute: Attribute) -> str:
    """What it was, as a declaration of a column would say it."""
    if attribute.name == "not null":
        return "NOT NULL" if attribute.have else "NULL"
    return show(attribute.have) if attribute.name == "type" else f"{attribute.name} {show(attribute.have)}"


def _and(one: str, other: str) -> str:
    return ", ".join(filter(None, (one, other)))
