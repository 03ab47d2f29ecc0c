"""The script of `alembic upgrade --sql`, rendered in the project's process and run here, as psql would run it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from itertools import accumulate

import asyncpg

from alembic_proof.catalog.read import read_snapshot, read_versions
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.trace import Context, Failure, Offline
from alembic_proof.walk import runs
from alembic_proof.walk.collect import Collector, Part
from alembic_proof.walk.process import Ending
from alembic_proof.walk.script import statements

OWN_FILE = "env.py writes the script into a file of its own"
_TRY = "alembic_proof"
NO_SCRIPT = "env.py has no offline mode"


async def offline(ground: runs.Ground, context: Context) -> Offline:
    """Renders the script, runs it in a database of its own, and where a revision cannot be rendered, that online."""
    async with runs.open_database(ground, "offline") as database:
        await runs.prepare(ground, database)
        connection = await runs.connect(database)
        replay = Replay(connection, context.version_table_identity, ground.settings.timeout)
        try:
            collector, ending = await runs.do(ground, database, "offline", replay.answer)
        finally:
            await connection.close()
        return await _judge(replay, collector, ending, database)


async def _judge(replay: Replay, collector: Collector, ending: Ending, database: ScratchDatabase) -> Offline:
    unrendered = tuple((p.revision or "", p.failure) for p in collector.script if p.failure)
    told = Offline(unrendered, tuple(replay.failures), _unjudged(replay, collector, ending))
    if told.unjudged:
        return told
    connection = await runs.connect(database)  # a new one: what the script did not commit is gone, as when psql ends
    try:
        versions = await read_versions(connection, replay.table)
        return dataclasses.replace(told, versions=versions, snapshot=await read_snapshot(connection, replay.table))
    finally:
        await connection.close()


def _unjudged(replay: Replay, collector: Collector, ending: Ending) -> str | None:
    failure = collector.failure or (None if collector.ended else runs.crash(ending))
    if replay.stopped:
        return replay.stopped
    if replay.online:
        return f"after the script, {', '.join(replay.online)} cannot be run online: {failure}"
    if failure:
        return f"env.py has no offline mode that works: {failure}"
    if not replay.prepared:
        return OWN_FILE
    return None if any(p.revision for p in collector.script) else NO_SCRIPT


@dataclass
class Replay:
    """Runs the script part by part, as the inside asks what to do next; `online` are the revisions it was given."""

    connection: asyncpg.Connection
    table: str
    limit: float
    prepared: bool = False
    done: int = 0
    failures: list[tuple[str, Failure]] = field(default_factory=list)
    stopped: str | None = None
    online: list[str] = field(default_factory=list)
    paused: bool = False

    async def answer(self, collector: Collector) -> str:
        """First where the database stands; then, each time, the next revisions to be run online."""
        if not self.prepared:
            self.prepared = True
            return " ".join(await read_versions(self.connection, self.table))
        self.online = []
        await self._resume()
        for part in collector.script[self.done :]:
            if part.failure is None:
                if self.online:
                    break  # first those
                if await self._run(part):
                    self.done += 1
                    continue
            if self.stopped:
                break
            self.online.append(part.revision or "")
            self.done += 1
        await self._pause()
        return " ".join(self.online)

    async def _pause(self) -> None:
        """Another session goes on: what this one did must be visible to it, and its locks be gone."""
        self.paused = bool(self.online) and self.connection.is_in_transaction()
        if self.paused:
            await self.connection.execute("COMMIT")

    async def _resume(self) -> None:
        if self.paused:
            await self.connection.execute("BEGIN")
        self.paused = False

    async def _run(self, part: Part) -> bool:
        """One statement after another; where one fails, the part is undone, to be run online instead."""
        within = self.connection.is_in_transaction()
        if within:
            await self.connection.execute(f"SAVEPOINT {_TRY}")
        loose = False
        for begin, sql in statements("\n\n".join(text for text, _, _ in part.texts)):
            try:
                await self.connection.execute(sql, timeout=self.limit)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                self._note(part, begin, sql, error)
                await self._undo(part, within, loose)
                return False
            loose = loose or not self.connection.is_in_transaction()
        if within and not loose:
            await self.connection.execute(f"RELEASE SAVEPOINT {_TRY}")
        return True

    def _note(self, part: Part, begin: int, sql: str, error: Exception) -> None:
        ends = accumulate(len(text) + 2 for text, _, _ in part.texts)
        _, file, line = next(text for text, end in zip(part.texts, ends, strict=True) if begin < end)
        failure = Failure(type(error).__name__, str(error), getattr(error, "sqlstate", None), sql, file, line)
        self.failures.append((part.revision or "", failure))

    async def _undo(self, part: Part, within: bool, loose: bool) -> None:
        """`loose`: something of the part was committed."""
        if loose or part.revision is None:
            self.stopped = f"the script fails in the middle of {part.revision or 'what env.py writes'}"
            return
        try:
            await self.connection.execute(f"ROLLBACK TO SAVEPOINT {_TRY}" if within else "ROLLBACK")
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            self.stopped = f"the script ends its session: {error}"
