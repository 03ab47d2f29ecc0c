"""`downgrade/fails`: a revision's downgrade raises by mistake."""

from __future__ import annotations

from alembic_proof.checks.common import at_failure
from alembic_proof.checks.irreversible import by_decision
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="downgrade/fails",
    severity=Severity.ERROR,
    summary="A revision's downgrade raises.",
    why="It will be run for the first time in an emergency.",
    way_out="correct downgrade() at the line that is named; constraints need their names there",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Downgrades that raised, without those that were meant to."""
    return [
        at_failure(RULE, evidence, step.revision, "downgrade", f"downgrade of {step.revision} fails", step.failure)
        for step in evidence.trace.of("downgrade")
        if step.failure is not None and not by_decision(evidence, step)
    ]
