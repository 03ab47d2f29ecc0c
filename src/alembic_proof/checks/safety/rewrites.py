"""Why a statement copied a table: by the facts that the revision changed, else by the statement's text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from alembic_proof.checks.safety.altered import Altered, altered
from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.statements import command, names, says
from alembic_proof.checks.safety.words import short, subject, tables, under, waits
from alembic_proof.effects import Effects
from alembic_proof.findings import Finding, Rule
from alembic_proof.trace import Evidence, Passage, Statement

COPY = (
    "Every row and every index is written anew while the table is locked: readers and writers wait for minutes on a "
    "large table, and disk, WAL and replicas take the same again."
)
BY_TEXT = "why: read from the statement's text"
TYPE = r"\bALTER (COLUMN )?\S+ (SET DATA )?TYPE\b"
# in this order; the first that fits
_CLAUSES = (
    ("storage", r"\b(CLUSTER|VACUUM)\b|\bSET (LOGGED|UNLOGGED|TABLESPACE|ACCESS METHOD)\b"),
    ("type", TYPE),
    ("generated", r"\bGENERATED ALWAYS AS \(|\bSET EXPRESSION\b"),
    ("identity", r"\bAS IDENTITY\b|\bADD (COLUMN )?.* (BIG|SMALL)?SERIAL\d?\b"),
    ("default", r"\bADD (COLUMN )?.* DEFAULT\b"),
)


@dataclass(frozen=True)
class Cause:
    """Why: one of the words above, or `domain`, `refresh`, `other`; and what says so."""

    name: str
    detail: str


def rewrites(rule: Rule, evidence: Evidence, cause: str) -> list[Finding]:
    """One finding for each statement that copied tables for this reason."""
    return [
        _finding(rule, evidence, passage, statement, effects, why)
        for passage, statement, effects in measured(evidence)
        if effects.rewritten and (why := cause_of(evidence, passage, statement, effects)).name == cause
    ]


def _finding(
    rule: Rule, evidence: Evidence, passage: Passage, statement: Statement, effects: Effects, why: Cause
) -> Finding:
    copied = effects.rewritten
    message = f"{subject(effects)} rewrites {tables(copied)}{under(effects, copied[0])}{waits(effects, copied)}"
    details = (why.detail,) if why.detail else ()
    return at_statement(rule, evidence, passage, statement, message, object=copied[0], details=details)


def cause_of(evidence: Evidence, passage: Passage, statement: Statement, effects: Effects) -> Cause:
    """Why a statement copied what it copied."""
    if command(effects) == "REFRESH MATERIALIZED VIEW":
        return Cause("refresh", "")
    if command(effects) in ("CLUSTER", "VACUUM"):
        return Cause("storage", "")
    known = next(_by_facts(evidence, spoken_of(evidence, passage, statement, effects, effects.rewritten)), None)
    return known or _by_text(statement.sql)


def spoken_of(
    evidence: Evidence, passage: Passage, statement: Statement, effects: Effects, of: Iterable[str]
) -> list[Altered]:
    """What the revision changed of these tables, and the statement speaks of, or may hide."""
    changed = list(altered(evidence, passage, *of))
    named = [c for c in changed if c.kind == "table" or names(statement.sql, c.identity)]
    return named if command(effects) == "ALTER TABLE" or len(named) > 0 else changed


def _by_facts(evidence: Evidence, changed: list[Altered]) -> Iterator[Cause]:
    columns = [c for c in changed if c.kind == "column"]
    yield from (Cause("type", type_change(c)) for c in columns if c.changed("type") or c.changed("collation"))
    for column in columns:
        if column.get("generated") and (column.added or column.changed("generated")):
            yield Cause("generated", f"{short(column.identity)} is computed: {column.get('generated')[2:]}")
        elif column.added and (name := _of_new(evidence, column)):
            yield Cause(name, _told(column))
    for table in changed:
        if any(table.changed(a) for a in ("persistence", "access method", "tablespace")):
            yield Cause("storage", "")


def type_changes(evidence: Evidence, passage: Passage, statement: Statement, effects: Effects) -> tuple[str, ...]:
    """The types that a statement changed, in words; by its text where the revision ends with the old ones."""
    changed = spoken_of(evidence, passage, statement, effects, effects.tables)
    told = tuple(
        type_change(c) for c in changed if c.kind == "column" and (c.changed("type") or c.changed("collation"))
    )
    return told or ((BY_TEXT,) if says(statement.sql, TYPE) else ())


def type_change(column: Altered) -> str:
    """The old and the new type in words."""
    old, new = (_type(side or {}) for side in (column.before, column.after))
    return f"{short(column.identity)}: {old} becomes {new}"


def _type(payload: object) -> str:
    assert isinstance(payload, dict)
    collation = payload.get("collation")
    return f"{payload.get('type')}" + (f" collate {collation}" if collation else "")


def _of_new(evidence: Evidence, column: Altered) -> str | None:
    """What makes a new column cost a copy."""
    default = column.get("default") or ""
    if column.get("identity") or default.startswith("nextval("):
        return "identity"
    if _is_checked_domain(evidence, column.get("type")):
        return "domain"
    return "default" if default else None


def _is_checked_domain(evidence: Evidence, type_: str) -> bool:
    facts = [f for snapshot in (evidence.trace.head, evidence.trace.base) for f in snapshot.facts]
    spelt = {type_, f"public.{type_}"}
    return any(
        (f.kind == "domain" and f.identity in spelt and f.payload.get("not null"))
        or (f.kind == "constraint" and f.parent in spelt)
        for f in facts
    )


def _told(column: Altered) -> str:
    words = f"{short(column.identity)} {column.get('type')}"
    return f"{words} default {column.get('default')}" if column.get("default") else words


def _by_text(sql: str) -> Cause:
    name = next((name for name, clause in _CLAUSES if says(sql, clause)), "other")
    return Cause(name, BY_TEXT if name != "other" else "")
