"""`upgrade/one-step-differs`: one go and one revision at a time give different schemas."""

from __future__ import annotations

from typing import Any

from alembic_proof.checks.clock import without_clock
from alembic_proof.checks.common import at_revision, last_touched
from alembic_proof.diff import compare
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="upgrade/one-step-differs",
    severity=Severity.WARNING,
    summary="One run over the whole history and one run per revision end in different schemas.",
    why="A revision leaves something behind in its session (search_path, a setting), and a later one depends on it.",
    way_out="let the revision use SET LOCAL, or qualify names with their schema",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Compares the two heads, where both roads reached them."""
    run = evidence.upgrade
    trace = evidence.trace
    done = {s.revision for s in trace.of("upgrade") if s.ok}
    if run is None or not run.finished or not run.versions or set(trace.plan) - done or not trace.plan:
        return []
    changes = without_clock(compare(have=run.snapshot, want=trace.head))
    if not changes:
        return []
    message = f"{len(changes)} difference(s) between one go and one revision at a time"
    more: dict[str, Any] = {"object": changes[0].identity, "details": tuple(map(str, changes))}
    touched = last_touched(trace)
    revision = next((touched[c.identity] for c in changes if c.identity in touched), None)
    if revision is None:
        return [Finding(RULE.name, RULE.severity, Basis.OBSERVED, message, RULE.way_out, **more)]
    return [at_revision(RULE, evidence, revision, "upgrade", message, **more)]
