"""What the rules over measured passages share: walking over statements, and a finding at one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from alembic_proof.checks.common import at_revision
from alembic_proof.effects import READS, WRITES, Effects, strength
from alembic_proof.findings import Finding, Rule
from alembic_proof.trace import Evidence, Passage, Statement


def measured(evidence: Evidence) -> Iterator[tuple[Passage, Statement, Effects]]:
    """Every measured statement of every revision under test, in order.

    Where a deploy runs its revisions in one transaction, as Alembic does unless env.py asks for one per migration, what
    a revision locked is still locked in the next one: they are measured apart, and here it is added.
    """
    context = evidence.context
    one = evidence.measured.together and context.transactional_ddl and not context.transaction_per_migration
    held = Effects()
    for passage in evidence.measured.passages:
        for statement in passage.statements:
            if statement.effects is not None:
                held = held if one and _continues(statement.effects) else Effects()
                yield passage, statement, _after(held, statement.effects)
        held = _left(held, passage)


def _continues(effects: Effects) -> bool:
    """Whether it runs in the transaction in which its revision began."""
    return effects.transaction == 1 and not effects.autocommit


def _left(held: Effects, passage: Passage) -> Effects:
    """What is locked at the end of a revision."""
    last = next((s.effects for s in reversed(passage.statements) if s.effects is not None), None)
    if last is None:
        return held
    return Effects() if last.autocommit else _after(held, last)


def _after(held: Effects, effects: Effects) -> Effects:
    """A statement's effects with what is locked since before: the stronger lock counts, and who waits for either."""
    if not held.locks:
        return effects
    before = {lock.relation: replace(lock, taken=False) for lock in held.locks}
    now = {lock.relation: lock for lock in effects.locks}
    for relation, lock in before.items():
        if relation not in now or strength(now[relation].mode) <= strength(lock.mode):
            now[relation] = lock
    blocked = {(b.table, b.through): b for b in (*held.blocked, *effects.blocked)}
    for old in held.blocked:
        key = (old.table, old.through)
        operations = {*old.operations, *blocked[key].operations}
        blocked[key] = replace(old, operations=tuple(o for o in (*READS, *WRITES) if o in operations))
    return replace(effects, locks=tuple(sorted(now.values())), blocked=tuple(sorted(blocked.values())))


def at_statement(
    rule: Rule, evidence: Evidence, passage: Passage, statement: Statement, message: str, **more: Any
) -> Finding:
    """A finding at the `op.` call that ran a statement, with the statement as evidence."""
    place = (statement.file, statement.line) if statement.line else (None, None)
    return at_revision(rule, evidence, passage.revision, "upgrade", message, place=place, sql=statement.sql, **more)
