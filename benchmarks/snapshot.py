"""Time a snapshot against `pg_dump --schema-only`, and a look after a step against a full one, interleaved.

For example `python benchmarks/snapshot.py --rounds 7 --postgres-version 18`. The database has 1,000 tables with 9,600
columns, 4,000 indexes and 4,000 constraints, and 200 views; the looks are those of a walk in a schema of 300 tables.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from statistics import median

import asyncpg

from alembic_proof import catalog
from alembic_proof.catalog.read import read_snapshot
from alembic_proof.provision import provide
from alembic_proof.provision.connection import connected
from alembic_proof.provision.scratch import ScratchDatabase, scratch
from alembic_proof.provision.server import Request, Server

VERSION_TABLE = "public.alembic_version"
TABLES, VIEWS = 1000, 200
TYPES = ("text", "varchar(20)", "numeric(10,2)", "timestamptz", "uuid", "jsonb", "boolean")
# of five tables: 9,600 of a thousand
COLUMNS = (10, 10, 10, 10, 8)
# one of them on each table, beside that of the reference
MORE = ("(n, code)", "(n) WHERE n > 3", "(lower(code))")
LOOK = "SELECT owner, own, line FROM alembic_proof.look($1, $2)"
Work = Callable[[], Awaitable[float]]
STEP = "ALTER TABLE public.t7 ADD COLUMN touched int"


def schema(tables: int, views: int) -> Iterator[str]:
    """Tables with four constraints and four indexes each, two of them of constraints; views of two tables."""
    for number in range(tables):
        more = (f"c{n} {TYPES[(number + n) % len(TYPES)]}" for n in range(4, COLUMNS[number % len(COLUMNS)]))
        other = f"t{number - 1}" if number else "t0"
        yield (
            f"CREATE TABLE t{number} (id int CONSTRAINT t{number}_pk PRIMARY KEY, code text DEFAULT 'x' NOT NULL,"
            f" other int CONSTRAINT t{number}_fk REFERENCES {other} ON DELETE CASCADE, n bigint DEFAULT 0,"
            f" {', '.join(more)}, CONSTRAINT t{number}_uq UNIQUE (code), CONSTRAINT t{number}_ck CHECK (n > {number}))"
        )
        yield f"CREATE INDEX t{number}_other ON t{number} (other)"
        yield f"CREATE INDEX t{number}_more ON t{number} {MORE[number % len(MORE)]}"
    for number in range(views):
        yield f"CREATE VIEW v{number} AS SELECT a.id, b.code FROM t{number} a JOIN t{number + 1} b ON b.id = a.other"


async def build(database: ScratchDatabase, statements: Iterator[str]) -> None:
    """The statements as the scratch database's owner; few at a time, as each takes locks."""
    todo = list(statements)
    async with connected(database.endpoint) as connection:
        for start in range(0, len(todo), 100):
            await connection.execute(";".join(["SET search_path = public", *todo[start : start + 100]]))
    async with connected(database.admin) as connection:
        await connection.execute("VACUUM ANALYZE")


async def compared(rounds: int, one: Work, other: Work) -> None:
    """Prints the medians of both, in turns, and how they relate; each times itself."""
    times: dict[Work, list[float]] = {one: [], other: []}
    for turn in range(rounds):
        for work in (one, other) if turn % 2 else (other, one):
            times[work].append(await work())
    first, second = median(times[one]), median(times[other])
    print(
        f"{one.__doc__} {first * 1000:.1f} ms; {other.__doc__} {second * 1000:.1f} ms;"
        f" {first / second:.2f} of it, medians of {rounds} rounds"
    )


async def against_pg_dump(server: Server, rounds: int) -> None:
    """A snapshot through a connection of its own, as the product reads it."""
    async with scratch(server, "large") as database:
        await build(database, schema(TABLES, VIEWS))
        pg_dump = [str((server.bin_dir or Path()) / "pg_dump"), "--schema-only", "--file", os.devnull]

        async def snapshot() -> float:
            """snapshot"""
            started = time.perf_counter()
            async with connected(database.endpoint) as connection:
                await read_snapshot(connection, VERSION_TABLE)
            return time.perf_counter() - started

        async def dump() -> float:
            """pg_dump --schema-only"""
            started = time.perf_counter()
            await asyncio.to_thread(subprocess.run, [*pg_dump, database.endpoint.url()], check=True)
            return time.perf_counter() - started

        await compared(rounds, snapshot, dump)


async def look_against_full(server: Server, rounds: int) -> None:
    """A look after a step that touched one table of 300, as the walk does it."""
    async with scratch(server, "looked") as database:
        await build(database, schema(300, 60))
        async with connected(database.admin) as admin:
            await admin.execute(catalog.look_sql())
            await admin.execute(catalog.watch_sql())
        async with connected(database.endpoint) as connection, connection.transaction():
            await connection.fetch(LOOK, VERSION_TABLE, False)

            async def touched() -> float:
                """a look after a step"""
                return await after_step(connection, watched=True)

            async def full() -> float:
                """a full look"""
                return await after_step(connection, watched=False)

            await touched()  # plans are made once per session
            await compared(rounds, touched, full)


async def after_step(connection: asyncpg.Connection, *, watched: bool) -> float:
    """The time of the look, without the step, which is undone."""
    undone = connection.transaction()
    await undone.start()
    await connection.execute(STEP)
    started = time.perf_counter()
    await connection.fetch(LOOK, VERSION_TABLE, watched)
    seconds = time.perf_counter() - started
    await undone.rollback()
    return seconds


async def measure(server: Server, rounds: int) -> None:
    """Both comparisons."""
    print(f"Postgres {server.version}")
    await against_pg_dump(server, rounds)
    await look_against_full(server, rounds)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--postgres", default="embedded")
    parser.add_argument("--postgres-version", type=int)
    given = parser.parse_args()
    with provide(Request(route=given.postgres, version=given.postgres_version)) as server:
        asyncio.run(measure(server, given.rounds))


if __name__ == "__main__":
    main()
