"""What became of each object in one database: oids survive, so a rename is a rename, and a rewrite shows.

The same generic comparison as between two databases, after what only follows from a rename is taken out.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from alembic_proof.diff import Attribute, Change, compare
from alembic_proof.snapshot import Fact, Snapshot, parse_fact

# a column has no oid: its table's and its number are as good
Place = tuple[str, int, int]


@dataclass(frozen=True)
class Located:
    """A snapshot with the oids `(owner, own)` behind its lines, and the file of each relation's oid."""

    snapshot: Snapshot
    places: Mapping[str, tuple[int, int]]
    files: Mapping[int, int]

    @cached_property
    def by_place(self) -> dict[Place, Fact]:
        """Facts by what stays when they are renamed."""
        found = {}
        for line, (owner, own) in self.places.items():
            fact = parse_fact(line)
            if own:
                found[fact.kind, owner if fact.kind == "column" else 0, own] = fact
        return found

    @cached_property
    def by_key(self) -> dict[tuple[str, str], Place]:
        """The reverse."""
        return {fact.key: place for place, fact in self.by_place.items()}


def compare_located(before: Located, after: Located) -> tuple[Change, ...]:
    """What one database went through: renamed, recreated, rewritten, rebuilt, and what `compare` finds besides."""
    renames = _renames(before, after)
    own = [pair for pair in renames.pairs if not renames.explain(*pair)]
    renamed = [Change("renamed", new.kind, new.identity, new.parent, (_name(old, new),)) for old, new in own]
    gone = _replaced(before, after, renames)
    rest = compare(have=_as_renamed(before, after, renames, gone), want=after.snapshot)
    return (*sorted(renamed, key=_order), *_dropped(gone), *rest, *sorted(_moved(before, after), key=_order))


def _order(change: Change) -> tuple[str, str]:
    return change.kind, change.identity


def _name(old: Fact, new: Fact) -> Attribute:
    return Attribute("name", old.identity, new.identity)


# -- renames --------------------------------------------------------------------------------------------------------

_WORD = r'(?:"(?:[^"]|"")*"|\w+)'
_PATH = rf"{_WORD}(?:\.{_WORD})*"
_TOKEN = re.compile(rf"{_PATH}|\W")
_ALIAS = re.compile(rf"({_PATH}) AS ({_WORD})")


@dataclass(frozen=True)
class Renames:
    """Things that have another identity than before: by a name of their own, or by that of what they belong to."""

    pairs: tuple[tuple[Fact, Fact], ...]

    @cached_property
    def new(self) -> dict[tuple[str, str], str]:
        """The new identity by kind and old one."""
        return {old.key: new.identity for old, new in self.pairs}

    @cached_property
    def tops(self) -> dict[str, str]:
        """Those that others belong to."""
        return {old.identity: new.identity for old, new in self.pairs if old.parent is None}

    @cached_property
    def names(self) -> dict[str, set[str]]:
        """What may stand in a text for a name: qualified, and alone."""
        found: dict[str, set[str]] = defaultdict(set)
        for old, new in self.pairs:
            found[_path(old)].add(_path(new))
            found[_last(old)].add(_last(new))
        return found

    @cached_property
    def constraints(self) -> set[str]:
        """The new identities of renamed constraints."""
        return {new.identity for _, new in self.pairs if new.kind == "constraint"}

    def explain(self, old: Fact, new: Fact) -> bool:
        """Whether it follows from another: only the parent, an argument's type or the schema is called otherwise."""
        if _last(old) != _last(new):
            return old.kind == "index" and f"{new.parent}.{new.payload.get('constraint')}" in self.constraints
        schemas = _schema(old), _schema(new)
        owner = old.parent or str(old.payload.get("owned by", "")).rpartition(".")[0]
        return schemas[0] == schemas[1] or ("schema", schemas[0]) in self.new or owner in self.tops


def _renames(before: Located, after: Located) -> Renames:
    there = ((fact, after.by_place.get(place)) for place, fact in before.by_place.items())
    return Renames(tuple((old, new) for old, new in there if new is not None and new.identity != old.identity))


def _path(fact: Fact) -> str:
    """The identity without a function's arguments."""
    found = re.match(_PATH, fact.identity)
    return found[0] if found else fact.identity


def _last(fact: Fact) -> str:
    return re.findall(_WORD, _path(fact))[-1] if re.match(_PATH, fact.identity) else fact.identity


def _schema(fact: Fact) -> str:
    return re.findall(_WORD, _path(fact))[0] if re.match(_PATH, fact.identity) else ""


# -- what follows from a rename -------------------------------------------------------------------------------------


def _as_renamed(before: Located, after: Located, renames: Renames, gone: Collection[Fact]) -> Snapshot:
    """The old facts under their new names, each attribute that says the same in the new names as it is now."""
    if not renames.pairs:
        return before.snapshot
    left_out = {fact.key for fact in gone}
    now = {fact.key: fact for fact in after.snapshot.facts}
    facts = [_moved_along(f, renames) for f in before.snapshot.facts if f.key not in left_out]
    return Snapshot(frozenset(_line(fact, _in_new_names(fact, now.get(fact.key), renames.names)) for fact in facts))


def _moved_along(fact: Fact, renames: Renames) -> Fact:
    parent = renames.tops.get(fact.parent, fact.parent) if fact.parent else None
    identity = renames.new.get(fact.key, fact.identity)
    if identity == fact.identity and fact.parent and f"{identity}.".startswith(f"{fact.parent}."):
        identity = f"{parent}{fact.identity.removeprefix(fact.parent)}"
    return Fact(fact.kind, identity, parent, fact.payload)


def _line(fact: Fact, payload: Mapping[str, Any]) -> str:
    return json.dumps([fact.kind, fact.identity, fact.parent, payload], ensure_ascii=False)


def _in_new_names(old: Fact, new: Fact | None, names: Mapping[str, set[str]]) -> dict[str, Any]:
    now = new.payload if new else {}
    return {k: now[k] if k in now and _same(v, now[k], names) else v for k, v in old.payload.items()}


def _same(old: Any, new: Any, names: Mapping[str, set[str]]) -> bool:
    """Whether one value says what the other says, but for names."""
    if isinstance(old, str) and isinstance(new, str):
        return old == new or _same_text(old, new, names)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(_same(a, b, names) for a, b in zip(old, new, strict=True))
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_same(v, new[k], names) for k, v in old.items())
    return bool(old == new)


def _same_text(old: str, new: str, names: Mapping[str, set[str]]) -> bool:
    """Word by word; a view keeps the names of its columns, `kind` becomes `sort AS kind`."""
    here = _TOKEN.findall(_ALIAS.sub(lambda m: m[1] if m[2] in names.get(_end(m[1]), ()) else m[0], old))
    there = _TOKEN.findall(_ALIAS.sub(lambda m: m[1] if _end(m[1]) in names.get(m[2], ()) else m[0], new))
    return len(here) == len(there) and all(_same_path(a, b, names) for a, b in zip(here, there, strict=True))


def _end(path: str) -> str:
    return str(re.findall(_WORD, path)[-1])


def _same_path(old: str, new: str, names: Mapping[str, set[str]]) -> bool:
    if old == new or new in names.get(old, ()):
        return True
    parts = re.findall(_WORD, old), re.findall(_WORD, new)
    same = len(parts[0]) == len(parts[1]) > 0
    return same and all(a == b or b in names.get(a, ()) for a, b in zip(*parts, strict=True))


# -- same name, another object --------------------------------------------------------------------------------------


def _replaced(before: Located, after: Located, renames: Renames) -> list[Fact]:
    """What is gone, and another was given its name."""
    taken = {new.key for _, new in renames.pairs}
    return [f for place, f in before.by_place.items() if place not in after.by_place and f.key in taken]


def _dropped(gone: list[Fact]) -> list[Change]:
    whole = {fact.identity for fact in gone}
    return sorted((Change("extra", *f.key, f.parent) for f in gone if f.parent not in whole), key=_order)


def _moved(before: Located, after: Located) -> list[Change]:
    """Recreated under its name, rewritten, rebuilt; an index of a rewritten table only with it."""
    known = before.by_place.keys()
    changes = []
    for key, place in before.by_key.items():
        now = after.by_key.get(key)
        if now is None:
            continue
        fact = after.by_place[now]
        another = place not in after.by_place and now not in known
        file = fact.kind != "column" and before.files.get(place[2]) != after.files.get(now[2])
        if fact.kind == "index" and file and (another or now == place):
            changes.append(Change("rebuilt", *key, fact.parent))
        elif fact.kind != "index" and (another or (file and now == place)):
            changes.append(Change("recreated" if another else "rewritten", *key, fact.parent))
    whole = {c.identity for c in changes if c.kind not in ("index", "column")}
    return [c for c in changes if c.parent not in whole and not _is_of_an_index(c, after)]


def _is_of_an_index(change: Change, after: Located) -> bool:
    """Whether it is a constraint that its index speaks for: a new type may take over the old one's file."""
    schema, name = (change.parent or "").rpartition(".")[0], change.identity.rpartition(".")[2]
    return change.kind == "constraint" and ("index", f"{schema}.{name}") in after.by_key
