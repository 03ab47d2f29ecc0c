"""`downgrade/to-base-differs`: the whole way down leaves or loses what no single way back shows."""

from __future__ import annotations

from alembic_proof.checks.common import at_revision, last_touched
from alembic_proof.checks.irreversible import not_written
from alembic_proof.diff import Change, compare
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.snapshot import INFORMATIONAL, parse_fact
from alembic_proof.trace import Evidence

RULE = Rule(
    name="downgrade/to-base-differs",
    severity=Severity.ERROR,
    summary="The way from the heads down to base does not end where it began.",
    why="Each downgrade restores its revision's change, and together they do not: one needs what another took away.",
    way_out="downgrade step by step, and look after which one the object is not what it was at that revision",
)


def judge(evidence: Evidence) -> list[Finding]:
    """What is left, but for what a revision's own downgrade leaves."""
    run = evidence.downgrade
    if run is None or not run.finished or run.failure is not None or not evidence.trace.base.lines:
        return []
    known, touched = _left_by_one(evidence), last_touched(evidence.trace)
    # what no revision touched, env.py itself made, such as a schema for each tenant
    changes = tuple(
        c
        for c in compare(have=run.snapshot, want=evidence.trace.base)
        if not _is_known(c, known) and (c.identity in touched or c.parent in touched)
    )
    if not changes:
        return []
    first = changes[0]
    rest = f", and {len(changes) - 1} more" if len(changes) > 1 else ""
    message = f"from the heads down to base, {first.subject} is not as it was before{rest}"
    revision = touched.get(first.identity) or touched[str(first.parent)]
    told = tuple(map(str, changes))
    return [at_revision(RULE, evidence, revision, "downgrade", message, object=first.identity, details=told)]


def _left_by_one(evidence: Evidence) -> set[str]:
    """Objects that a single downgrade is known not to restore, or that has none."""
    found: set[str] = set()
    for step in evidence.trace.steps:
        if step.direction == "downgrade" or not_written(evidence, step.revision):
            for line in (*(step.removed or ()), *(step.added or ())):
                fact = parse_fact(line)
                if fact.kind not in INFORMATIONAL:  # a table's order of columns bears the table's name
                    found.add(fact.identity)
    return found


def _is_known(change: Change, known: set[str]) -> bool:
    return change.identity in known or (change.parent or "") in known
