"""Runs as a program: one layer of the guard, one driver, one connection that asks for production.

Prints the name of the database that it came to, or `refused`.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys

inside, job = sys.argv[1], json.loads(sys.argv[2])
sys.path.insert(0, inside.rpartition("/")[0])
guard_module = importlib.import_module("inside.guard")
SELECT = "SELECT current_database()"


def start():
    """The guard with one layer only."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.pool import Pool

    guard = guard_module.Guard(job["target"])
    if job["layer"] == "redirect":
        event.listen(Engine, "do_connect", guard._on_do_connect)
    elif job["layer"] == "token":
        event.listen(Pool, "connect", guard._on_connect)
    else:
        guard.watch_drivers()


def by_engine(driver):
    """Through SQLAlchemy."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.ext.asyncio import create_async_engine

    url = job["url"].replace("://", f"+{driver}://")
    if driver not in ("asyncpg", "psycopg_async"):
        with create_engine(url).connect() as connection:
            return connection.execute(text(SELECT)).scalar()

    async def ask():
        async with create_async_engine(url).connect() as connection:
            return (await connection.execute(text(SELECT))).scalar()

    return asyncio.run(ask())


async def by_asyncpg():
    """Through the driver alone."""
    import asyncpg

    return await (await asyncpg.connect(job["url"])).fetchval(SELECT)


async def by_psycopg_async():
    """Through the driver alone."""
    import psycopg

    connection = await psycopg.AsyncConnection.connect(job["url"])
    return (await (await connection.execute(SELECT)).fetchone())[0]


def by_driver(driver):
    """Through the driver alone."""
    if driver == "asyncpg":
        return asyncio.run(by_asyncpg())
    if driver == "psycopg_async":
        return asyncio.run(by_psycopg_async())
    if driver == "pg8000":
        import pg8000.dbapi

        connection = pg8000.dbapi.connect("app", "127.0.0.1", "production", job["port"], "secret")
    else:
        connection = importlib.import_module(driver).connect(job["url"])
    cursor = connection.cursor()
    cursor.execute(SELECT)
    return cursor.fetchone()[0]


start()
try:
    print(by_driver(job["driver"]) if job["layer"] == "driver" else by_engine(job["driver"]))
except guard_module.Refused:
    print("refused")
