"""`upgrade/offline-unrendered`: a revision that `alembic upgrade --sql` cannot write as a script."""

from __future__ import annotations

from alembic_proof.checks.common import at_failure, recorded
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.trace import Evidence

# apart from `offline-fails`: a revision that needs rows may be as it should be, a script that breaks is not
RULE = Rule(
    name="upgrade/offline-unrendered",
    severity=Severity.INFO,
    summary="A revision asks the database something, and cannot be rendered as a script.",
    why="`alembic upgrade --sql` stops there, or writes a script that lacks it.",
    way_out="where scripts are used: `if op.get_context().as_sql:` and SQL that needs no answer",
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding per revision; one for all where most of the history was never meant for it."""
    unrendered = evidence.offline.unrendered if evidence.offline and recorded(evidence) else ()
    if 2 * len(unrendered) > len(evidence.trace.plan) > 2:
        message = f"{len(unrendered)} of {len(evidence.trace.plan)} revisions cannot be rendered as a script"
        details = tuple(f"{revision}: {failure}" for revision, failure in unrendered)
        return [Finding(RULE.name, RULE.severity, Basis.OBSERVED, message, RULE.way_out, details=details)]
    return [
        at_failure(RULE, evidence, revision, "upgrade", f"{revision} cannot be rendered as a script", failure)
        for revision, failure in unrendered
    ]
