"""The run of the revisions under test: begun anew where rows cannot be undone, in two halves where it is long."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from alembic_proof import catalog
from alembic_proof.compat.models import MappedTable
from alembic_proof.history import UnderTest
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.trace import Measured, Passage
from alembic_proof.walk.measuring import Fallen, Measuring
from alembic_proof.walk.old_code import old_code
from alembic_proof.walk.passages import Passages
from alembic_proof.walk.process import Ending
from alembic_proof.walk.replay import install
from alembic_proof.walk.runs import Ground, connect, crash, do, open_database, prepare

RESTARTS = 25


async def measure(ground: Ground, tested: UnderTest, one_way: Collection[str] = ()) -> Measured:
    """Every revision under test, on tables with rows; begun anew where one fell on its rows beyond undoing.

    `one_way` are revisions whose way back is known to fail.
    """
    measured = Measured(why=tested.why, together=tested.together)
    if not tested.revisions:
        return measured
    models, unread = await _models(ground, tested)
    fallen = Fallen()
    passages: dict[str, Passage] = {}
    for _ in range(RESTARTS):
        known = (dict(fallen.levels), fallen.bare)
        measuring, collector, ending, last = await _measure_once(ground, tested, fallen, one_way, models)
        told = {p.revision: p for p in measuring.passages if not (p.revision in passages and p.revision in fallen.bare)}
        passages.update(told)
        measured = replace(measured, passages=tuple(passages.values()), missed=(*unread, *measuring.missed))
        measured = replace(measured, unfilled=measuring.unfilled)
        if collector.ended:
            return measured
        if (fallen.levels, fallen.bare) == known:  # nothing that fewer rows would mend
            break
    stopped = (last,) if last is not None and last.revision not in passages else ()
    failure = collector.failure or collector.where(crash(ending))
    return replace(measured, passages=(*measured.passages, *stopped), failure=failure)


def joined(first: Measured, second: Measured) -> Measured:
    """Two halves of a history, as one."""
    return replace(
        first,
        passages=(*first.passages, *second.passages),
        unfilled=tuple(dict.fromkeys((*first.unfilled, *second.unfilled))),
        missed=tuple(dict.fromkeys((*first.missed, *second.missed))),
        failure=first.failure or second.failure,
    )


async def _models(ground: Ground, tested: UnderTest) -> tuple[tuple[MappedTable, ...] | None, tuple[str, ...]]:
    """The models of the code that runs today, where git knows its commit; else why the catalog has to do."""
    if tested.commit is None:
        return None, ()
    code = await old_code(ground, tested.commit)
    return code.tables, () if code.tables else (f"the models of {tested.commit[:12]}, the code of today: {code.why}",)


async def _measure_once(
    ground: Ground,
    tested: UnderTest,
    fallen: Fallen,
    one_way: Collection[str],
    models: tuple[MappedTable, ...] | None,
) -> tuple[Measuring, Passages, Ending, Passage | None]:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(ground, "measure"))
        await prepare(ground, database)
        await _install(database)
        measuring = Measuring(ground, database, tested, fallen, one_way, models)
        stack.push_async_callback(measuring.close)
        chosen, seeds = sorted(tested.revisions), list(ground.settings.seed)
        passages = Passages()
        _, ending = await do(ground, database, "measure", measuring.answer, passages, tested=chosen, seed=seeds)
        return measuring, passages, ending, measuring.stopped_at()


async def _install(database: ScratchDatabase) -> None:
    """The function that tells the effects; and what the server would only write into its log is said to the client."""
    connection = await connect(database, admin=True)
    try:
        await connection.execute(catalog.effects_sql())
        await install(connection)
        for setting in ("client_min_messages = debug2", "lc_messages = 'C'", "jit = off"):
            await _try(connection, f'ALTER DATABASE "{database.name}" SET {setting}')
    finally:
        await connection.close()


async def _try(connection: Any, sql: str) -> None:
    import asyncpg

    try:
        await connection.execute(sql)
    except asyncpg.InsufficientPrivilegeError:
        return  # messages in the server's own language are then not understood
