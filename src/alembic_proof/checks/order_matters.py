"""`history/order-matters`: parallel branches give another schema, or fail, in another order that Alembic could go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from alembic_proof.checks.common import at_failure, at_revision, recorded, unlike_both_roads
from alembic_proof.diff import Change
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.orders import Pair, swapped
from alembic_proof.snapshot import INFORMATIONAL, parse_fact
from alembic_proof.trace import Evidence, Failure, Ordered, Trace

RULE = Rule(
    name="history/order-matters",
    severity=Severity.ERROR,
    summary="Parallel branches end in another schema when they run in the other order.",
    why="A database that was upgraded as each branch was merged is not like one that is made anew, and nobody is told.",
    way_out="say the order: name the one that comes first in `depends_on` of the other",
)
_MANY = 5


def judge(evidence: Evidence) -> list[Finding]:
    """One finding per pair of revisions; the schema of the plain order is what is wanted."""
    touching = _touching(evidence.trace)
    if not recorded(evidence):
        return []
    found: dict[tuple[str | None, str | None], Finding] = {}
    for ordered in evidence.orders.runs:
        judged = _failed if ordered.run.failure else _differs
        for finding in judged(evidence, ordered, touching):
            found.setdefault((finding.revision, finding.object), finding)
    return list(found.values())


def _touching(trace: Trace) -> Mapping[str, set[str]]:
    """For each revision the objects that its upgrade changed."""
    return {
        step.revision: {
            fact.identity
            for fact in map(parse_fact, (*(step.removed or ()), *(step.added or ())))
            if fact.kind not in INFORMATIONAL
        }
        for step in trace.of("upgrade")
    }


def _differs(evidence: Evidence, ordered: Ordered, touching: Mapping[str, set[str]]) -> list[Finding]:
    changes = unlike_both_roads(evidence, ordered.run.snapshot) if ordered.run.finished else ()
    pairs = list(swapped(evidence.orders.plain, ordered.order)) if changes else []
    groups: dict[tuple[Pair, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(_responsible(change, pairs, touching), []).append(change)
    return [_difference(evidence, group, of) for of, group in groups.items()]


def _responsible(change: Change, pairs: list[Pair], touching: Mapping[str, set[str]]) -> tuple[Pair, ...]:
    """The pairs of which both touched the object; else what it belongs to; else all."""
    for name in (change.identity, change.parent):
        both = tuple(p for p in pairs if all(name in touching.get(revision, ()) for revision in p))
        if both:
            return both
    return tuple(pairs)


def _difference(evidence: Evidence, changes: list[Change], pairs: tuple[Pair, ...]) -> Finding:
    early, late = pairs[-1]
    rest = f", and {len(changes) - 1} more" if len(changes) > 1 else ""
    message = f"{changes[0].subject}{rest} depends on the order of {_spell(pairs)}, which is not said"
    details = (f"want: as {early} before {late} makes it; have: as {late} before {early}", *map(str, changes))
    return at_revision(RULE, evidence, late, "upgrade", message, object=changes[0].identity, details=details)


def _spell(pairs: tuple[Pair, ...]) -> str:
    told = ", ".join(f"{early} and {late}" for early, late in pairs[:_MANY])
    return told + (f", or {len(pairs) - _MANY} other pairs" if len(pairs) > _MANY else "")


def _failed(evidence: Evidence, ordered: Ordered, touching: Mapping[str, set[str]]) -> list[Finding]:
    """No gate: a database that cannot go this way is not spoilt by it; a new one goes the plain way."""
    run, failure = ordered.run, ordered.run.failure
    if failure is None or run.last is None:
        return []
    others = _blamed(ordered, evidence.orders.plain, run.last, failure, touching)
    message = f"{run.last} fails when it does not run {others}"
    return [at_failure(RULE, evidence, run.last, "upgrade", message, failure, severity=Severity.WARNING)]


def _blamed(
    ordered: Ordered, plain: tuple[str, ...], failed: str, failure: Failure, touching: Mapping[str, set[str]]
) -> str:
    """What ran on the other side of it: those whose objects the failure names, else all."""
    then, now = plain[: plain.index(failed)], ordered.order[: ordered.order.index(failed)]
    lacking = [r for r in then if r not in now]
    early = [r for r in now if r not in then]
    said = set(re.findall(r"\w+", f"{failure.message} {failure.sql}"))
    for side, word in ((lacking, "after"), (early, "before")):
        named = [r for r in side if said & {_last(o) for o in touching.get(r, ())}]
        if named:
            return f"{word} {_some(named)}"
    return " and ".join(f"{word} {_some(side)}" for side, word in ((lacking, "after"), (early, "before")) if side)


def _last(identity: str) -> str:
    return identity.rpartition(".")[2].strip('"')


def _some(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:_MANY]) + (", …" if len(names) > _MANY else "")
