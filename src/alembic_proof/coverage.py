"""What was not looked at: said in every report, since unknown is not clean."""

from __future__ import annotations

from alembic_proof.checks.common import recorded
from alembic_proof.checks.drift import drift_of
from alembic_proof.trace import Evidence


def not_looked_at(evidence: Evidence, missed: tuple[str, ...], merged: tuple[str, ...] = ()) -> tuple[str, ...]:
    """One sentence for each thing that this run does not answer."""
    said = [*_unreached(evidence), *_drift(evidence), *_way_down(evidence), *_unread(evidence)]
    said += [*_offline(evidence), *_orders(evidence), *_measured(evidence)]
    if missed:
        said.append(f"the incremental look missed {len(missed)} line(s) that the full one saw: please report this")
    if merged:
        said.append(f"which database each connection asked for: {', '.join(merged)} all became the scratch database")
    return tuple(said)


def _unreached(evidence: Evidence) -> list[str]:
    done = {s.revision for s in evidence.trace.of("upgrade") if s.ok}
    tried = {s.revision for s in evidence.trace.of("downgrade")}
    left = [r for r in evidence.trace.plan if r not in done]
    untried = [r for r in evidence.trace.plan if r in done and r not in tried and _has_downgrade(evidence, r)]
    said = []
    if left[1:]:
        said.append(f"{len(left) - 1} revision(s) after {left[0]} were not reached: {_some(left[1:])}")
    if untried:
        said.append(f"the downgrade of {len(untried)} revision(s) was not run: {_some(untried)}")
    return said


def _has_downgrade(evidence: Evidence, revision: str) -> bool:
    known = evidence.history.by_id.get(revision)
    return known is None or known.downgrade.kind != "missing"


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")


def _measured(evidence: Evidence) -> list[str]:
    """What revisions do to a database in use: which are not under test, and what of the others is not known."""
    measured, planned = evidence.measured, set(evidence.trace.plan)
    left = planned - {p.revision for p in measured.passages}
    said = [f"tables without a generated row: {_some([f'{u.table} ({u.why})' for u in measured.unfilled])}"]
    said = said if measured.unfilled else []
    if left and measured.why and evidence.branch is None:  # a review is of the branch only
        said.append(f"what {len(left)} revision(s) do to a database in use; under test are {measured.why}")
    return [*said, *measured.missed]


def _drift(evidence: Evidence) -> list[str]:
    models = evidence.models
    if models is None or not recorded(evidence):
        return ["drift: the heads were not reached"]
    if models.failure is not None:
        return [f"drift: create_all of the models fails: {models.failure}"]
    if not models.tables:
        way_out = 'name the models: metadata = ["package.module:Base.metadata"]'
        return [f"drift: env.py hands no table to Alembic (target_metadata); {way_out}"]
    return [*(f"drift of what is excluded {told}" for told in drift_of(evidence).excluded), *_second_witness(evidence)]


def _second_witness(evidence: Evidence) -> list[str]:
    """Where autogenerate fails, what include_object leaves out may be unknown as well."""
    witness = evidence.witness
    if witness is None:
        return ["autogenerate as second witness, and what include_object leaves out: it did not come to an answer"]
    if witness.failure is None:
        return []
    if witness.compare_server_default and witness.answered:
        return [f"autogenerate as second witness of defaults: it fails to compare them: {witness.failure}"]
    return [f"autogenerate as second witness, and what include_object leaves out: it fails: {witness.failure}"]


def _way_down(evidence: Evidence) -> list[str]:
    if evidence.downgrade is None:
        return ["the way from the heads down to base: the heads were not reached"]
    failure = evidence.downgrade.failure
    if failure is not None and evidence.downgrade.last:
        return [f"the way down to base, below {evidence.downgrade.last}: it stops there"]
    return []


def _unread(evidence: Evidence) -> list[str]:
    kinds = evidence.upgrade.unmodelled if evidence.upgrade else ()
    return [f"objects that no snapshot holds, by their catalog: {', '.join(kinds)}"] if kinds else []


def _offline(evidence: Evidence) -> list[str]:
    if evidence.offline is None or not recorded(evidence):
        return ["the script of `alembic upgrade --sql`: the heads were not reached"]
    if evidence.offline.unjudged:
        return [f"the script of `alembic upgrade --sql`: {evidence.offline.unjudged}"]
    return []


def _orders(evidence: Evidence) -> list[str]:
    left = evidence.orders.left
    said = []
    if left:
        pairs = _some([f"{early} and {late}" for early, late in left])
        said.append(f"the other order of {len(left)} pair(s) of parallel revisions: {pairs}")
    for ordered in evidence.orders.runs:
        if not ordered.run.finished and ordered.run.last is not None:
            rest = ordered.order[ordered.order.index(ordered.run.last) + 1 :]
            said.append(f"parallel branches in another order, past {ordered.run.last}, which fails: {_some([*rest])}")
    return said
