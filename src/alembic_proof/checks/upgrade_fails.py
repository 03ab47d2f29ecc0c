"""`upgrade/fails`: `alembic upgrade heads` does not reach the heads."""

from __future__ import annotations

import re

from alembic_proof.checks.common import at_failure
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence, Failure

RULE = Rule(
    name="upgrade/fails",
    severity=Severity.ERROR,
    summary="A revision's upgrade raises.",
    why="Nobody can build the schema from the history, and a deployment stops half-way.",
    way_out="correct upgrade() at the line that is named",
)


def judge(evidence: Evidence) -> list[Finding]:
    """The revision at which the walk or the plain upgrade stops; both stop at the first."""
    walked = next((s for s in evidence.trace.of("upgrade") if not s.ok), None)
    plain = evidence.upgrade
    if plain is not None and plain.failure is not None and plain.last is not None:
        # the walk, where it failed at the same revision, knows the line better
        failure = walked.failure if walked and walked.revision == plain.last and walked.failure else plain.failure
        only = "" if walked or evidence.trace.failure else ", in one go; one revision at a time passes"
        message = f"upgrade of {plain.last} fails{only}"
        return [at_failure(RULE, evidence, plain.last, "upgrade", message, failure, hint=way_out(failure))]
    if walked is not None and walked.failure is not None and plain is None:
        message = f"upgrade of {walked.revision} fails"
        return [
            at_failure(
                RULE, evidence, walked.revision, "upgrade", message, walked.failure, hint=way_out(walked.failure)
            )
        ]
    return []


def way_out(failure: Failure) -> str:
    """Not the mistake of the revision: an extension that is lacking, or that only the administrator creates."""
    missing = re.search(r'extension "([^"]+)" is not available', failure.message)
    if missing:
        name = missing[1]
        return (
            f"this Postgres does not bring {name}: --postgres container --image IMAGE, or an installed one that has it"
        )
    refused = re.search(r'permission denied to create extension "([^"]+)"', failure.message)
    if refused:
        return f"let the administrator create it before the first revision: --extension {refused[1]}"
    return RULE.way_out
