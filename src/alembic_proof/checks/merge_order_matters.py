"""`merge/order-matters`: the branch after its base is another schema than the base's news after the branch."""

from __future__ import annotations

from alembic_proof.checks.common import at_revision
from alembic_proof.diff import compare
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="merge/order-matters",
    severity=Severity.ERROR,
    summary="Base and branch end in another schema when they run in the other order.",
    why="Databases that ran the branch before the merge, such as staging, are not like those that come after it.",
    way_out="take the base's new revisions into the branch, and let its revisions follow them",
)


def judge(evidence: Evidence) -> list[Finding]:
    """What is wanted is the base first."""
    branch, run = evidence.branch, evidence.merged
    if branch is None or run is None or not run.steps or run.failure or run.other is None or run.other.failure:
        return []
    changes = compare(run.other.snapshot, run.after.snapshot)
    if not changes:
        return []
    rest = f", and {len(changes) - 1} more" if len(changes) > 1 else ""
    ref = branch.commits.ref
    message = f"{changes[0].subject}{rest} depends on whether this branch or the new revisions of {ref} run first"
    details = ("want: the base first; have: the branch first", *map(str, changes))
    own = [r for r, done in run.steps if any(c.identity in {d.identity for d in done} for c in changes)]
    revision = own[-1] if own else run.steps[-1][0]
    return [at_revision(RULE, evidence, revision, "upgrade", message, object=changes[0].identity, details=details)]
