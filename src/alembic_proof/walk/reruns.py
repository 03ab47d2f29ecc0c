"""The upgrade of one revision broken off before each of its statements in turn, and run again.

Where a revision is one transaction, the server undoes all of it, wherever it stops: one attempt shows that. What it
commits in the middle stays, and then every statement after the first commit is a place where it may stop. An index
that is built concurrently can also stop within its statement, and stays behind INVALID.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg

from alembic_proof.catalog.read import read_snapshot
from alembic_proof.checks.clock import without_clock
from alembic_proof.diff import compare
from alembic_proof.effects import Rerun
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.snapshot import Snapshot
from alembic_proof.trace import Failure
from alembic_proof.walk import runs
from alembic_proof.walk.bench import Attempt, Bench, Fill, NotTried, Ran, open_bench

MOST = 40
WAIT_SECONDS = 10.0
SIGNAL_SECONDS = 0.02
# all of these take several transactions, and leave something where they stop between two
_CONCURRENTLY = re.compile(
    r"(?is)\b(?:(?:CREATE|CREATE\s+UNIQUE|DROP)\s+INDEX\s+|REINDEX\b.*|DETACH\s+PARTITION\b.*)\bCONCURRENTLY\b"
)
_IF = re.compile(r"(?i)\bCONCURRENTLY\s+IF\s+(?:NOT\s+)?EXISTS\b")
_INVALID = """
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND n.nspname <> 'pg_toast' ORDER BY 1
"""
_TABLES = """
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
"""
_CANCEL = """
SELECT pg_catalog.pg_cancel_backend(pid) FROM pg_catalog.pg_stat_activity
WHERE datname = pg_catalog.current_database() AND $1 = ANY (pg_catalog.pg_blocking_pids(pid))
"""


@dataclass(frozen=True)
class State:
    """What is there after an upgrade; no snapshot where it failed, since it is sure to be another one."""

    snapshot: Snapshot | None
    invalid: frozenset[str]


async def reruns(
    ground: runs.Ground, revision: str, statements: int, first_commit: int | None, fill: Fill | None = None
) -> tuple[tuple[Rerun, ...], tuple[str, ...]]:
    """What became of each attempt, and in words what was not tried.

    The upgrade runs `statements` statements, and commits first after the one numbered `first_commit` (0: before all),
    None where it is one transaction. `fill` puts rows into the database at the revision's parents.
    """
    async with open_bench(ground, fill) as bench:
        return await reruns_on(bench, revision, statements, first_commit)


async def reruns_on(
    bench: Bench, revision: str, statements: int, first_commit: int | None
) -> tuple[tuple[Rerun, ...], tuple[str, ...]]:
    """As `reruns`, on a bench that serves several revisions: parents before their children is quickest."""
    numbers = points(statements, first_commit)
    if not numbers:
        return (), ()
    try:
        async with bench.filled(revision) as base:
            return await _Revision(bench, revision, base).tried(numbers, first_commit is not None)
    except (NotTried, asyncpg.PostgresError) as why:
        return (), (f"{revision}: whether it can be run again after a failure: {why}",)


def points(statements: int, first_commit: int | None) -> list[int]:
    """The statements before which to break off: what comes before a commit is undone from any place alike."""
    if first_commit is None:
        return [statements] if statements else []
    before = [first_commit] if first_commit else []
    return [*before, *range(first_commit + 1, statements + 1)]


class _Revision:
    """One revision, the database at its parents, and what its undisturbed upgrade ends with."""

    def __init__(self, bench: Bench, revision: str, base: ScratchDatabase) -> None:
        self.bench = bench
        self.revision = revision
        self.base = base
        self.found: list[Rerun] = []
        self.missed: list[str] = []

    async def tried(self, numbers: list[int], commits: bool) -> tuple[tuple[Rerun, ...], tuple[str, ...]]:
        """Every place in turn; a process that hangs or dies ends it."""
        whole = await self._undisturbed()
        places = [(n, False) for n in numbers if n <= len(whole.statements)]
        if commits:
            places += [(n, True) for n, s in enumerate(whole.statements, 1) if _CONCURRENTLY.search(s.sql)]
        places.sort()
        for done, (number, within) in enumerate(places[:MOST]):
            try:
                await (self._within if within else self._before)(number)
            except NotTried as why:
                self._miss(places[done:], str(why))
                break
        else:
            self._miss(places[MOST:], f"more than {MOST} places")
        return tuple(self.found), tuple(self.missed)

    def _miss(self, places: list[tuple[int, bool]], why: str) -> None:
        if places:
            numbers = ", ".join(f"in {n}" if within else f"{n}" for n, within in places)
            self.missed.append(f"{self.revision}: broken off before statement {numbers} and run again: {why}")

    async def _undisturbed(self) -> Attempt:
        async with self.bench.copy(self.base) as database:
            whole = await self.bench.attempt(database, self.revision)
            if not whole.ok:
                raise NotTried(f"its upgrade fails undisturbed: {whole.failure}")
            self.want = await _state(database, whole)
        return whole

    async def _before(self, number: int) -> None:
        """Broken off before a statement."""
        async with self.bench.copy(self.base) as database:
            broken = await self.bench.attempt(database, self.revision, stop=number)
            if broken.stopped is None:
                self._miss([(number, False)], f"it did not come so far: {broken.failure or 'it ran fewer statements'}")
                return
            await self._again(database, number, broken.stopped)

    async def _within(self, number: int) -> None:
        """Cancelled while it waits for a writer, when its index is in the catalog and not yet built.

        Now and then the server's own work is what it waits for: then once more.
        """
        if not (await self._cancelled(number) or await self._cancelled(number)):
            self._miss([(number, True)], "no writer that it waits for could be put in its way")

    async def _cancelled(self, number: int) -> bool:
        """Whether it was, or had nothing to do."""
        async with self.bench.copy(self.base) as database, _holder(database) as holder:
            hooks = {"held": holder.hold, "passed": holder.release}
            broken = await self.bench.attempt(database, self.revision, hooks=hooks, hold=number)
            await holder.release()
            at = next(iter(broken.statements[number - 1 :]), None)
            if at and holder.cancelled:
                await self._again(database, number, at, within=True)
                return True
            return bool(at and broken.ok and _IF.search(at.sql))

    async def _again(self, database: ScratchDatabase, number: int, at: Ran, within: bool = False) -> None:
        second = await self.bench.attempt(database, self.revision)
        have = await _state(database, second)
        changes = (
            without_clock(compare(have.snapshot, self.want.snapshot)) if have.snapshot and self.want.snapshot else ()
        )
        self.found.append(
            Rerun(
                *(number, at.sql, at.file, at.line),
                failure=None if second.failure is None else _words(second.failure),
                differs=tuple(map(str, changes)),
                invalid=tuple(sorted(have.invalid - self.want.invalid)),
                within=within,
            )
        )


def _words(failure: Failure) -> str:
    return f"{failure} ({failure.sqlstate})" if failure.sqlstate else str(failure)


async def _state(database: ScratchDatabase, attempt: Attempt) -> State:
    connection = await runs.connect(database)
    try:
        table = attempt.context.version_table_identity
        snapshot = await read_snapshot(connection, table) if attempt.ok else None
        return State(snapshot, frozenset(row["name"] for row in await connection.fetch(_INVALID)))
    finally:
        await connection.close()


class _Holder:
    """An open transaction that has written to every table; who waits for it is cancelled."""

    def __init__(self, writer: asyncpg.Connection, canceller: asyncpg.Connection) -> None:
        self._writer = writer
        self._canceller = canceller
        self._watch: asyncio.Task[None] | None = None
        self.cancelled = False

    async def hold(self) -> None:
        """Takes the lock of a writer on each table, and begins to watch."""
        names = ", ".join("ONLY " + row["name"] for row in await self._writer.fetch(_TABLES))
        await self._writer.execute("BEGIN; SET LOCAL lock_timeout = '2s'")
        if names:
            with contextlib.suppress(asyncpg.LockNotAvailableError):  # held by the project itself
                await self._writer.execute(f"LOCK TABLE {names} IN ROW EXCLUSIVE MODE")
        self._watch = asyncio.ensure_future(self._cancel())

    async def _cancel(self) -> None:
        pid = self._writer.get_server_pid()
        while not await self._canceller.fetch(_CANCEL, pid):  # noqa: ASYNC110  nobody tells us
            await asyncio.sleep(0.002)
        self.cancelled = True
        await asyncio.sleep(SIGNAL_SECONDS)  # what the revision does next may wait, too, and is not to be cancelled
        await self._writer.execute("ROLLBACK")

    async def release(self) -> None:
        """Ends the watch and the transaction."""
        if self._watch is None:
            return
        watch, self._watch = self._watch, None
        if self.cancelled:
            await asyncio.wait_for(watch, WAIT_SECONDS)
            return
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        await self._writer.execute("ROLLBACK")


@contextlib.asynccontextmanager
async def _holder(database: ScratchDatabase) -> AsyncIterator[_Holder]:
    """Connected only where it is needed; closed at the end, with whatever it holds."""
    writer = await runs.connect(database, admin=True)
    try:
        canceller = await runs.connect(database, admin=True)
        try:
            yield _Holder(writer, canceller)
        finally:
            await canceller.close()
    finally:
        await writer.close()
