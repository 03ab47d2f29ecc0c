"""Whatever DDL runs: reading only what was touched gives what reading everything gives, also after a rollback."""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest
from corpus.servers import VERSION_TABLE, Ground
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof import catalog
from alembic_proof.inside.snapshot import State, look
from alembic_proof.provision.scratch import create, release

from .session import runs, undone
from .statements import ddl


@pytest.fixture(scope="module")
def watched(ground: Ground) -> Iterator[psycopg.Connection]:
    """A session of the ordinary owner in a database with the look and the event triggers."""
    database = asyncio.run(create(ground.server, "look"))
    with psycopg.connect(database.admin.url()) as admin:
        admin.execute(catalog.look_sql().encode())
        admin.execute(catalog.watch_sql().encode())
    with psycopg.connect(database.endpoint.url()) as connection:
        connection.prepare_threshold = None
        yield connection
    asyncio.run(release(ground.server, database))


def read(connection: psycopg.Connection, last: State | None) -> State:
    """A look; at everything without a last state."""
    return look(lambda sql: connection.execute(sql).fetchall(), VERSION_TABLE, True, last)


def everything(connection: psycopg.Connection) -> State:
    """A full look that leaves the note of what was touched as it is."""
    connection.execute("SAVEPOINT everything")
    state = read(connection, None)
    connection.execute("ROLLBACK TO SAVEPOINT everything")
    return state


@given(statements=ddl(most=14), undo=st.sets(st.integers(0, 14), max_size=4))
def test_a_look_at_what_was_touched_is_a_look_at_all(
    watched: psycopg.Connection, statements: list[str], undo: set[int]
) -> None:
    """After every statement; some are rolled back after they were looked at, and the walk goes on from before."""
    with undone(watched):
        state, done = read(watched, None), []
        for number, statement in enumerate(statements):
            watched.execute("SAVEPOINT step")
            if not runs(watched, statement):
                continue
            done.append(statement)
            after, full = read(watched, state), everything(watched)

            assert {*after.lines} == {*full.lines}, ";\n".join(done)
            assert after.lines == full.lines, ";\n".join(done)
            if number in undo:
                watched.execute("ROLLBACK TO SAVEPOINT step")
                done.append(f"-- rolled back: {done.pop()}")
            else:
                state = after
