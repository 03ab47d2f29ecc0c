"""Sessions that find out what waits: behind the migration's transaction, and what a statement itself waits for."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import asyncpg

from alembic_proof.effects import MODES, Blocked, strength
from alembic_proof.walk.implied import united
from alembic_proof.walk.relations import Relation, Relations, Waits, ancestors

WAIT = "20ms"
_LEAST = strength("ShareUpdateExclusiveLock")
_PAUSE = 0.001
_COLUMN = """
SELECT quote_ident(a.attname) FROM pg_catalog.pg_attribute a
WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attidentity, a.attnum LIMIT 1
"""
_NO_ROW = "pg_catalog.now() IS NULL"
_LOCKS = """
SELECT l.relation::bigint AS oid, l.mode, l.granted FROM pg_catalog.pg_locks l
WHERE l.pid = $1 AND l.locktype = 'relation' AND l.relation >= 16384
"""
# reading a table locks its indexes, too; LOCK TABLE does not
_READ_ALL = """DO $$ DECLARE name text; BEGIN
  FOREACH name IN ARRAY '{names}'::text[] LOOP EXECUTE 'SELECT 1 FROM ' || name || ' WHERE false'; END LOOP;
END $$"""
Connect = Callable[[], Awaitable[asyncpg.Connection]]


class Probes:
    """A few sessions of our own in the measured database, opened when first needed."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._sessions: dict[str, asyncpg.Connection] = {}
        self._known: dict[object, tuple[str, ...]] = {}
        self._watching: asyncio.Task[Waits] | None = None

    async def session(self, name: str) -> asyncpg.Connection:
        """The session of this name."""
        if name not in self._sessions:
            self._sessions[name] = await self._connect()
        return self._sessions[name]

    async def close(self) -> None:
        """Ends all sessions, and what they hold."""
        if self._watching:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._watching
        for session in self._sessions.values():
            with contextlib.suppress(Exception):
                await asyncio.wait_for(session.close(), 2)

    # -- what waits behind locks --------------------------------------------------------------------------------

    async def blocked(self, locks: Mapping[int, str], existing: Relations) -> tuple[Blocked, ...]:
        """For each table that existed: the operations that wait while these locks are held.

        What waits follows from the modes alone, so that each set of them is tried once in a run.
        """
        found = []
        for oid, locked in _by_table(locks, existing).items():
            table = existing[oid]
            key = (table.kind, frozenset(locked.modes))
            if key not in self._known:
                self._known[key] = await self._try_all(table)
            if self._known[key]:
                found.append(Blocked(table.identity, self._known[key], locked.through))
        return tuple(sorted(found))

    async def _try_all(self, table: Relation) -> tuple[str, ...]:
        first = await self.session("probe select")
        column = await first.fetchval(_COLUMN, table.oid)
        tries = [self._waits(name, sql) for name, sql in _statements(table, column).items()]
        answers = await asyncio.gather(*tries)
        return tuple(name for name, waits in answers if waits)

    async def _waits(self, name: str, sql: str) -> tuple[str, bool]:
        """Whether it does not get its locks in time; any other error comes after them."""
        session = await self.session(f"probe {name}")
        transaction = session.transaction()
        await transaction.start()
        try:
            await session.execute(f"SET LOCAL lock_timeout = '{WAIT}'; {sql}")
        except asyncpg.LockNotAvailableError:
            return name, True
        except asyncpg.PostgresError:
            return name, False
        finally:
            await transaction.rollback()
        return name, False

    # -- what a statement waits for -----------------------------------------------------------------------------

    async def hold(self, pid: int, existing: Relations) -> None:
        """Before a statement outside a transaction: hold every table, and watch what the statement wants of it."""
        holders = await self._holders(existing)
        self._watching = asyncio.create_task(self._watch(pid, holders, existing))

    async def let_go(self) -> Waits | None:
        """After the statement; what it was seen to want, None where nothing was held."""
        if self._watching is None:
            return None
        watching, self._watching = self._watching, None
        self._over.set()
        return await watching

    async def _holders(self, existing: Relations) -> dict[int, asyncpg.Connection]:
        """Weak locks on everything, each kind in a session of its own, to be released as they are run into."""
        self._over = asyncio.Event()
        tables = [r for r in existing.values() if r.kind in ("table", "partitioned table")]
        plans = {
            "updates": _lock(tables, "SHARE UPDATE EXCLUSIVE"),
            "parents": _lock([t for t in tables if t.parent], "ROW EXCLUSIVE"),
            "writes": _lock([t for t in tables if not t.parent], "ROW EXCLUSIVE"),
            "reads": _read([*tables, *(r for r in existing.values() if r.kind == "materialized view")]),
        }
        holders = {}
        for name, sql in plans.items():
            if sql:
                session = await self.session(f"hold {name}")
                await session.execute("BEGIN")
                await session.execute(sql)
                holders[session.get_server_pid()] = session
        return holders

    async def _watch(self, pid: int, holders: dict[int, asyncpg.Connection], existing: Relations) -> Waits:
        granted: dict[int, str] = {}
        wanted: dict[int, str] = {}
        blocked: set[Blocked] = set()
        eye = await self.session("watch")
        try:
            while holders and not self._over.is_set():
                behind = await eye.fetchval("SELECT pg_catalog.pg_blocking_pids($1)", pid)
                ours = [holders[b] for b in behind if b in holders]
                if not ours:
                    await asyncio.sleep(_PAUSE)
                    continue
                for row in await eye.fetch(_LOCKS, pid):
                    _stronger(granted if row["granted"] else wanted, row["oid"], row["mode"])
                blocked |= set(await self._blocked_now({**granted, **wanted}, existing))
                for session in ours:
                    await session.execute("ROLLBACK")
                    holders.pop(session.get_server_pid())
        finally:
            for session in holders.values():
                await session.execute("ROLLBACK")
        return Waits(granted, wanted, united(blocked))

    async def _blocked_now(self, locks: Mapping[int, str], existing: Relations) -> list[Blocked]:
        """As `blocked`, tried each time: what waits for a lock makes others wait as if it held it."""
        found = []
        for oid, locked in _by_table(locks, existing).items():
            operations = await self._try_all(existing[oid])
            if operations:
                found.append(Blocked(existing[oid].identity, operations, locked.through))
        return found


@dataclass
class _Locked:
    """The modes on a table, on its indexes and on what is read with it; the first child, where it has none itself."""

    modes: set[tuple[str, str]] = field(default_factory=set)
    through: str = ""

    def add(self, relation: Relation, mode: str, *, of_child: bool = False) -> None:
        kind = relation.kind if relation.is_index else ""
        self.modes.add((f"of a child {kind}" if of_child else kind, mode))


def _by_table(locks: Mapping[int, str], existing: Relations) -> dict[int, _Locked]:
    """Tables with a lock that may block, their own or one of a partition or child."""
    found: defaultdict[int, _Locked] = defaultdict(_Locked)
    strong = {o: m for o, m in locks.items() if o in existing and strength(m) >= _LEAST}
    for oid, mode in strong.items():
        relation = existing[oid]
        if relation.kind == "sequence":
            continue
        owner = relation.table_oid if relation.table_oid in existing else oid
        found[owner].add(relation, mode)
        for ancestor in ancestors(existing[owner], existing):
            found[ancestor].add(relation, mode, of_child=True)
            if ancestor not in strong:
                found[ancestor].through = found[ancestor].through or existing[owner].identity
    return found


def _stronger(locks: dict[int, str], oid: int, mode: str) -> None:
    if mode in MODES and (oid not in locks or strength(mode) > strength(locks[oid])):
        locks[oid] = mode


def _statements(table: Relation, column: str | None) -> dict[str, str]:
    """One of each kind, that changes nothing; by `WHERE false` a planner would leave out the partitions."""
    name = table.identity
    if table.kind not in ("table", "partitioned table") or column is None:
        return {"select": f"SELECT 1 FROM {name} WHERE {_NO_ROW}"}  # noqa: S608  quoted by the server
    return {
        "select": f"SELECT 1 FROM {name} WHERE {_NO_ROW}",  # noqa: S608
        "insert": f"INSERT INTO {name} ({column}) SELECT {column} FROM {name} WHERE {_NO_ROW}",  # noqa: S608
        "update": f"UPDATE {name} SET {column} = {column} WHERE {_NO_ROW}",  # noqa: S608
        "delete": f"DELETE FROM {name} WHERE {_NO_ROW}",  # noqa: S608
    }


def _lock(tables: list[Relation], mode: str) -> str:
    if not tables:
        return ""
    return f"LOCK TABLE {', '.join(f'ONLY {t.identity}' for t in tables)} IN {mode} MODE"


def _read(relations: list[Relation]) -> str:
    names = ",".join('"' + r.identity.replace("\\", "\\\\").replace('"', '\\"') + '"' for r in relations)
    return _READ_ALL.format(names="{" + names.replace("'", "''") + "}") if relations else ""
