"""Whatever the schema: its text loads into an empty database, and gives the same facts and the same text."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from corpus import servers
from corpus.servers import Ground
from hypothesis import given

from alembic_proof.ddl import cannot_say, schema_text
from alembic_proof.diff import compare

from .session import prepare, run, schema, undone
from .statements import ddl


@dataclass(frozen=True)
class Two:
    """Sessions in two databases, in which nothing is ever committed."""

    one: psycopg.Connection
    other: psycopg.Connection


@pytest.fixture(scope="module")
def two(ground: Ground) -> Iterator[Two]:
    """Both empty."""
    with servers.connect(ground.server) as admin:
        admin.execute("CREATE DATABASE first TEMPLATE template0")
        admin.execute("CREATE DATABASE second TEMPLATE template0")
    with servers.connect(ground.server, "first") as one, servers.connect(ground.server, "second") as other:
        for connection in (one, other):
            prepare(connection)
            connection.autocommit = False
        yield Two(one, other)


def reload(two: Two, statements: list[str]) -> None:
    """Fails where the text of what the statements made does not make the same."""
    with undone(two.one), undone(two.other):
        done = run(two.one, statements)
        was = schema(two.one)
        text = schema_text(was)
        said = ";\n".join(done)
        try:
            two.other.execute(text.encode())
        except psycopg.Error as error:
            pytest.fail(f"{error}\n\n{said}\n\n{text}", pytrace=False)
        again = schema(two.other)
        changes = [str(c) for c in compare(have=again.snapshot, want=was.snapshot)]
        assert not cannot_say(was) or changes, said
        if not cannot_say(was):
            assert (changes, orders(again)) == ([], orders(was)), f"{said}\n\n{text}"
            assert schema_text(again) == text, said


def orders(of: object) -> dict[str, object]:
    """The order of the columns of each table."""
    return {fact.identity: fact.payload for fact in of.of("column order")}  # type: ignore[attr-defined]


@given(statements=ddl())
def test_the_text_of_any_schema_gives_it_again(two: Two, statements: list[str]) -> None:
    """Facts, order of columns, text."""
    reload(two, statements)
