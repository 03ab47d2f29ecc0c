"""The walk: every revision up, down and up again, begun anew past one that spoilt its database."""

from __future__ import annotations

from collections.abc import Mapping

from alembic_proof import catalog
from alembic_proof.errors import CouldNotVerify
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.trace import Step
from alembic_proof.walk.collect import Collector
from alembic_proof.walk.process import Ending
from alembic_proof.walk.runs import Ground, connect, crash, do, dumped, open_database, prepare


async def walk(ground: Ground) -> tuple[Collector, str | None]:
    """Every revision up, down and up again; begun anew past a revision that spoilt its database.

    Returns what was collected, and why it could not be finished, if so.
    """
    collected: Collector | None = None
    settled: list[str] = []
    while True:
        collector, ending = await _walk_once(ground, settled)
        own = dict(collector.steps)
        collected = _merged(collected, collector)
        if collector.ended:
            return collected, None
        spoilt = _spoilt(own)
        if spoilt is None:
            return collected, _why_unfinished(own, collected, ending)
        if spoilt in settled:
            raise CouldNotVerify(
                f"revision {spoilt} cannot be passed: {crash(ending).message}",
                "look at what it does to its connection",
                ending.output[-2000:],
            )
        settled = [*collector.plan[: collector.plan.index(spoilt) + 1]]


async def _walk_once(ground: Ground, settled: list[str]) -> tuple[Collector, Ending]:
    async with open_database(ground, "walk") as database:
        await prepare(ground, database)
        watched = await install_look(database)
        collector, ending = await do(ground, database, "walk", watched=watched, settled=settled)
        _note_crash(collector, ending)
        if collector.ended:
            await remove_look(database)
            collector.dump = await dumped(ground, database, collector.context)
        return collector, ending


def _note_crash(collector: Collector, ending: Ending) -> None:
    """A run that was begun and never ended failed by what ended the process."""
    if collector.running and not collector.ended:
        revision, direction = collector.running
        failure = collector.failure or crash(ending)
        collector.fail(revision, direction, failure)


_Steps = Mapping[tuple[str, str], Step]


def _why_unfinished(own: _Steps, collected: Collector, ending: Ending) -> str | None:
    """None where an upgrade failed: that is a finding, and all that can be known; unless an earlier walk passed it."""
    failed = [key for key, step in own.items() if not step.ok]
    if not failed:
        return str(collected.failure or crash(ending))
    revision, direction = failed[-1]
    if not collected.steps[revision, direction].ok:
        return None
    return f"{direction} of {revision} passed once, and fails when the walk begins anew: {own[failed[-1]].failure}"


def _spoilt(own: _Steps) -> str | None:
    """The revision whose way back ended the walk; None when an upgrade did, and no more can be learned."""
    failed = [key for key, step in own.items() if not step.ok]
    if not failed or failed[-1][1] == "upgrade":
        return None
    return failed[-1][0]


def _merged(first: Collector | None, second: Collector) -> Collector:
    """The earlier walk's word stands for what it judged; the later one adds the rest."""
    if first is None:
        return second
    steps = dict(first.steps)
    for key, step in second.steps.items():
        steps.setdefault(key, step)
    second.steps = steps
    second.missed = (*first.missed, *second.missed)
    return second


async def install_look(database: ScratchDatabase) -> bool:
    """The function that the walk looks with, and event triggers that name what DDL touched.

    These need a superuser; False says that every look will be a full one.
    """
    connection = await connect(database, admin=True)
    try:
        await connection.execute(catalog.look_sql())
        watched = await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if watched:
            await connection.execute(catalog.watch_sql())
    finally:
        await connection.close()
    return bool(watched)


async def remove_look(database: ScratchDatabase) -> None:
    """Takes away what `install_look` made."""
    connection = await connect(database, admin=True)
    try:
        await connection.execute(catalog.unwatch_sql())
    finally:
        await connection.close()
