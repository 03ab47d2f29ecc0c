"""Why a statement of old code no longer works: one cause for each, and what breaks by one cause together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from alembic_proof.checks.safety.catalog import Changed, changed, column_of
from alembic_proof.checks.safety.culprit import at_culprit, culprit
from alembic_proof.checks.safety.words import short
from alembic_proof.effects import READS, WRITES, Broken
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

DROPS, RENAMES = "compat/drops-what-is-used", "compat/renames"
INSERT, NOT_NULL = "compat/insert-needs-value", "compat/not-null-breaks-inserts"
TYPE, OLD_WRITES, LABEL = "compat/type-breaks", "compat/rejects-old-writes", "compat/enum-label"
GENERATED, RIGHTS, TRIGGER = "compat/generated", "compat/rights", "compat/trigger-rejects"
OTHER = "compat/breaks-old-code"

_MISSING = ("42703", "42P01", "3F000")
_REJECTED = ("22001", "22003", "22026", "23514", "23505", "23P01", "23503")
_FIXED = {"428C9": GENERATED, "42501": RIGHTS, "P0001": TRIGGER} | dict.fromkeys(_REJECTED, OLD_WRITES)
_MISTYPED = ("42883", "42804", "42725", "42846", "22P02", "22P03", "22007", "22008", "22018", "42704")
_COLUMN = re.compile(
    r'column (?:[\w"]+\.)?"?([^"\s]+?)"? (?:of relation .* )?does not exist|column "([^"]+)"|has no field "([^"]+)"'
)
# of these a column is only where it was noticed
_BY_TABLE = (RIGHTS, TRIGGER, OTHER)
_ENUM = re.compile(r'for enum (?:[^\s:]+\.)?"?([^\s:"]+)"?:')
_LONG = 200


@dataclass(frozen=True)
class Break:
    """What breaks for one cause on one table, and on one column where it is about one."""

    passage: Passage
    table: str
    column: str | None
    broken: list[Broken] = field(default_factory=list)

    @property
    def object(self) -> str:
        """The identity of the column or the table."""
        return column_of(self.table, self.column) if self.column else self.table

    @property
    def name(self) -> str:
        """The same as most write it."""
        return short(self.object)

    @property
    def operations(self) -> str:
        """`SELECT, INSERT`: each once, in the order of their use."""
        return operations(self.broken)

    @property
    def samples(self) -> bool:
        """Whether all of it depends on the values taken."""
        return all(b.sample for b in self.broken)


def operations(broken: list[Broken]) -> str:
    """The operations that break, in words."""
    found = {b.operation for b in broken}
    known = [o for o in (*READS, *WRITES) if o in found]
    return ", ".join(o.upper() for o in (*known, *sorted(found - set(known))))


def breaks(evidence: Evidence, cause: str) -> Iterator[Break]:
    """What breaks for one cause, by table and column."""
    for passage in evidence.measured.passages:
        catalog = changed(evidence, passage)
        found: dict[tuple[str, str | None], Break] = {}
        for broken in passage.broken:
            if broken.code == "old" and cause_of(catalog, broken) == cause:
                column = None if cause in _BY_TABLE or _is_whole(catalog, broken) else named_column(broken)
                key = (broken.table, column)
                found.setdefault(key, Break(passage, *key)).broken.append(broken)
        yield from _merged(found)


def _merged(found: dict[tuple[str, str | None], Break]) -> Iterator[Break]:
    """What names no column belongs to what does, where both break by one cause on one table."""
    named = {each.table: each for each in reversed(found.values()) if each.column is not None}
    for each in found.values():
        if each.column is None and each.table in named:
            named[each.table].broken.extend(each.broken)
    yield from (each for each in found.values() if each.column is not None or each.table not in named)


def cause_of(catalog: Changed, broken: Broken) -> str:
    """The rule that speaks of a broken statement."""
    state, column = broken.sqlstate, named_column(broken)
    if state in _MISSING:
        whole = _is_whole(catalog, broken)
        return RENAMES if catalog.is_renamed(broken.table, None if whole else column) else DROPS
    if state == "23502":
        is_new = column is not None and catalog.is_new("column", column_of(broken.table, column))
        return INSERT if is_new else NOT_NULL
    if state == "22P02" and "enum" in broken.message:
        return LABEL
    if state in _MISTYPED and _has_new_type(catalog, broken, column):
        return TYPE
    return _FIXED.get(state) or _of_the_table(catalog, broken)


def _of_the_table(catalog: Changed, broken: Broken) -> str:
    """What nothing in the message tells: policies hide rows; triggers and rules raise anything, or write nothing."""
    policies = any(f.parent == broken.table for f in (*catalog.added, *catalog.removed) if f.kind == "policy")
    secured = any(b.identity == broken.table and _security(b) != _security(a) for b, a in catalog.pairs("table"))
    if not broken.sqlstate and (policies or secured):
        return RIGHTS
    return TRIGGER if any(f.parent == broken.table for f in catalog.added if f.kind in ("trigger", "rule")) else OTHER


def _security(fact: object) -> tuple[object, ...]:
    payload = getattr(fact, "payload", {})
    return payload.get("row security"), payload.get("force row security")


def _has_new_type(catalog: Changed, broken: Broken, column: str | None) -> bool:
    """Of the column, or of any column of the table where the statement is about no single one."""
    return any(
        b.payload.get("type") != a.payload.get("type")
        for b, a in catalog.pairs("column")
        if b.parent == broken.table and (column is None or b.identity == column_of(broken.table, column))
    )


def named_column(broken: Broken) -> str | None:
    """The column that a broken statement is about, or that the server names."""
    found = _COLUMN.search(broken.message) if broken.sqlstate in ("42703", "23502", "428C9") else None
    return (next(filter(None, found.groups()), None) if found else None) or broken.column


def _is_whole(catalog: Changed, broken: Broken) -> bool:
    """Whether the table itself is not there under its name."""
    return broken.sqlstate in _MISSING[1:] or catalog.table_is_gone(broken.table)


def judge_breaks(
    rule: Rule, evidence: Evidence, tags: tuple[str, ...], says: Callable[[Break], str], *words: str
) -> list[Finding]:
    """One finding for each table and column, at the statement that did it; a warning where it depends on values."""
    return [_finding(rule, evidence, each, tags, says(each), words) for each in breaks(evidence, rule.name)]


def _finding(
    rule: Rule, evidence: Evidence, each: Break, tags: tuple[str, ...], message: str, words: tuple[str, ...]
) -> Finding:
    types = tuple({found[1] for b in each.broken if (found := _ENUM.search(b.message))})
    named = (*([each.column] if each.column else []), *types, *words)
    return at_culprit(
        rule,
        evidence,
        each.passage,
        culprit(each.passage, each.table, tags, *named, names=types),
        message,
        severity=Severity.WARNING if each.samples else rule.severity,
        object=each.object,
        details=told(each.broken),
    )


def told(broken: list[Broken]) -> tuple[str, ...]:
    """Each statement, who ran it, and what became of it."""
    return tuple(
        f"{b.sql if len(b.sql) <= _LONG else b.sql[:_LONG] + '…'}{f' (as {b.role})' if b.role else ''}"
        f" → {f'{b.sqlstate} ' if b.sqlstate else ''}{b.message}; statement from the {b.basis}"
        for b in broken
    )
