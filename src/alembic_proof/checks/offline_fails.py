"""`upgrade/offline-fails`: the script of `alembic upgrade --sql` fails where the upgrade passes."""

from __future__ import annotations

from alembic_proof.checks.common import at_failure, recorded
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="upgrade/offline-fails",
    severity=Severity.WARNING,
    summary="A statement of the script that `alembic upgrade --sql` writes fails.",
    why="Whoever is given the script to run finds out on the real database.",
    way_out="a script looks nothing up, whatever checkfirst says: create each type once",
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding per revision, at the line that wrote the statement."""
    failures = evidence.offline.failures if evidence.offline and recorded(evidence) else ()
    return [
        at_failure(RULE, evidence, revision, "upgrade", f"the script of {revision} fails", failure)
        if revision
        else Finding(
            RULE.name, RULE.severity, Basis.OBSERVED, f"env.py's part of the script fails: {failure}", sql=failure.sql
        )
        for revision, failure in failures
    ]
