"""`schema.sql` of all cases: the same to pg_dump, and to whoever made it, wherever, in whatever order."""

import os
import re
import subprocess
from dataclasses import dataclass

import pytest

from alembic_proof.ddl import schema_text
from alembic_proof.ddl.schema import Schema
from alembic_proof.diff import compare

from . import hostile, judged, servers, sides
from .dump import Entry, entries
from .servers import Ground
from .sides import Pairs

# what pg_dump prints of both sides otherwise, though the facts are the same
PRINTED_OTHERWISE = {
    "grants in another order": "in the order in which they were granted",
    "options in another order": "in the order in which they were set",
    "view options in another order": "in the order in which they were set",
    "not null name": "names of NOT NULL are of no weight",
    "not null of a renamed column": "names of NOT NULL are of no weight",
    "not null no inherit": "names of NOT NULL are of no weight",
    "not null not valid": "names of NOT NULL are of no weight",
    "table like another with not null": "names of NOT NULL are of no weight",
}
VIEWS = ("view", "materialized view")
SIDES = ("one", "other")
# the blocks of each case by server version
Texts = dict[int, dict[str, list[str]]]


@pytest.fixture(scope="session")
def texts() -> Texts:
    """What the versions said that were here before: one server runs at a time."""
    return {}


@dataclass(frozen=True)
class Loaded:
    """A side, and what its text makes of an empty database."""

    was: Schema
    schema: Schema
    dump: tuple[Entry, ...]


@pytest.fixture(scope="module", params=SIDES)
def loaded(request: pytest.FixtureRequest, ground: Ground, pairs: Pairs) -> Loaded:
    """Each side's text in a database of its own."""
    side, name = getattr(pairs, request.param), f"again_{request.param}"
    load(ground, name, judged.loadable(side.schema))
    return Loaded(side.schema, servers.schema(ground.server, name), tuple(entries(servers.dump(ground.server, name))))


def load(ground: Ground, name: str, text: str) -> None:
    """As the file's first lines say, by psql, into the database of another role; some servers come without psql."""
    with servers.connect(ground.server) as admin:
        admin.execute(f"CREATE ROLE {name} SUPERUSER".encode())
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 OWNER {name}".encode())
    psql = ground.server.bin_dir / "psql" if ground.server.bin_dir else None
    if psql is None or not psql.exists():
        with servers.connect(ground.server, name) as connection:
            connection.execute(f"SET ROLE {name};{text}".encode())
        return
    command = [psql, "-qX", "-v", "ON_ERROR_STOP=1", "--single-transaction", ground.server.admin.at(name).url()]
    role = {"PGOPTIONS": f"-c role={name}"}
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, env=os.environ | role)
    assert done.returncode == 0, done.stderr


def test_the_order_of_columns_comes_back(loaded: Loaded) -> None:
    """It is of no weight, and kept all the same."""

    def orders(schema: Schema) -> dict[str, object]:
        return {fact.identity: fact.payload for fact in schema.of("column order")}

    assert orders(loaded.schema) == orders(loaded.was)


def test_pg_dump_prints_both_alike(loaded: Loaded, ground: Ground, pairs: Pairs) -> None:
    """But for what the text says that it cannot bring back."""
    side = next(s for s in (pairs.one, pairs.other) if s.schema is loaded.was)
    owner = ground.server.admin.user
    again = {Entry(e.name, e.type, e.schema, *_as_of(owner, e.owner, e.text)) for e in loaded.dump}
    differing = pairs.sorted({*side.dump} ^ again, lambda e: f"{e.schema} {e.name} {e.owner}")
    beyond = judged.beyond_text(pairs, loaded.was)

    assert {name: differing[name] for name in differing.keys() - beyond - PRINTED_OTHERWISE.keys()} == {}


def _as_of(owner: str, *texts: str) -> list[str]:
    return [re.sub(r"\bagain_(one|other)\b", owner, text) for text in texts]


def test_the_text_is_the_same_in_another_database_of_another_role(loaded: Loaded, pairs: Pairs) -> None:
    """Its name, the role's name, the oids and the order of creation leave no trace."""
    beyond = judged.beyond_text(pairs, loaded.was)
    blocks = [
        [b for name, found in judged.blocks(pairs, schema).items() if name not in beyond for b in found]
        for schema in (loaded.schema, loaded.was)
    ]

    assert blocks[0] == blocks[1]


def test_the_text_is_the_same_whatever_the_order_of_creation(ground: Ground, pairs: Pairs) -> None:
    """The cases in another order, and the statements of each."""
    equal = [case for case in pairs.cases if not case.change]
    texts = []
    for seed in (11, 12):
        sides.shuffled(ground, equal, seed)
        texts.append(schema_text(servers.schema(ground.server, f"shuffled_{seed}")))

    assert texts[0] == texts[1]


def test_hostile_names_come_back(ground: Ground) -> None:
    """Quotes, dots, spaces, keywords, backslashes, line breaks, in names, comments, defaults and options."""
    with servers.database(ground.server, "hostile") as connection:
        for number, name in enumerate(hostile.NAMES):
            connection.execute(hostile.sql(name, f"{number} {hostile.short(name)}").encode())
    schema = servers.schema(ground.server, "hostile")
    again = servers.loaded(ground.server, "hostile_again", schema_text(schema))

    assert [str(change) for change in compare(have=again.snapshot, want=schema.snapshot)] == []
    assert schema_text(again) == schema_text(schema)
    assert {*entries(servers.dump(ground.server, "hostile"))} == {
        *entries(servers.dump(ground.server, "hostile_again"))
    }


def test_the_text_is_the_same_on_every_version(texts: Texts, ground: Ground, pairs: Pairs) -> None:
    """Of each case that both versions can hold; but Postgres 15 qualifies the columns of views."""
    blocks = judged.blocks(pairs, pairs.one.schema)
    mine = {case.name: [b for b in blocks.get(case.name, []) if not b.startswith(VIEWS)] for case in pairs.cases}
    texts[ground.major] = mine

    for text in texts.values():
        assert {name: (text[name], own) for name, own in mine.items() if text.get(name, own) != own} == {}
