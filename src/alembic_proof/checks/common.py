"""What several checks need: a finding at its revision, and which revision last touched an object."""

from __future__ import annotations

from typing import Any

from alembic_proof.diff import Change
from alembic_proof.findings import Basis, Finding, Rule
from alembic_proof.snapshot import parse_fact
from alembic_proof.trace import Evidence, Failure


def at_revision(rule: Rule, evidence: Evidence, revision: str, direction: str, message: str, **more: Any) -> Finding:
    """A finding at a revision; where no line is known, at the definition of its function."""
    file, line = more.pop("place", (None, None))
    known = evidence.history.by_id.get(revision)
    if known is not None and line is None:
        function = known.downgrade if direction == "downgrade" else known.upgrade
        file, line = known.file, function.line or known.line
    more.setdefault("severity", rule.severity)
    more.setdefault("hint", rule.way_out)
    more.setdefault("basis", Basis.OBSERVED)
    return Finding(
        rule=rule.name, message=message, revision=revision, direction=direction, file=file, line=line, **more
    )


def at_failure(
    rule: Rule, evidence: Evidence, revision: str, direction: str, message: str, failure: Failure, **more: Any
) -> Finding:
    """A finding at the line that raised, with the statement as evidence."""
    more.setdefault("object", revision)
    return at_revision(
        rule,
        evidence,
        revision,
        "downgrade" if direction == "downgrade" else "upgrade",
        f"{message}: {failure}",
        place=(failure.file, failure.line) if failure.line else (None, None),
        sql=failure.sql,
        **more,
    )


def recorded(evidence: Evidence) -> bool:
    """Whether the plain upgrade ended without an error, and the version table says that it reached the heads."""
    run = evidence.upgrade
    heads = {h.id for h in evidence.history.heads}
    return run is not None and run.finished and bool(run.versions) and set(run.versions) <= heads


def last_touched(evidence: Evidence, change: Change) -> str | None:
    """The last revision whose upgrade changed the object, or else what it belongs to."""
    by_parent = None
    for step in evidence.trace.of("upgrade"):
        facts = [parse_fact(line) for line in (*(step.added or ()), *(step.removed or ()))]
        if any(f.identity == change.identity for f in facts):
            return _last_of(evidence, change, step.revision)
        if any(change.parent is not None and f.identity == change.parent for f in facts):
            by_parent = step.revision
    return by_parent


def _last_of(evidence: Evidence, change: Change, found: str) -> str:
    for step in evidence.trace.of("upgrade"):
        lines = (*(step.added or ()), *(step.removed or ()))
        if any(parse_fact(line).identity == change.identity for line in lines):
            found = step.revision
    return found
