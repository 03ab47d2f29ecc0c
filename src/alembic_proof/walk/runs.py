"""The runs of a verification: the walk, the plain upgrade, the models, the way down; each in a scratch database."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg

from alembic_proof.catalog.read import read_schema, read_snapshot, read_unmodelled, read_versions
from alembic_proof.dumps import Entries, read_dump
from alembic_proof.errors import ProofError, RefusedForSafety, UsageError
from alembic_proof.history import History
from alembic_proof.provision.dump import dump
from alembic_proof.provision.scratch import ScratchDatabase, scratch
from alembic_proof.provision.server import Endpoint, Server
from alembic_proof.settings import Settings
from alembic_proof.snapshot import Snapshot
from alembic_proof.trace import Context, Failure, Models, Run
from alembic_proof.walk.collect import Collector
from alembic_proof.walk.environment import scrub, stands_for
from alembic_proof.walk.process import Ending, run_job
from alembic_proof.walk.supply import Supply

_NOWHERE = Endpoint("/nonexistent", 1, "", "", "")
Progress = Callable[[str, str], None]


@dataclass(frozen=True)
class Ground:
    """What every run of one verification stands on."""

    settings: Settings
    server: Server
    progress: Progress


@contextlib.asynccontextmanager
async def open_database(ground: Ground, purpose: str, template: str | None = None) -> AsyncIterator[ScratchDatabase]:
    """A scratch database of its own, empty or a copy, dropped with the run where the server is not ours.

    Made and dropped without a break, also where the other lane ends the run meanwhile: half made, it would stay.
    """
    database = scratch(ground.server, purpose, () if template else ground.settings.extensions, template)
    making = asyncio.ensure_future(database.__aenter__())
    try:
        made = await asyncio.shield(making)
    except asyncio.CancelledError:
        await asyncio.wait([making])
        if making.exception() is None:
            await _unbroken(database.__aexit__(None, None, None))
        raise
    try:
        yield made
    finally:
        await _unbroken(database.__aexit__(None, None, None))


async def _unbroken(work: Coroutine[Any, Any, object]) -> None:
    """Done to its end; a cancellation meanwhile is raised after it."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def prepare(ground: Ground, database: ScratchDatabase) -> None:
    """The project's own SQL before its first upgrade, run as the role that will own the schema."""
    files = [f for f in ground.settings.before_upgrade if f.endswith(".sql")]
    if not files:
        return
    connection = await connect(database)
    try:
        for name in files:
            await connection.execute(_read_sql(ground.settings.folder / name))
    except asyncpg.PostgresError as error:
        raise UsageError(f"before_upgrade: {name}: {error}", "correct the file, or the setting") from error
    finally:
        await connection.close()


def _read_sql(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise UsageError(f"before_upgrade: {path} cannot be read", "correct the path") from error


async def connect(database: ScratchDatabase, admin: bool = False, as_owner: bool = False) -> asyncpg.Connection:
    """Our own connection to a scratch database; `as_owner`: what is made there belongs to its ordinary role."""
    end = database.admin if admin else database.endpoint
    return await asyncpg.connect(
        host=end.host,
        port=end.port,
        user=end.user,
        password=end.password or None,
        database=end.database,
        ssl=False,
        # from the start, so that `RESET ROLE` leads back to it
        server_settings={"jit": "off", **({"role": database.endpoint.user} if as_owner else {})},
    )


async def do(
    ground: Ground,
    database: ScratchDatabase,
    name: str,
    answer: Callable[[Collector], Awaitable[str]] | None = None,
    into: Collector | None = None,
    **more: Any,
) -> tuple[Collector, Ending]:
    """One job of the inside against one scratch database; raises where the project or its safety ends the run."""
    settings = ground.settings
    env, _ = scrub(os.environ, settings.env_for_project, database.endpoint)
    collector = into or Collector()
    collector.on_step = lambda revision, direction: ground.progress(name, f"{revision} {direction}")
    job = {**_job(settings, database, name), **more}
    asked = (lambda: answer(collector)) if answer else None
    ending = await run_job(settings.python, job, env, settings.folder, collector, settings.timeout, asked)
    if collector.refused:
        raise _refusal(collector.refused)
    if collector.unusable:
        raise UsageError(*collector.unusable)
    return collector, ending


def _refusal(message: str) -> ProofError:
    if "dialect" in message:
        return UsageError(message, "alembic-proof verifies Postgres histories")
    return RefusedForSafety(message, "verify each database's migration environment by itself: -c or -n")


def _job(settings: Settings, database: ScratchDatabase, name: str) -> dict[str, Any]:
    end = database.endpoint
    return {
        "job": name,
        "config": str(settings.config),
        "section": settings.section,
        "folder": str(settings.folder),
        "x": list(settings.x),
        "config_function": settings.config_function,
        "wrapper": settings.wrapper,
        "metadata": list(settings.metadata),
        "before_upgrade": [f for f in settings.before_upgrade if not f.endswith(".sql")],
        "target": {
            "host": end.host,
            "port": end.port,
            "user": end.user,
            "password": end.password,
            "database": end.database,
            "token": database.token,
            "walk": name == "walk",
            "stands_for": stands_for(os.environ, settings.env_for_project),
        },
    }


def crash(ending: Ending) -> Failure:
    """What stopped a job that did not say how it ended, as a failure at the revision that ran."""
    lines = ending.output.strip().splitlines()[-12:]
    return Failure(type="ProcessEnded", message=f"the project's process {ending.words}", traceback=tuple(lines))


async def read_history(settings: Settings) -> History:
    """Only the graph, from the text of the files; nothing can be connected to."""
    nowhere = ScratchDatabase(_NOWHERE, _NOWHERE, "", "")
    env, _ = scrub(os.environ, settings.env_for_project, _NOWHERE)
    collector = Collector()
    job = {**_job(settings, nowhere, "graph")}
    await run_job(settings.python, job, env, settings.folder, collector, settings.timeout)
    if collector.unusable:
        raise UsageError(*collector.unusable)
    if collector.failure:
        raise UsageError(f"the project cannot be read: {collector.failure}", "run `alembic history` in the same place")
    return collector.history


async def upgrade(ground: Ground, database: ScratchDatabase) -> tuple[Run, Run | None, Collector]:
    """`alembic upgrade heads` as the project runs it, and from there `alembic downgrade base`.

    The first is judged by what our own connection sees before the second begins; None where it never got there.
    """
    await prepare(ground, database)
    empty = await dumped(ground, database, Context())
    seen: list[Run] = []

    async def look(collector: Collector) -> str:
        seen.append(await _judge(ground, collector, True, None, database))
        return "down" if seen[0].versions else "stay"

    collector, ending = await do(ground, database, "upgrade", look, witness=True)
    collector.empty = empty
    failure = collector.failure or (None if collector.ended else crash(ending))
    if not seen:
        return await _judge(ground, collector, collector.ended, failure, database), None, collector
    down = Run(collector.ended, collector.running[0] if collector.running else None, failure)
    if down.failure and down.last is None:
        down = await _downgrade_apart(ground, database, collector)
    if down.finished:
        read = await _judge(ground, collector, True, None, database)
        down = replace(down, snapshot=read.snapshot, dump=read.dump)
    return seen[0], down if seen[0].versions else None, collector


async def _downgrade_apart(ground: Ground, database: ScratchDatabase, first: Collector) -> Run:
    """The way down in a process of its own, for an env.py that does not run twice in one."""
    unheard = first.witness is None and first.failure is not None  # not where it may be what ended the process
    collector, ending = await do(ground, database, "downgrade", witness=unheard)
    first.witness = first.witness or collector.witness
    failure = collector.failure or (None if collector.ended else crash(ending))
    return Run(collector.ended, collector.running[0] if collector.running else None, failure)


async def _judge(
    ground: Ground, collector: Collector, finished: bool, failure: Failure | None, database: ScratchDatabase
) -> Run:
    table = collector.context.version_table_identity
    connection = await connect(database)
    try:
        versions = await read_versions(connection, table)
        schema = await read_schema(connection, table)
        unmodelled = await read_unmodelled(connection)
    finally:
        await connection.close()
    text = await dumped(ground, database, collector.context) if finished else None
    last = collector.running or collector.upgraded
    return Run(finished, last[0] if last else None, failure, versions, schema.snapshot, schema.needs, text, unmodelled)


async def dumped(ground: Ground, database: ScratchDatabase, context: Context) -> Entries | None:
    """What pg_dump writes, without Alembic's bookkeeping and ours."""
    left_out = (f"--exclude-table={context.version_table_identity}", "--exclude-schema=alembic_proof")
    text = await dump(ground.server, database, *left_out)
    return None if text is None else read_dump(text)


async def models(ground: Ground, context: Context, head: Snapshot) -> Models:
    """`create_all` in a scratch database of its own.

    Where the models need what only migrations make, it is supplied from the head, and none of it can be drift.
    """
    async with open_database(ground, "models") as database:
        # nothing of `before_upgrade`: create_all would leave out the tables that it finds
        supply = Supply(lambda: connect(database), head)
        collector, ending = await do(ground, database, "models", supply.answer)
        failure = collector.failure or (None if collector.ended else crash(ending))
        if not collector.tables or failure:
            return Models(collector.tables or 0, failure=failure)
        connection = await connect(database)
        try:
            snapshot = await read_snapshot(connection, context.version_table_identity)
        finally:
            await connection.close()
        return Models(collector.tables, snapshot, given=frozenset(supply.given))
