"""`downgrade/to-base-fails`: each downgrade passes alone, and the way from the heads to base does not."""

from __future__ import annotations

from alembic_proof.checks.common import at_failure
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="downgrade/to-base-fails",
    severity=Severity.WARNING,
    summary="Going all the way down fails at a revision whose downgrade passes alone.",
    why="A later revision's downgrade did not restore what this one needs.",
    way_out="see what the later revisions' downgrades leave or lack",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Only where the isolated downgrade passed: otherwise that finding tells it."""
    run = evidence.downgrade
    if run is None or run.failure is None or run.last is None:
        return []
    alone = evidence.trace.step(run.last, "downgrade")
    if alone is None or not alone.ok:
        return []
    message = f"downgrade of {run.last} passes alone, and fails on the way from the heads to base"
    return [at_failure(RULE, evidence, run.last, "downgrade", message, run.failure)]
