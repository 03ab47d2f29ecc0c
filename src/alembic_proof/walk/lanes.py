"""All runs of a verification, two at a time, since two processes use two cores."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from alembic_proof.branch import Branch
from alembic_proof.errors import ProofError
from alembic_proof.history import History, UnderTest
from alembic_proof.trace import Evidence, Measured, Merged, Run
from alembic_proof.walk import runs
from alembic_proof.walk.collect import Collector
from alembic_proof.walk.measure import joined, measure
from alembic_proof.walk.measuring import MANY
from alembic_proof.walk.merged import run_merged
from alembic_proof.walk.offline import offline
from alembic_proof.walk.ordered import orders
from alembic_proof.walk.steps import walk
from alembic_proof.walk.trials import broken_off

T = TypeVar("T")
Choose = Callable[[History], UnderTest]


async def both_lanes(
    ground: runs.Ground, choose: Choose, history: History, branch: Branch | None
) -> tuple[Collector, str | None, Collector, Evidence]:
    """What the walk collected and why it is not finished, if so; what the plain upgrade collected; all evidence.

    `choose` says which revisions of the history are measured. A branch is run on its base as soon as a core is free.
    """
    cores = asyncio.Semaphore(2)
    try:
        async with asyncio.TaskGroup() as lanes:
            walking = lanes.create_task(_walk_lane(ground, cores, choose))
            plain = lanes.create_task(_plain_lane(ground, cores))
            merged = lanes.create_task(_merged(ground, cores, history, branch))
    except* ProofError as errors:
        raise _first(errors) from None
    (walked, incomplete, measured), (collector, evidence) = walking.result(), plain.result()
    evidence = replace(
        evidence,
        history=walked.history,
        trace=walked.trace(),
        context=walked.context,
        measured=measured,
        branch=branch,
        merged=merged.result(),
    )
    return walked, incomplete, collector, evidence


def _first(errors: BaseExceptionGroup[ProofError]) -> ProofError:
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, ProofError)
    return error


async def _on(cores: asyncio.Semaphore, work: Callable[..., Coroutine[Any, Any, T]], *arguments: object) -> T:
    async with cores:
        return await work(*arguments)


async def _merged(
    ground: runs.Ground, cores: asyncio.Semaphore, history: History, branch: Branch | None
) -> Merged | None:
    return await _on(cores, run_merged, ground, history, branch) if branch else None


async def _walk_lane(
    ground: runs.Ground, cores: asyncio.Semaphore, choose: Choose
) -> tuple[Collector, str | None, Measured]:
    """The walk; then, of the history that it read, what is under test, on tables with rows."""
    walked, incomplete = await _on(cores, walk, ground)
    if not walked.plan:
        return walked, incomplete, Measured()
    measured = await _measured(ground, cores, choose(walked.history), walked)
    return walked, incomplete, await _on(cores, broken_off, ground, measured)


async def _measured(ground: runs.Ground, cores: asyncio.Semaphore, tested: UnderTest, walked: Collector) -> Measured:
    """A whole history in two halves, side by side: by then a core is free."""
    chosen = [revision for revision in walked.plan if revision in tested.revisions]
    one_way = _one_way(walked)
    if tested.together or len(chosen) <= MANY:
        return await _on(cores, measure, ground, tested, one_way)
    parts = (frozenset(chosen[: len(chosen) // 2]), frozenset(chosen[len(chosen) // 2 :]))
    both = (_on(cores, measure, ground, replace(tested, revisions=part), one_way) for part in parts)
    return joined(*await asyncio.gather(*both))


def _one_way(walked: Collector) -> set[str]:
    """Revisions whose way back fails without rows, too."""
    return {revision for (revision, direction), step in walked.steps.items() if direction != "upgrade" and not step.ok}


async def _plain_lane(ground: runs.Ground, cores: asyncio.Semaphore) -> tuple[Collector, Evidence]:
    """The plain upgrade and the way down; then, as cores are free, what is compared with the heads."""
    upgrade, downgrade, collector = await _on(cores, _upgrade, ground)
    evidence = Evidence(
        History(),
        upgrade=upgrade,
        witness=collector.witness,
        exclude=ground.settings.exclude,
        empty=collector.empty,
    )
    if not upgrade.finished:
        return collector, evidence
    async with asyncio.TaskGroup() as others:
        models = others.create_task(_on(cores, runs.models, ground, collector.context, upgrade.snapshot))
        if upgrade.versions:
            script = others.create_task(_on(cores, offline, ground, collector.context))
            ordered = others.create_task(_on(cores, orders, ground, collector))
    evidence = replace(evidence, downgrade=downgrade, models=models.result())
    if upgrade.versions:
        evidence = replace(evidence, offline=script.result(), orders=ordered.result())
    return collector, evidence


async def _upgrade(ground: runs.Ground) -> tuple[Run, Run | None, Collector]:
    async with runs.open_database(ground, "plain") as database:
        return await runs.upgrade(ground, database)
