"""A second witness of what a statement does, written without the product: plain sessions, catalogs and lock waits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

import asyncpg

from .case import MODES, Case

RELATIONS = """SELECT c.oid, c.relname, c.relkind::text, pg_relation_filenode(c.oid) AS file, i.indrelid
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE n.nspname = $1 OR c.oid = ANY($2)"""
LOCKS = "SELECT relation, mode, granted FROM pg_locks WHERE pid = $1 AND locktype = 'relation'"
COLUMN = "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum = 1"
SCANS = "SELECT relid, seq_scan FROM pg_stat_xact_all_tables"
TABLES = ("r", "p")
READABLE = (*TABLES, "m", "v")
WAIT = "SET lock_timeout = '20ms'"
# no row, and nothing that a planner sees through: who waits, waits for the table, and for all of its partitions
NO_ROW = "clock_timestamp() IS NULL"
# what a statement outside a transaction runs into, one in each run: so every lock is seen while it is waited for
HOLDS = {
    "LOCK TABLE ONLY {} IN ACCESS EXCLUSIVE MODE": False,
    "LOCK TABLE ONLY {} IN EXCLUSIVE MODE": False,
    "LOCK TABLE ONLY {} IN SHARE UPDATE EXCLUSIVE MODE": True,
    "LOCK TABLE ONLY {} IN ROW EXCLUSIVE MODE": True,
    "SELECT * FROM ONLY {}": True,  # and so of its indexes
}


@dataclass
class Seen:
    """What was seen, by the names of the relations in the case's schema as they were before."""

    locks: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    refiled: set[str] = field(default_factory=set)
    rebuilt: set[str] = field(default_factory=set)
    scanned: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)

    def lock(self, name: str, mode: str) -> None:
        """Keeps the stronger one."""
        mode = mode.removesuffix("Lock")
        held = self.locks.get(name)
        if mode in MODES and (held is None or MODES.index(mode) > MODES.index(held)):
            self.locks[name] = mode


@dataclass(frozen=True)
class Witness:
    """Sessions in one database: who migrates, who tries, who looks, who holds."""

    migrating: asyncpg.Connection
    other: asyncpg.Connection
    eye: asyncpg.Connection
    holder: asyncpg.Connection

    async def watch(self, case: Case) -> Seen:
        """Runs a statement, and leaves nothing of it behind."""
        await self.make(case)
        seen = await (self._outside(case) if case.autocommit else self._inside(case))
        await self.drop(case)
        return seen

    async def make(self, case: Case) -> None:
        """What is there before the statement."""
        await self.eye.execute(f"CREATE SCHEMA {case.schema}; {case.path}")
        if case.given:  # asyncpg cannot run an empty text
            await self.eye.execute(case.named(case.given))

    async def drop(self, case: Case) -> None:
        """All that is there."""
        await self.eye.execute(case.gone)

    async def _inside(self, case: Case) -> Seen:
        before = await _relations(self.eye, case)
        seen = _kinds(before)
        session = self.migrating
        await session.execute(f"BEGIN; {case.path}")
        try:
            counted = dict(map(tuple, await session.fetch(SCANS)))
            await session.execute(case.named(case.statement))
            scans = dict(map(tuple, await session.fetch(SCANS)))
            for row in await self.eye.fetch(LOCKS, session.get_server_pid()):
                _keep(seen, before, row)
            after = await _relations(session, case, before)
            await self._try(case, before, seen)
        finally:
            await session.execute("ROLLBACK")
        seen.scanned = {r["relname"] for oid, r in before.items() if scans.get(oid, 0) > counted.get(oid, 0)}
        return _files(seen, before, after)

    async def _outside(self, case: Case) -> Seen:
        """Once freely, for the files and the scans; then once for each hold, for the locks and who waits for them."""
        seen = await self._freely(case)
        for name in [n for n, kind in seen.kinds.items() if kind in TABLES]:
            for hold, others_pass in HOLDS.items():
                await self.drop(case)
                await self.make(case)
                await self._held(case, hold.format(name), seen, others_pass)
        return seen

    async def _freely(self, case: Case) -> Seen:
        before = await _relations(self.eye, case)
        seen = _kinds(before)
        await self.migrating.execute(case.path)
        await self.migrating.execute("SELECT pg_stat_force_next_flush()")
        await self.migrating.execute(case.named(case.statement))
        await self.migrating.execute("SELECT pg_stat_force_next_flush()")
        rows = await self.eye.fetch(
            "SELECT relid FROM pg_stat_all_tables WHERE schemaname = $1 AND seq_scan > 0", case.schema
        )
        seen.scanned = {before[row["relid"]]["relname"] for row in rows if row["relid"] in before}
        return _files(seen, before, await _relations(self.eye, case, before))

    async def _held(self, case: Case, hold: str, seen: Seen, others_pass: bool) -> None:
        """The statement behind one hold, which ends when it is run into."""
        before = await _relations(self.eye, case)
        for session in (self.migrating, self.holder):
            await session.execute(case.path)
        pids = self.migrating.get_server_pid(), self.holder.get_server_pid()
        await self.holder.execute(f"BEGIN; {hold}")
        running = asyncio.ensure_future(self.migrating.execute(case.named(case.statement)))
        while not running.done():
            await asyncio.sleep(0.002)
            if await self.eye.fetchval("SELECT pg_blocking_pids($1) = ARRAY[$2::int]", *pids):
                for row in await self.eye.fetch(LOCKS, pids[0]):
                    _keep(seen, before, row)
                if others_pass:
                    await self._try(case, before, seen)
                await self.holder.execute("COMMIT")
        await self.holder.execute("COMMIT")
        await running

    async def _try(self, case: Case, before: dict, seen: Seen) -> None:
        """Whether another session gets its turn, with each relation of the case."""
        await self.other.execute(f"{WAIT}; {case.path}")
        for row in before.values():
            name, kind = row["relname"], row["relkind"]
            if kind in READABLE and await self._waits(f"SELECT * FROM {name} WHERE {NO_ROW}"):
                seen.reads.add(name)
            if kind in TABLES and await self._writers_wait(name):
                seen.writes.add(name)

    async def _writers_wait(self, name: str) -> bool:
        """Any of them: an insert, an update, a delete."""
        column = await self.eye.fetchval(COLUMN, name)
        tries = (
            f"INSERT INTO {name} SELECT * FROM {name} WHERE {NO_ROW}",
            f"UPDATE {name} SET {column} = {column} WHERE {NO_ROW}",
            f"DELETE FROM {name} WHERE {NO_ROW}",
        )
        return any([await self._waits(sql) for sql in tries])

    async def _waits(self, sql: str) -> bool:
        await self.other.execute("BEGIN")
        try:
            await self.other.execute(sql)
        except asyncpg.LockNotAvailableError:
            return True
        except asyncpg.PostgresError:
            return False
        finally:
            await self.other.execute("ROLLBACK")
        return False


async def _relations(session: asyncpg.Connection, case: Case, before: Iterable[int] = ()) -> dict[int, asyncpg.Record]:
    """Of the case's schema, by oid; and those that were there, wherever they are now."""
    return {row["oid"]: row for row in await session.fetch(RELATIONS, case.schema, list(before))}


def _kinds(before: dict) -> Seen:
    return Seen(kinds={r["relname"]: r["relkind"] for r in before.values()})


def _keep(seen: Seen, before: dict, row: asyncpg.Record) -> None:
    if row["relation"] in before:
        seen.lock(before[row["relation"]]["relname"], row["mode"])


def _files(seen: Seen, before: dict, after: dict) -> Seen:
    """Old names with new files; an index that gets a new oid may keep its file."""
    old = {r["relname"]: r["file"] for r in before.values()}
    for oid, row in after.items():
        name = before[oid]["relname"] if oid in before else row["relname"]
        fresh = name in old and row["file"] != old[name]
        if fresh and row["indrelid"] in before:
            seen.rebuilt.add(name)
        elif fresh and oid in before and row["relkind"] in (*TABLES, "m"):
            seen.refiled.add(name)
    return seen
