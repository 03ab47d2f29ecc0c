"""`schema/column-order`: the same columns in another order, after a downgrade or in the models."""

from __future__ import annotations

from collections.abc import Iterable

from alembic_proof.checks.common import at_revision, recorded
from alembic_proof.checks.drift.excluded import Excluded
from alembic_proof.diff import Change, informational
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.snapshot import Fact
from alembic_proof.trace import Evidence

RULE = Rule(
    name="schema/column-order",
    severity=Severity.INFO,
    summary="A table has the same columns in another order.",
    why="COPY and INSERT without a list of columns, and `SELECT *`, take them in the table's order.",
    way_out="name the columns wherever the order counts; Postgres adds a column only at the end",
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for the models, and one per downgrade."""
    return [*_downgrades(evidence), *_models(evidence)]


def _downgrades(evidence: Evidence) -> list[Finding]:
    found = []
    for step in evidence.trace.of("downgrade"):
        orders = _orders(informational(step.removed or (), step.added or ()))
        if step.ok and orders:
            message = f"downgrade of {step.revision} leaves the columns of {_tables(orders)} in another order"
            table, told = orders[0].identity, tuple(map(str, orders))
            found.append(at_revision(RULE, evidence, step.revision, "downgrade", message, object=table, details=told))
    return found


def _models(evidence: Evidence) -> list[Finding]:
    models, run = evidence.models, evidence.upgrade
    if models is None or models.failure or not models.tables or run is None or not recorded(evidence):
        return []
    have, want = run.snapshot.lines, models.snapshot.lines
    excluded = Excluded(evidence.exclude, evidence.witness, run.snapshot, models.snapshot)
    orders = [c for c in _orders(informational(want - have, have - want)) if not excluded.covers(_table(c))]
    if not orders:
        return []
    message = f"the columns of {_tables(orders)} stand in another order in the models"
    return [
        Finding(
            rule=RULE.name,
            severity=RULE.severity,
            basis=Basis.OBSERVED,
            message=message,
            hint=RULE.way_out,
            object=orders[0].identity if len(orders) == 1 else None,
            details=tuple(map(str, orders)),
        )
    ]


def _orders(changes: Iterable[Change]) -> list[Change]:
    return [c for c in changes if c.kind == "column order"]


def _table(change: Change) -> Fact:
    return Fact("table", change.identity, None, {})


def _tables(changes: list[Change]) -> str:
    return changes[0].identity if len(changes) == 1 else f"{len(changes)} tables"
