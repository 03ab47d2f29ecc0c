"""`merge/edited`: the branch changes or deletes a revision that its base has."""

from __future__ import annotations

from alembic_proof.branch import Branch, Touched
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="merge/edited",
    severity=Severity.ERROR,
    summary="The branch edits or deletes a revision that is in its base.",
    why="A database that has run the revision never runs it again: it keeps what the old text made.",
    way_out="put the file back as it was, and say what should change in a new revision",
)


def judge(evidence: Evidence) -> list[Finding]:
    """What `history/edited` tells out of history.lock is not told twice."""
    branch = evidence.branch
    if branch is None:
        return []
    told = {e.record.id for e in evidence.seal.edits} if evidence.seal else set()
    return [_finding(branch, touched) for touched in branch.touched if touched.revision not in told]


def _finding(branch: Branch, touched: Touched) -> Finding:
    commits = branch.commits
    return Finding(
        rule=RULE.name,
        severity=RULE.severity,
        basis=Basis.REPORTED,
        message=f"{touched.revision} is in {commits.ref}, and this branch has it {touched.how}",
        hint=f"{RULE.way_out}: git checkout {commits.fork[:12]} -- {touched.file.rpartition('/')[2]}",
        revision=touched.revision,
        file=touched.file,
        line=touched.line,
        object=touched.revision,
    )
