"""`schema/unmodelled-difference`: pg_dump sees a difference where the facts see none."""

from __future__ import annotations

from alembic_proof.checks.clock import without_clock
from alembic_proof.diff import Change, compare, informational
from alembic_proof.dumps import Entries, Hunk, compare_dumps
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.snapshot import Snapshot
from alembic_proof.trace import Evidence

RULE = Rule(
    name="schema/unmodelled-difference",
    severity=Severity.ERROR,
    summary="pg_dump tells two schemas apart that this tool takes for equal.",
    why="What the snapshot does not hold, no rule can see: every other verdict about this object is in doubt.",
    way_out="please report it, with the lines shown; until then, compare this object by hand",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Two roads to the heads, and base before and after."""
    run, down, trace = evidence.upgrade, evidence.downgrade, evidence.trace
    found: list[Finding] = []
    if run is not None and run.finished and trace.dump is not None:
        found += _compared("one go and one revision at a time", run.snapshot, run.dump, trace.head, trace.dump)
    if down is not None and down.finished and evidence.empty is not None:
        found += _compared("base before and after", down.snapshot, down.dump, trace.base, evidence.empty)
    return found


def _compared(
    what: str, have: Snapshot, have_dump: Entries | None, want: Snapshot, want_dump: Entries
) -> list[Finding]:
    """Nothing where the facts differ already, but for the clock and what has no weight."""
    changes = compare(have=have, want=want)
    if have_dump is None or without_clock(changes):
        return []
    told = {c.identity.rpartition(".")[2].strip('"') for c in (*changes, *_weightless(have, want))}
    return [_finding(what, h) for h in compare_dumps(have_dump, want_dump) if not _is_told(h, told)]


def _weightless(have: Snapshot, want: Snapshot) -> tuple[Change, ...]:
    return informational(want.lines - have.lines, have.lines - want.lines)


def _is_told(hunk: Hunk, told: set[str]) -> bool:
    return bool(told & set(hunk.name.split()))


def _finding(what: str, hunk: Hunk) -> Finding:
    message = f"{what}: pg_dump writes {hunk.subject} otherwise, and the facts are the same"
    return Finding(
        rule=RULE.name,
        severity=RULE.severity,
        basis=Basis.OBSERVED,
        message=message,
        hint=RULE.way_out,
        object=hunk.name,
        details=hunk.lines,
    )
