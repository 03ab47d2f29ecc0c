"""Changes gathered by object: a table with its columns, constraints and indexes, before and after as SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alembic_proof.ddl import create
from alembic_proof.ddl.schema import Key, Schema
from alembic_proof.diff import Change
from alembic_proof.review import CHANGES, WORDS, Object
from alembic_proof.snapshot import Fact
from alembic_proof.trace import Merged

_WORD = r'(?:"(?:[^"]|"")*"|[\w$]+)'
_REFERENCES = re.compile(rf"REFERENCES ({_WORD}(?:\.{_WORD})*)\(")


def objects(run: Merged) -> tuple[Object, ...]:
    """Every object that is not as it was: tables first, then by kind and name."""
    grouped = _grouped(run.changes, run)
    touched = [(revision, _grouped(changes, run)) for revision, changes in run.steps]
    needed_by = _needed_by(run.after)
    found = [_object(run, top, changes, touched, needed_by) for top, changes in grouped.items()]
    return tuple(sorted(found, key=lambda o: (o.kind != "table", CHANGES.index(o.change), o.kind, o.identity)))


@dataclass(frozen=True)
class _Names:
    """What was called otherwise before: new identity by kind and old one, and the reverse."""

    new: Mapping[Key, str]
    old: Mapping[Key, str]


def _names(changes: Iterable[Change]) -> _Names:
    pairs = [(c.kind, str(c.attributes[0].have), c.identity) for c in changes if c.change == "renamed"]
    return _Names({(k, was): now for k, was, now in pairs}, {(k, now): was for k, was, now in pairs})


def _grouped(changes: Iterable[Change], run: Merged) -> dict[Key, list[Change]]:
    names = _names(run.changes)
    kinds = {f.identity: f.kind for s in (run.before, run.after) for f in reversed(s.tops)}
    found: dict[Key, list[Change]] = {}
    for change in changes:
        found.setdefault(_top(change, kinds, names), []).append(change)
    return found


def _top(change: Change, kinds: Mapping[str, str], names: _Names) -> Key:
    """The object that a change is about, under the name that it has in the end; `kinds` are by identity."""
    identity = change.parent or change.identity
    kind = kinds.get(identity, change.kind) if change.parent is not None else change.kind
    return kind, names.new.get((kind, identity), identity)


def _object(
    run: Merged,
    top: Key,
    changes: list[Change],
    touched: list[tuple[str, dict[Key, list[Change]]]],
    needed_by: Mapping[Key, list[str]],
) -> Object:
    kind, identity = top
    was = _names(run.changes).old.get(top, "")
    whole = [c for c in changes if c.parent is None and c.kind == kind]
    return Object(
        change=_word(whole),
        kind=kind,
        identity=identity,
        was=was,
        before=_sql(run.before, (kind, was or identity)),
        after=_sql(run.after, top),
        details=tuple(c for c in changes if not (c in whole and c.change in ("missing", "extra", "renamed"))),
        revisions=tuple(r for r, tops in touched if top in tops or (kind, was) in tops),
        needed_by=tuple(needed_by.get(top, ())),
    )


def _word(whole: list[Change]) -> str:
    """What became of the object itself; of its parts only: changed."""
    said = {WORDS.get(c.change, c.change) for c in whole}
    if {"added", "removed"} <= said:
        return "replaced"
    return next(
        (w for w in ("added", "removed", "renamed", "replaced", "changed", "rewritten") if w in said), "changed"
    )


def _sql(schema: Schema, key: Key) -> str:
    fact = schema.get(*key)
    return "".join(f"{statement};\n" for statement in create(fact, schema)) if fact else ""


def _needed_by(schema: Schema) -> Mapping[Key, list[str]]:
    """For each object those that need it, references of tables included."""
    pairs = {(needed, f"{kind} {name}") for (kind, name), all_needed in schema.needs.items() for needed in all_needed}
    pairs |= {(("table", target), f"table {c.parent}") for c in schema.of("constraint") for target in _targets(c)}
    found: dict[Key, list[str]] = {}
    for needed, dependent in sorted(pairs):
        if dependent != f"{needed[0]} {needed[1]}":
            found.setdefault(needed, []).append(dependent)
    return found


def _targets(constraint: Fact) -> list[str]:
    definition = str(constraint.payload.get("definition", ""))
    return _REFERENCES.findall(definition) if definition.startswith("FOREIGN KEY") else []
