"""Losses that a revision declares: `# alembic-proof: loses TABLE[.COLUMN]: reason`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from alembic_proof.effects import Change

_NAME = r'(?:"(?:[^"]|"")+"|[^\s:."—]+)'
_COMMENT = re.compile(
    rf"#\s*alembic-proof:\s*loses\s+({_NAME}(?:\.{_NAME}){{0,2}})(?:\s*[:—]+\s*|\s+-+\s+)(\S.*)$", re.MULTILINE
)


@dataclass(frozen=True)
class Declared:
    """One declaration: the table or column it names, why, and its line in the revision."""

    target: str
    reason: str
    line: int


@dataclass(frozen=True)
class Judged:
    """Which changes are declared, by what; which are not; which declarations nothing matches."""

    declared: tuple[tuple[Change, Declared], ...]
    undeclared: tuple[Change, ...]
    stale: tuple[Declared, ...]


def declarations(source: str) -> tuple[Declared, ...]:
    """All declarations in a revision's text."""
    found = _COMMENT.finditer(source)
    return tuple(Declared(m[1], m[2].strip(), source.count("\n", 0, m.start()) + 1) for m in found)


def judge(changes: Sequence[Change], declared: Sequence[Declared]) -> Judged:
    """A declared table covers all of its columns; the schema may be left out."""
    by_change = [(change, _covering(change, declared)) for change in changes]
    used = {d for _, found in by_change for d in found}
    return Judged(
        tuple((change, found[0]) for change, found in by_change if found),
        tuple(change for change, found in by_change if not found),
        tuple(d for d in declared if d not in used),
    )


def _covering(change: Change, declared: Sequence[Declared]) -> list[Declared]:
    """The declarations that cover the change: one of the table, or one for each of its columns."""
    whole = [d for d in declared if _parts(d.target) in _tails(_parts(change.table))]
    columns = [[d for d in declared if _parts(d.target) in _of_column(change.table, c)] for c in change.columns]
    each = [d for found in columns for d in found] if columns and all(columns) else []
    return [*whole, *each]


def _of_column(table: str, column: str) -> list[tuple[str, ...]]:
    return [(*tail, *_parts(column)) for tail in _tails(_parts(table))]


def _tails(parts: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [parts, parts[-1:]]


def _parts(name: str) -> tuple[str, ...]:
    """The names in a dotted one, without quotes."""
    return tuple(p[1:-1].replace('""', '"') if p.startswith('"') else p for p in re.findall(_NAME, name))
