"""What several checks need: a finding at its revision, and which revision last touched an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from alembic_proof.diff import Change, compare
from alembic_proof.findings import Basis, Finding, Rule
from alembic_proof.snapshot import INFORMATIONAL, Snapshot, parse_fact
from alembic_proof.trace import Evidence, Failure, Trace


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


def unlike_both_roads(evidence: Evidence, have: Snapshot) -> tuple[Change, ...]:
    """How a schema differs from the plain upgrade's, without what one revision at a time gives just so.

    Where the two roads differ, `upgrade/one-step-differs` tells it.
    """
    run = evidence.upgrade
    if run is None or not recorded(evidence):
        return ()
    walked = {(c.kind, c.identity) for c in compare(have, evidence.trace.head)}
    return tuple(c for c in compare(have, run.snapshot) if (c.kind, c.identity) in walked)


def last_touched(trace: Trace) -> Mapping[str, str]:
    """For each object, the last revision whose upgrade changed it."""
    return dict(_touches(trace))


def first_touched(trace: Trace) -> Mapping[str, str]:
    """For each object, the revision that made it."""
    return dict(reversed(list(_touches(trace))))


def _touches(trace: Trace) -> Iterator[tuple[str, str]]:
    for step in trace.of("upgrade"):
        for fact in map(parse_fact, (*(step.removed or ()), *(step.added or ()))):
            if fact.kind not in INFORMATIONAL:  # a table's order of columns bears the table's name
                yield fact.identity, step.revision
