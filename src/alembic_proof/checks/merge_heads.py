"""`merge/heads`: base and branch have one head each, and together two."""

from __future__ import annotations

from alembic_proof.branch import Branch, merged
from alembic_proof.checks.multiple_heads import competing
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.history import History, Revision
from alembic_proof.trace import Evidence

RULE = Rule(
    name="merge/heads",
    severity=Severity.ERROR,
    summary="Merging the branch would give the history another head.",
    why="Git merges the two files without a conflict, and the next `alembic upgrade head` refuses to choose.",
    way_out="take the base's new revisions into the branch, and let its first revision follow them",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Nothing where the branch has several heads by itself: `history/multiple-heads` tells them."""
    branch = evidence.branch
    if branch is None or not branch.unseen or competing(evidence.history):
        return []
    heads = competing(merged(evidence.history, branch))
    own = [h for h in heads if h.id in branch.added]
    others = [h for h in heads if h.id not in branch.added]
    return [_finding(evidence.history, branch, own[-1], others)] if own and others else []


def _finding(history: History, branch: Branch, head: Revision, others: list[Revision]) -> Finding:
    root = _root(history, branch, head)
    named = ", ".join(str(h.id) for h in others)
    mend = f"down_revision = {others[0].id!r}" if len(others) == 1 else None
    merge = f'alembic merge -m "merge" {" ".join(str(h.id) for h in (*others, head))}'
    file = root.file.rpartition("/")[2]
    edit = f"after taking in {branch.commits.ref}, let {root.id} follow it: {mend} in {file}; or: " if mend else ""
    return Finding(
        rule=RULE.name,
        severity=RULE.severity,
        basis=Basis.REPORTED,
        message=f"merging into {branch.commits.ref} would give two heads: {named} there, {head.id} here",
        hint=f"{edit}{merge}",
        revision=root.id,
        file=root.file,
        line=root.parent_line,
        object=head.id,
        mend=f"{mend}  # now {_said(root)}, line {root.parent_line} of {file}" if mend else None,
        details=tuple(f"came to {branch.commits.ref} meanwhile: {r.id} {r.message}" for r in branch.unseen),
    )


def _root(history: History, branch: Branch, head: Revision) -> Revision:
    """The branch's first revision on the way to its head."""
    revision = head
    seen = {head.id}
    while True:
        above = (history.resolve(name) for name in revision.parents)
        parent = next((p for p in above if p is not None and p.id in branch.added and p.id not in seen), None)
        if parent is None:
            return revision
        seen.add(parent.id)
        revision = parent


def _said(revision: Revision) -> str:
    parents = revision.parents
    return repr(parents[0]) if len(parents) == 1 else repr(parents or None)
