"""`upgrade/fails`: `alembic upgrade heads` does not reach the heads."""

from __future__ import annotations

import re

from alembic_proof.checks.common import at_failure
from alembic_proof.checks.stopped import spoken_for, stopped
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
    """The revision that stops, unless the rule for its very failure says so."""
    stop = stopped(evidence)
    if stop is None or spoken_for(stop.failure):
        return []
    message = f"upgrade of {stop.revision} fails{stop.only}"
    return [at_failure(RULE, evidence, stop.revision, "upgrade", message, stop.failure, hint=way_out(stop.failure))]


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
