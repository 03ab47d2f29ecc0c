"""`downgrade/irreversible`: there is no way back, by decision or because nobody wrote it."""

from __future__ import annotations

from dataclasses import replace

from alembic_proof.checks.common import at_revision
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Step

RULE = Rule(
    name="downgrade/irreversible",
    severity=Severity.ERROR,
    summary="A revision cannot be downgraded, by decision or by omission.",
    why="A release with this revision cannot be rolled back; whoever deploys it has to know, and why.",
    way_out='write downgrade(), or say why there is none: `raise NotImplementedError("the old values are gone")`',
)


def by_decision(evidence: Evidence, step: Step) -> bool:
    """Whether the downgrade raised on purpose: it says so, or raising is all that it does."""
    known = evidence.history.by_id.get(step.revision)
    written = known is not None and known.downgrade.kind == "raises"
    return step.failure is not None and (step.failure.reason == "not implemented" or written)


def judge(evidence: Evidence) -> list[Finding]:
    """By decision: accepted where it gives its reason. Not written: where the upgrade changes the schema."""
    decided = [s for s in evidence.trace.of("downgrade") if by_decision(evidence, s)]
    return [_decided(evidence, s) for s in decided] + [
        at_revision(
            RULE,
            evidence,
            step.revision,
            "downgrade",
            f"{step.revision} has no way back: its downgrade is {_word(evidence, step.revision)}",
            object=step.revision,
        )
        for step in evidence.trace.of("upgrade")
        if (step.added or step.removed) and not_written(evidence, step.revision)
    ]


def not_written(evidence: Evidence, revision: str) -> bool:
    """Whether the file has no downgrade, or an empty one."""
    known = evidence.history.by_id.get(revision)
    return known is not None and known.downgrade.kind in ("missing", "empty")


def _word(evidence: Evidence, revision: str) -> str:
    return "empty" if evidence.history.by_id[revision].downgrade.kind == "empty" else "missing"


def _decided(evidence: Evidence, step: Step) -> Finding:
    assert step.failure is not None
    finding = at_revision(
        RULE,
        evidence,
        step.revision,
        "downgrade",
        f"{step.revision} has no way back, by decision: {step.failure}",
        place=(step.failure.file, step.failure.line) if step.failure.line else (None, None),
        object=step.revision,
        basis=Basis.OBSERVED,
    )
    reason = step.failure.message.strip()
    return replace(finding, accepted=f"in the revision: {reason}") if reason else finding
