"""`upgrade/not-recorded`: Alembic returned without an error, and the database is not at the heads."""

from __future__ import annotations

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
    heads = {h.id for h in evidence.history.heads}
    if run is None or not run.finished or not evidence.trace.plan or (run.versions and set(run.versions) <= heads):
        return []
    at = ", ".join(run.versions) or "no revision"
    return [
        Finding(
            rule=RULE.name,
            severity=RULE.severity,
            basis=Basis.OBSERVED,
            message=f"the upgrade ended without an error, and the database is at {at}, "
            f"not at {', '.join(sorted(map(str, heads)))}",
            hint=RULE.way_out,
            revision=run.last,
            direction="upgrade",
            object=evidence.context.version_table,
        )
    ]
