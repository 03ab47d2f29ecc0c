"""`merge/fails`: base and branch run apart, and not one after the other."""

from __future__ import annotations

from dataclasses import replace

from alembic_proof.branch import merged
from alembic_proof.checks.common import at_failure
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence, Failure

RULE = Rule(
    name="merge/fails",
    severity=Severity.ERROR,
    summary="A revision fails on the base as it is now, which the branch has not seen.",
    why="Each side is green by itself; the first database that gets both stops in the middle of the deployment.",
    way_out="take the base's new revisions into the branch, and let its revisions follow them",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Of a branch that has all of its base, `upgrade/fails` tells it."""
    branch, run = evidence.branch, evidence.merged
    if branch is None or run is None or not branch.unseen:
        return []
    here = _found(evidence, run.failed, run.failure, f"after the new revisions of {branch.commits.ref}")
    other = run.other
    there = _found(evidence, other.last, other.failure, "after the revisions of this branch") if other else []
    return [*here, *there]


def _found(evidence: Evidence, revision: str | None, failure: Failure | None, when: str) -> list[Finding]:
    own = {s.revision for s in evidence.trace.of("upgrade") if s.ok}
    if failure is None or revision is None or not _is_news(evidence, revision, own):
        return []
    return [at_failure(RULE, _whole(evidence), revision, "upgrade", f"{revision} fails {when}", failure)]


def _is_news(evidence: Evidence, revision: str, own: set[str]) -> bool:
    """What fails on its own side, too, is told there."""
    return revision in own or revision not in evidence.history.by_id


def _whole(evidence: Evidence) -> Evidence:
    """With the base's revisions, so that their files are known."""
    branch = evidence.branch
    return replace(evidence, history=merged(evidence.history, branch)) if branch else evidence
