"""The same thing under another name: constraints and indexes by what they say, sequences by whose they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from alembic_proof.diff import Attribute, Change

Pair = tuple[Change, Change]
_KINDS = ("constraint", "index", "sequence")
# they say the name, or follow from it
_NAMING = frozenset({"definition", "constraint", "owned by"})


def pairs(changes: Sequence[Change]) -> tuple[tuple[Pair, ...], list[Change]]:
    """Extra and missing of one kind, equal but for their names, and all other changes.

    What else differs within a pair (a comment, a sequence's type) is a change of the migrated one.
    """
    wanted: defaultdict[Any, list[Change]] = defaultdict(list)
    for change in changes:
        if change.change == "missing" and (key := _nameless(change)):
            wanted[key].append(change)
    found = []
    for change in changes:
        key = _nameless(change) if change.change == "extra" else None
        if key and wanted[key]:
            found.append((change, wanted[key].pop(0)))
    paired = {id(c) for pair in found for c in pair}
    rest = [c for c in changes if id(c) not in paired] + [d for pair in found if (d := _difference(*pair)) is not None]
    return tuple(found), rest


def with_names_of(default: Any, renamed: Iterable[Pair]) -> Any:
    """A serial's default with the sequence's name in the models, where it is the same sequence."""
    for have, want in renamed:
        if have.kind == "sequence" and default == _nextval(have):
            return _nextval(want)
    return default


def _nextval(sequence: Change) -> str:
    return "nextval('" + sequence.identity.replace("'", "''") + "'::regclass)"


def _nameless(change: Change) -> tuple[str, str | None, str] | None:
    if change.kind not in _KINDS:
        return None
    payload = dict(change.payload)
    if change.kind == "sequence":
        return (change.kind, None, payload["owned by"]) if payload.get("owned by") else None
    return change.kind, change.parent, _without_name(str(payload.get("definition")))


def _without_name(definition: str) -> str:
    return re.sub(r'( INDEX )("(?:[^"]|"")*"|\S+)( ON )', r"\1\3", definition, count=1)


def _difference(have: Change, want: Change) -> Change | None:
    has, wants = dict(have.payload), dict(want.payload)
    names = sorted((has.keys() | wants.keys()) - _NAMING)
    differing = tuple(Attribute(n, has.get(n), wants.get(n)) for n in names if has.get(n) != wants.get(n))
    return Change("changed", have.kind, have.identity, have.parent, differing) if differing else None
