"""How each revision went, for the report."""

from __future__ import annotations

from typing import Any

from alembic_proof.report import RevisionResult
from alembic_proof.trace import Evidence


def results(evidence: Evidence) -> tuple[RevisionResult, ...]:
    """Every revision in the order of the walk; a review lists the branch's own."""
    branch = evidence.branch
    return tuple(_result(evidence, id_) for id_ in evidence.trace.plan if branch is None or id_ in branch.judged)


def _result(evidence: Evidence, revision: str) -> RevisionResult:
    known = evidence.history.by_id.get(revision)
    up = evidence.trace.step(revision, "upgrade")
    words: dict[str, Any] = {d: _word(evidence, revision, d) for d in ("upgrade", "downgrade", "again")}
    return RevisionResult(
        id=revision,
        message=known.message if known else "",
        file=known.file if known else "",
        seconds=up.seconds if up else 0.0,
        statements=len(up.statements) if up else 0,
        added=len(up.added or ()) if up else 0,
        removed=len(up.removed or ()) if up else 0,
        **words,
    )


def _word(evidence: Evidence, revision: str, direction: str) -> str:
    step = evidence.trace.step(revision, direction)
    if step is None:
        return "not run"
    return "ok" if step.ok else "failed"
