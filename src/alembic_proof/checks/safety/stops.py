"""What the rules on an upgrade that stops for a known reason share."""

from __future__ import annotations

from collections.abc import Callable

from alembic_proof.checks.common import at_failure
from alembic_proof.checks.stopped import spoken_for, stopped
from alembic_proof.findings import Finding, Rule
from alembic_proof.trace import Evidence, Failure


def judge_stop(rule: Rule, evidence: Evidence, says: Callable[[Failure], tuple[str, str]]) -> list[Finding]:
    """The finding at the revision that stops, where this rule speaks for it; `says` gives message and way out."""
    stop = stopped(evidence)
    if stop is None or spoken_for(stop.failure) != rule.name:
        return []
    message, hint = says(stop.failure)
    told = f"{message}{stop.only}"
    return [at_failure(rule, evidence, stop.revision, "upgrade", told, stop.failure, hint=hint)]
