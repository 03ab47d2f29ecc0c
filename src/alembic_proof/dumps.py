"""pg_dump's text as a set of entries, and what differs between two: the oracle behind the facts."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

_HEADER = re.compile(r"^--\n-- Name: (.*); Type: (.*); Schema: (.*); Owner: .*\n--\n", re.MULTILINE)
_END = "\n--\n-- PostgreSQL database dump complete\n--\n"
# said once for all that follow: part of what follows
_STATE = re.compile(r"^SET (default_tablespace|default_table_access_method) = (.*);\n", re.MULTILINE)
_STORED = ("TABLE", "INDEX", "MATERIALIZED VIEW", "CONSTRAINT")
_LISTS = re.compile(r"(WITH|OPTIONS|SET) \(([^()]*)\)")


@dataclass(frozen=True)
class Entry:
    """One object's text; `schema` is `-` where it has none."""

    name: str
    type: str
    schema: str
    text: str

    @property
    def subject(self) -> str:
        """The object in words, such as `table public.job`."""
        return f"{self.type.lower()} {'' if self.schema == '-' else self.schema + '.'}{self.name}"


Entries = frozenset[Entry]


def read_dump(text: str) -> Entries:
    """The entries of a dump; their order, and that of options and grants, is no part of the schema."""
    parts = _HEADER.split(text.rpartition(_END)[0] or text)
    found, state = [], dict(_STATE.findall(parts[0]))
    for at in range(1, len(parts), 4):
        name, type_, schema, body = parts[at : at + 4]
        where = f"{sorted(state.items())}\n" if type_ in _STORED else ""
        state_free = _STATE.sub("", body).replace("\nSET default_with_oids = false;\n", "").strip()
        found.append(Entry(name, type_, schema, where + _in_one_order(type_, state_free)))
        state.update(_STATE.findall(body))
    return frozenset(found)


def _in_one_order(type_: str, body: str) -> str:
    if type_ in ("ACL", "DEFAULT ACL"):
        return "\n".join(sorted(body.splitlines()))
    return _LISTS.sub(lambda m: f"{m[1]} ({', '.join(sorted(m[2].split(', ')))})", body)


@dataclass(frozen=True)
class Hunk:
    """One object whose texts differ, as a unified diff from what is to what should be."""

    subject: str
    name: str
    lines: tuple[str, ...]


def compare_dumps(have: Entries, want: Entries) -> tuple[Hunk, ...]:
    """What pg_dump writes otherwise."""
    ours = {e.subject: e for e in have - want}
    theirs = {e.subject: e for e in want - have}
    return tuple(_hunk(ours.get(s), theirs.get(s), s) for s in sorted(ours.keys() | theirs.keys()))


def _hunk(have: Entry | None, want: Entry | None, subject: str) -> Hunk:
    ours, theirs = ((e.text.splitlines() if e else []) for e in (have, want))
    diff = list(difflib.unified_diff(ours, theirs, "have", "want", lineterm="", n=2))
    entry = have or want
    assert entry is not None
    return Hunk(subject, entry.name, tuple(diff))
