"""Changes as a few lines for people: one line an object, its attributes below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from alembic_proof.diff import Attribute, Change, show

_MARKS = {"missing": "+", "extra": "-", "changed": "~", "renamed": ">"}


def changes_text(changes: Iterable[Change]) -> str:
    """`+` added, `-` dropped, `~` changed, `>` renamed, `!` another object or file under the same name."""
    told = list(changes)
    lines = [line for change in told for line in _lines(change)]
    return "\n".join([*lines, _sum(told)]) + "\n"


def _lines(change: Change) -> list[str]:
    mark = _MARKS.get(change.change, "!")
    if change.change == "renamed":
        return [f"{mark} {change.kind} {change.attributes[0].have} is now {change.identity}"]
    if mark == "!":
        return [f"{mark} {change.subject} was {change.change}"]
    if len(change.attributes) == 1 and "\n" not in f"{change.attributes[0].have}{change.attributes[0].want}":
        return [f"{mark} {change.subject}  {_arrow(change.attributes[0])}"]
    below = [*(line for a in change.attributes for line in _attribute(a)), *(_part(change, p) for p in change.parts)]
    return [f"{mark} {change.subject}{_about(change)}", *below]


def _part(whole: Change, part: Change) -> str:
    """What came with it, under its own name."""
    return f"    {part.kind} {part.identity.removeprefix(f'{whole.identity}.')}{_about(part)}"


def _arrow(a: Attribute) -> str:
    return f"{a.name}: {show(a.have)} → {show(a.want)}"


def _attribute(a: Attribute) -> list[str]:
    old, new = show(a.have), show(a.want)
    if "\n" not in old + new:
        return [f"    {a.name}: {old} → {new}"]
    return [f"    {a.name}:", *(f"    - {x}" for x in old.splitlines()), *(f"    + {x}" for x in new.splitlines())]


_SAID = ("type", "definition", "labels", "base type")


def _about(change: Change) -> str:
    payload = dict(change.payload)
    said = next((show(payload[n]) for n in _SAID if n in payload), "")
    said += f" DEFAULT {payload['default']}" if change.kind == "column" and "default" in payload else ""
    said += " NOT NULL" if change.kind == "column" and payload.get("not null") else ""
    return f"  {said}" if said and "\n" not in said else ""


def _sum(changes: list[Change]) -> str:
    if not changes:
        return "no difference"
    words = {"missing": "added", "extra": "dropped"}
    counted = Counter(words.get(c.change, c.change) for c in changes)
    return ", ".join(f"{n} {word}" for word, n in counted.items())
