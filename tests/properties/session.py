"""Sessions in which random statements run: work that is never committed, and is read all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg
from corpus.servers import VERSION_TABLE
from psycopg.rows import dict_row

from alembic_proof import catalog
from alembic_proof.catalog.read import schema_of
from alembic_proof.ddl.schema import Schema


@contextmanager
def undone(connection: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A transaction that leaves nothing."""
    try:
        yield connection
    finally:
        connection.rollback()


def run(connection: psycopg.Connection, statements: Iterable[str]) -> list[str]:
    """The statements that were not refused."""
    return [statement for statement in statements if runs(connection, statement)]


def runs(connection: psycopg.Connection, statement: str) -> bool:
    """Whether the statement was done; what is refused leaves nothing."""
    connection.execute("SAVEPOINT statement")
    try:
        connection.execute(statement.encode())
    except psycopg.Error:
        connection.execute("ROLLBACK TO SAVEPOINT statement")
        return False
    connection.execute("RELEASE SAVEPOINT statement")
    return True


def prepare(connection: psycopg.Connection) -> None:
    """Plans our own queries once: it takes longer than to run them; psycopg forgets its own plans with a rollback."""
    connection.prepare_threshold = None
    facts = catalog.snapshot_sql().replace("$1", f"'{VERSION_TABLE}'")
    for name, sql in (("facts", facts), ("dependencies", catalog.dependencies_sql())):
        connection.execute(f"PREPARE {name} AS {sql}".encode())


def schema(connection: psycopg.Connection) -> Schema:
    """What is there now, committed or not."""
    connection.execute("SAVEPOINT reading")
    connection.execute(catalog.pin_sql().encode())
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute("EXECUTE facts").fetchall()
        edges = cursor.execute("EXECUTE dependencies").fetchall()
    connection.execute("ROLLBACK TO SAVEPOINT reading")
    return schema_of(rows, edges)
