"""`upgrade/one-step-fails`: the history passes in one go, and a revision fails from its parent."""

from __future__ import annotations

from alembic_proof.checks.common import at_failure, recorded
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="upgrade/one-step-fails",
    severity=Severity.ERROR,
    summary="A revision that passes in one go fails alone.",
    why="Every deployment upgrades from its parent: SQLAlchemy remembers a created enum only within one run.",
    way_out="create the type with checkfirst, or name an existing one with postgresql.ENUM(..., create_type=False)",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Runs that failed with nothing remembered, and passed with what one go remembers."""
    found = [(s.revision, s.alone) for s in evidence.trace.of("upgrade") if s.alone]
    if recorded(evidence):
        found += [(s.revision, s.failure) for s in evidence.trace.of("upgrade") if not s.ok and s.failure]
    return [
        at_failure(
            RULE,
            evidence,
            revision,
            "upgrade",
            f"upgrade of {revision} passes in one go, and fails alone",
            failure,
        )
        for revision, failure in found
    ]
