"""Statements that build indexes of tables in use while others wait; what the index is for decides which rule speaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.locking import STRONG
from alembic_proof.checks.safety.statements import command, hides, says
from alembic_proof.checks.safety.words import listed, short, subject, under, waits
from alembic_proof.effects import Effects, strength
from alembic_proof.findings import Finding, Rule
from alembic_proof.snapshot import Fact, parse_fact
from alembic_proof.trace import Evidence, Passage, Statement

INDEX, UNIQUE, PRIMARY, EXCLUSION, PARTITIONED = "index", "unique", "primary key", "exclusion", "partitioned"
_WORDS = {"UNIQUE": UNIQUE, "PRIMARY KEY": PRIMARY, "EXCLUDE": EXCLUSION}
_CLAUSES = (
    (EXCLUSION, r"\bADD\b.*\bEXCLUDE\b"),
    (PRIMARY, r"\bADD\b.*\bPRIMARY KEY\b"),
    (UNIQUE, r"\bADD\b.*\bUNIQUE\b"),
)


@dataclass(frozen=True)
class Build:
    """One statement that builds indexes, and the table that waits for it."""

    passage: Passage
    statement: Statement
    effects: Effects
    indexes: tuple[str, ...]
    table: str
    kind: str


def built(rule: Rule, evidence: Evidence, kind: str) -> list[Finding]:
    """One finding for each statement that builds an index of this kind while others wait."""
    return [_finding(rule, evidence, build) for build in builds(evidence) if build.kind == kind]


def _finding(rule: Rule, evidence: Evidence, build: Build) -> Finding:
    effects = build.effects
    names = listed(short(i) for i in build.indexes[:3]) if len(build.indexes) < 4 else f"{len(build.indexes)} indexes"
    message = f"{subject(effects)} builds {names}{under(effects, build.table)}{waits(effects, (build.table,))}"
    return at_statement(rule, evidence, build.passage, build.statement, message, object=build.indexes[0])


def builds(evidence: Evidence) -> Iterator[Build]:
    """Every one; a copy of the whole table builds its indexes too, and is told as that."""
    for passage, statement, effects in measured(evidence):
        indexes = _indexes(statement, effects)
        table = _table(passage, effects, indexes)
        if indexes and table and not effects.rewritten:
            yield Build(passage, statement, effects, indexes, table, _kind(evidence, passage, statement, indexes))


def _indexes(statement: Statement, effects: Effects) -> tuple[str, ...]:
    """New ones; under an old name where the old one was dropped in the same transaction."""
    if command(effects) == "CREATE INDEX" or (command(effects) == "ALTER TABLE" and _by_text(statement)):
        return tuple(sorted({*effects.built, *effects.rebuilt}))
    return effects.built if command(effects) == "ALTER TABLE" or hides(effects) else ()


def _table(passage: Passage, effects: Effects, indexes: tuple[str, ...]) -> str | None:
    """The table whose readers or writers wait, a partitioned one before its partitions; it is read for the index."""
    if not effects.scanned:
        return None
    owners = {i.table for i in passage.indexes if i.name in indexes} | set(effects.scanned)
    waiting = [b.table for b in effects.blocked if b.table in owners]
    parents = [k.relation for k in effects.locks if k.kind == "partitioned table" and k.relation in waiting]
    return next(iter([*parents, *waiting]), None)


def _kind(evidence: Evidence, passage: Passage, statement: Statement, indexes: tuple[str, ...]) -> str:
    effects = statement.effects
    assert effects is not None
    if command(effects) != "CREATE INDEX":
        kind = _by_facts(evidence, passage, indexes) or _by_text(statement)
        if kind:
            return kind
    owners = {i.table for i in passage.indexes if i.name in indexes} or set(effects.tables)
    locked = (k for k in effects.locks if k.relation in owners and strength(k.mode) >= STRONG)
    parent = any(k.kind == "partitioned table" for k in locked)
    return PARTITIONED if parent else INDEX


def _by_facts(evidence: Evidence, passage: Passage, indexes: tuple[str, ...]) -> str | None:
    """What the constraint of an index is, as the walk saw it."""
    step = evidence.trace.step(passage.revision, "upgrade")
    added = [parse_fact(line) for line in (step.added if step else None) or ()]
    constraints = {f.identity: f for f in added if f.kind == "constraint"}
    owners = (constraints.get(_constraint(f)) for f in added if f.kind == "index" and f.identity in indexes)
    texts = (str(found.payload["definition"]) for found in owners if found is not None)
    return next((kind for text in texts for words, kind in _WORDS.items() if text.startswith(words)), None)


def _constraint(index: Fact) -> str:
    return f"{index.parent}.{index.payload.get('constraint')}"


def _by_text(statement: Statement) -> str | None:
    return next((kind for kind, clause in _CLAUSES if says(statement.sql, clause)), None)
