"""A process in which one revision can be upgraded many times, each time on a copy of the database at its parents."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from alembic_proof.catalog.shapes import read_shapes
from alembic_proof.provision.scratch import ScratchDatabase, drop
from alembic_proof.trace import Context, Failure
from alembic_proof.walk import runs
from alembic_proof.walk.collect import Collector, read_failure
from alembic_proof.walk.rows import fill

Hook = Callable[[], Awaitable[None]]
Fill = Callable[[ScratchDatabase, Context], Awaitable[None]]


class NotTried(Exception):
    """What could not be found out, and why, in words."""


@dataclass(frozen=True)
class Ran:
    """A statement of the upgrade function; `wal` in bytes, where it was measured."""

    sql: str
    file: str | None
    line: int | None
    seconds: float = 0.0
    wal: int = 0


@dataclass(frozen=True)
class Attempt:
    """One upgrade in a process of its own: `stopped` is the statement before which it was broken off."""

    ok: bool
    failure: Failure | None
    stopped: Ran | None
    statements: tuple[Ran, ...]
    context: Context


@dataclass
class Bench:
    """The process, and its databases; `fill` puts rows into one that is at a revision's parents."""

    ground: runs.Ground
    origin: ScratchDatabase
    fill: Fill | None = None
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _stack: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)
    _bases: dict[frozenset[str], ScratchDatabase] = field(default_factory=dict)
    _process: _Process | None = None
    _context: Context = field(default_factory=Context)

    async def attempt(
        self,
        database: ScratchDatabase,
        revision: str,
        to: tuple[str, ...] | None = None,
        hooks: Mapping[str, Hook] | None = None,
        **order: Any,
    ) -> Attempt:
        """One upgrade of a database, to the revision or to `to`; raises NotTried where nothing can be learned.

        `stop`: before which statement to break off; `hold`: around which one to call the hooks `held` and `passed`;
        `measure`: WAL of each statement; `first`: run what is due before a database's first upgrade.
        """
        wanted = {"database": database.name, "token": database.token, "revision": revision}
        if self._process is None or self._process.over:
            self._process = _Process(self.ground, self.origin)
        said = await self._process.do({**wanted, "to": (revision,) if to is None else to, **order}, hooks or {})
        return _attempt(said)

    async def needs(self, revision: str) -> tuple[str, ...]:
        """All that must run before a revision."""
        if not self._bases:
            self._process = self._process or _Process(self.ground, self.origin)
            self.parents = await self._process.parents()
            done = await self.attempt(self.origin, revision, (), first=True)
            if done.failure:
                raise NotTried(str(done.failure))
            self._context = done.context
            self._bases[frozenset()] = self.origin
        return self.parents[revision]

    @contextlib.asynccontextmanager
    async def copy(self, of: ScratchDatabase) -> AsyncIterator[ScratchDatabase]:
        """A copy for the time of the with-block; dropped at once, since there may be many."""
        async with runs.open_database(self.ground, "attempt", of.name) as database:
            try:
                yield database
            finally:
                if self.ground.server.owned:
                    await drop(self.ground.server, database)

    async def base(self, revision: str) -> ScratchDatabase:
        """A database at the revision's parents, without rows; made once, from the nearest that is there."""
        parents = frozenset(await self.needs(revision))
        if parents not in self._bases:
            database = await self._stack.enter_async_context(self.copy(self._nearest(parents)))
            done = await self.attempt(database, revision, tuple(sorted(parents)))
            if done.failure:
                raise NotTried(f"the way to its parents fails: {done.failure}")
            self._bases[parents] = database
        return self._bases[parents]

    @contextlib.asynccontextmanager
    async def filled(self, revision: str) -> AsyncIterator[ScratchDatabase]:
        """A database at the revision's parents, with rows where somebody fills it."""
        base = await self.base(revision)
        if self.fill is None:
            yield base
            return
        async with self.copy(base) as database:
            await self.fill(database, self._context)
            yield database

    def _nearest(self, parents: frozenset[str]) -> ScratchDatabase:
        """The base that has most of what is needed, and nothing else."""
        needed = ancestors(parents, self.parents)
        fitting = [names for names in self._bases if names <= needed]
        return self._bases[max(fitting, key=lambda names: len(ancestors(names, self.parents)))]

    async def close(self) -> None:
        """Ends the process and drops the databases."""
        if self._process:
            await self._process.close()
        await self._stack.aclose()


def generated(level: str) -> Fill:
    """Rows made from the catalog: `all` kinds, or only `plain` ones."""

    async def put(database: ScratchDatabase, context: Context) -> None:
        connection = await runs.connect(database, as_owner=True)
        try:
            await fill(connection, await read_shapes(connection, context.version_table_identity), level)
        finally:
            await connection.close()

    return put


def ancestors(names: Iterable[str], parents: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """These revisions, and all that runs before them."""
    found: set[str] = set()
    ahead = list(names)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += parents[name]
    return frozenset(found)


@contextlib.asynccontextmanager
async def open_bench(ground: runs.Ground, fill: Fill | None = None) -> AsyncIterator[Bench]:
    """A bench for the time of the with-block; several revisions can be tried on it."""
    async with runs.open_database(ground, "bench") as origin:
        await runs.prepare(ground, origin)
        bench = Bench(ground, origin, fill)
        try:
            yield bench
        finally:
            await bench.close()


class _Process:
    """The job `attempts`; it asks for orders, and here they wait for it and it for them."""

    def __init__(self, ground: runs.Ground, origin: ScratchDatabase) -> None:
        self._orders: asyncio.Queue[str] = asyncio.Queue()
        self._asked: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self._collector = Collector()
        self._task = asyncio.ensure_future(runs.do(ground, origin, "attempts", self._answer))
        self._ready = False

    @property
    def over(self) -> bool:
        """Whether nothing more can be asked of it."""
        return self._task.done()

    async def _answer(self, collector: Collector) -> str:
        self._collector = collector
        await self._asked.put(collector.asked)
        return await self._orders.get()

    async def parents(self) -> dict[str, tuple[str, ...]]:
        """What must run before each revision."""
        await self._begin()
        return dict(self._collector.parents)

    async def do(self, order: dict[str, Any], hooks: Mapping[str, Hook]) -> dict[str, Any]:
        """What an attempt says in the end; what it asks meanwhile goes to the hooks."""
        await self._begin()
        await self._orders.put(json.dumps(order))
        while True:
            what, said = await self._next()
            if what == "attempted":
                return said
            if what in hooks:
                await hooks[what]()
            await self._orders.put("")

    async def _begin(self) -> None:
        if not self._ready:
            await self._next()
            self._ready = True

    async def _next(self) -> tuple[str, dict[str, Any]]:
        """What the process asks next; where it ends instead, that is said in words."""
        asked = asyncio.ensure_future(self._asked.get())
        try:
            await asyncio.wait({asked, self._task}, return_when=asyncio.FIRST_COMPLETED)
            if asked.done():
                return asked.result()
        finally:
            asked.cancel()
        collector, ending = self._task.result()
        raise NotTried(str(collector.failure or runs.crash(ending)))

    async def close(self) -> None:
        """An empty order ends it; where it is in the middle of something, it is killed."""
        if not self._task.done():
            if self._ready and self._orders.empty():
                await self._orders.put("")
                await asyncio.wait({self._task}, timeout=2.0)
            self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await self._task


def _attempt(said: dict[str, Any]) -> Attempt:
    why = said.get("died") or said["refused"]
    if why:
        raise NotTried(f"the project's process {why}" if said.get("died") else why)
    return Attempt(
        ok=said["ok"],
        failure=read_failure(said["failure"]) if said["failure"] else None,
        stopped=Ran(**said["stopped"]) if said["stopped"] else None,
        statements=tuple(Ran(**s) for s in said["statements"]),
        context=Context(**said["context"]) if "context" in said else Context(),
    )
