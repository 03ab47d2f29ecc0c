"""`upgrade/not-recorded`: Alembic returned without an error, and the database is not at the heads."""

from __future__ import annotations

from alembic_proof.checks.common import at_failure, at_revision, recorded
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="upgrade/not-recorded",
    severity=Severity.ERROR,
    summary="The upgrade says OK, and the version table says otherwise.",
    why="env.py swallows an error, never commits, or a revision ends the transaction: work is lost in silence.",
    way_out="let env.py commit and let errors through: `with context.begin_transaction(): context.run_migrations()`",
)


def judge(evidence: Evidence) -> list[Finding]:
    """What our own connection sees after the plain upgrade, against the heads of the history."""
    run = evidence.upgrade
    if run is None or not run.finished or not evidence.trace.plan or recorded(evidence):
        return []
    heads = {h.id for h in evidence.history.heads}
    at = ", ".join(run.versions) or "no revision"
    message = (
        f"the upgrade ended without an error, and the database is at {at}, not at {', '.join(sorted(map(str, heads)))}"
    )
    table = evidence.context.version_table
    if run.last is None:
        return [Finding(RULE.name, RULE.severity, Basis.OBSERVED, message, RULE.way_out, object=table)]
    step = evidence.trace.step(run.last, "upgrade")
    if step is not None and step.failure is not None:  # the walk saw what env.py swallows
        message = f"{message}; {run.last} raised"
        return [at_failure(RULE, evidence, run.last, "upgrade", message, step.failure, object=table)]
    return [at_revision(RULE, evidence, run.last, "upgrade", message, object=table)]
