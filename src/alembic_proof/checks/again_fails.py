"""`upgrade/again-fails`: after its downgrade, the revision cannot be upgraded a second time."""

from __future__ import annotations

from alembic_proof.checks.common import at_failure
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="upgrade/again-fails",
    severity=Severity.ERROR,
    summary="Upgrade, downgrade, upgrade fails at the second upgrade.",
    why="A rolled-back release cannot be rolled out again: rows that the downgrade left collide with new ones.",
    way_out="let downgrade() remove what upgrade() made: rows, types, functions",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Second upgrades that failed; where the downgrade left a trace, that finding tells it."""
    found = []
    for step in evidence.trace.of("again"):
        down = evidence.trace.step(step.revision, "downgrade")
        if step.ok or step.failure is None or (down is not None and (down.removed or down.added)):
            continue
        message = f"{step.revision} cannot be upgraded again after its downgrade"
        found.append(at_failure(RULE, evidence, step.revision, "again", message, step.failure))
    return found
