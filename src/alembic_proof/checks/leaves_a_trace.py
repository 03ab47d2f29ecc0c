"""`downgrade/leaves-a-trace`: after upgrade and downgrade the schema is not what it was."""

from __future__ import annotations

from alembic_proof.checks.common import at_revision
from alembic_proof.checks.irreversible import not_written
from alembic_proof.diff import Change, compare_lines
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence, Step

RULE = Rule(
    name="downgrade/leaves-a-trace",
    severity=Severity.ERROR,
    summary="A downgrade does not restore the schema.",
    why="A rolled-back release runs on a schema that no release was tested with, and the next upgrade may collide.",
    way_out="let downgrade() restore what upgrade() changed: every attribute that is named",
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding per revision, every object and attribute in it."""
    found = []
    for step in evidence.trace.of("downgrade"):
        if not step.ok or not (step.removed or step.added) or not_written(evidence, step.revision):
            continue
        changes = compare_lines(step.removed or (), step.added or ())
        if changes:  # else only what has no weight differs, such as the order of columns
            found.append(_finding(evidence, step, changes))
    return found


def _finding(evidence: Evidence, step: Step, changes: tuple[Change, ...]) -> Finding:
    details = [str(c) for c in changes]
    again = evidence.trace.step(step.revision, "again")
    if again is not None and again.failure is not None:
        details.append(f"a second upgrade then fails: {again.failure}")
    # an extension that stays is often meant to: others may use it by now
    meant = all(c.kind == "extension" and c.change == "extra" for c in changes)
    rest = f", and {len(changes) - 1} more" if len(changes) > 1 else ""
    return at_revision(
        RULE,
        evidence,
        step.revision,
        "downgrade",
        f"downgrade of {step.revision} does not restore {changes[0].subject}{rest}",
        severity=Severity.WARNING if meant else RULE.severity,
        object=changes[0].identity,
        details=tuple(details),
    )
