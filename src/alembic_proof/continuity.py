"""What became of each object in one database: oids survive, so a rename is a rename, and a rewrite shows.

The same generic comparison as between two databases, after what only follows from a rename is taken out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

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
    renames = [
        (fact, after.by_place[place])
        for place, fact in before.by_place.items()
        if place in after.by_place and after.by_place[place].identity != fact.identity
    ]
    own = [(old, new) for old, new in renames if not _follows(old, new, renames)]
    renamed = [Change("renamed", new.kind, new.identity, new.parent, (_name(old, new),)) for old, new in own]
    rest = compare(have=_as_renamed(before.snapshot, renames), want=after.snapshot)
    return (*sorted(renamed, key=_order), *rest, *sorted(_moved(before, after), key=_order))


def _order(change: Change) -> tuple[str, str]:
    return change.kind, change.identity


def _name(old: Fact, new: Fact) -> Attribute:
    return Attribute("name", old.identity, new.identity)


def _follows(old: Fact, new: Fact, renames: Iterable[tuple[Fact, Fact]]) -> bool:
    """Whether only the parent is called otherwise, or the schema of it."""
    parents = {(o.identity, n.identity) for o, n in renames}
    last = old.identity.removeprefix(f"{old.parent}.") if old.parent else None
    if last is not None and (old.parent, new.parent) in parents and new.identity == f"{new.parent}.{last}":
        return True
    return old.kind == "index" and _is_constraints(new, renames)


def _is_constraints(new: Fact, renames: Iterable[tuple[Fact, Fact]]) -> bool:
    """A constraint's index is renamed with it."""
    name = new.payload.get("constraint")
    return name is not None and any(n.kind == "constraint" and n.identity == f"{new.parent}.{name}" for _, n in renames)


# -- what follows from a rename -------------------------------------------------------------------------------------


def _as_renamed(snapshot: Snapshot, renames: list[tuple[Fact, Fact]]) -> Snapshot:
    """The old facts in the new names, so that they equal the new ones where nothing else changed."""
    if not renames:
        return snapshot
    qualified = {old.identity: new.identity for old, new in renames}
    words = {_last(old): _last(new) for old, new in renames if _last(old) != _last(new)}
    return Snapshot(frozenset(_reworded(line, qualified, words) for line in snapshot.lines))


def _reworded(line: str, qualified: Mapping[str, str], words: Mapping[str, str]) -> str:
    if not any(_in_json(name) in line for name in (*qualified, *words)):
        return line
    kind, identity, parent, payload = json.loads(line)
    known = qualified.get(identity, identity)
    text = json.dumps(payload, ensure_ascii=False)
    for names in (qualified, words):
        text = _replaced(text, names)
    above = qualified.get(parent, parent) if parent else parent
    if known == identity and parent and above != parent and identity.startswith(f"{parent}."):
        known = above + identity.removeprefix(parent)
    return json.dumps([kind, known, above, json.loads(text)], ensure_ascii=False, sort_keys=True)


def _replaced(text: str, names: Mapping[str, str]) -> str:
    if not names:
        return text
    escaped = {_in_json(old): _in_json(new) for old, new in names.items()}
    longest = sorted(escaped, key=len, reverse=True)
    pattern = r"(?<![\w.])(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)"
    return re.sub(pattern, lambda m: escaped[m[0]], text)


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _last(fact: Fact) -> str:
    return fact.identity.rpartition(".")[2]


# -- same name, another object --------------------------------------------------------------------------------------


def _moved(before: Located, after: Located) -> list[Change]:
    """Recreated under its name, rewritten, rebuilt; an index of a rewritten table only with it."""
    changes = []
    for key, place in before.by_key.items():
        now = after.by_key.get(key)
        fact = after.by_place[now] if now else None
        if fact is None or now is None or fact.kind == "column":
            continue
        if now != place:
            changes.append(Change("rebuilt" if fact.kind == "index" else "recreated", *key, fact.parent))
        elif before.files.get(place[2]) != after.files.get(place[2]):
            changes.append(Change("rebuilt" if fact.kind == "index" else "rewritten", *key, fact.parent))
    whole = {c.identity for c in changes if c.kind != "index"}
    parts = [c for c in changes if c.parent not in whole]
    made = {c.identity for c in parts if c.kind == "index"}
    return [c for c in parts if c.kind != "constraint" or not _index_name(c) & made]


def _index_name(change: Change) -> set[str]:
    schema = (change.parent or "").rpartition(".")[0]
    return {f"{schema}.{change.identity.rpartition('.')[2]}"}
