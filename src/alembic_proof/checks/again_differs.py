"""`upgrade/again-differs`: after downgrade and upgrade the schema is not what the first upgrade made."""

from __future__ import annotations

from alembic_proof.checks.clock import without_clock
from alembic_proof.checks.common import at_revision
from alembic_proof.diff import compare_lines
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="upgrade/again-differs",
    severity=Severity.ERROR,
    summary="A second upgrade, after the downgrade, makes another schema than the first.",
    why="What is rolled back and rolled out again is not what was tested.",
    way_out="let upgrade() not depend on what is there (IF NOT EXISTS), and downgrade() remove all that upgrade() made",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Only where the downgrade left no trace: otherwise that finding tells it."""
    found = []
    for step in evidence.trace.of("again"):
        down = evidence.trace.step(step.revision, "downgrade")
        if not step.ok or (down is not None and compare_lines(down.removed or (), down.added or ())):
            continue
        changes = without_clock(compare_lines(step.removed or (), step.added or ()))
        if changes:
            message = f"{step.revision} makes another {changes[0].subject} the second time"
            details = tuple(map(str, changes))
            found.append(
                at_revision(
                    RULE, evidence, step.revision, "upgrade", message, object=changes[0].identity, details=details
                )
            )
    return found
