"""What each statement locks, rewrites and scans, and who waits for it: as stated, as witnessed, as measured."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from alembic_proof.trace import Measured

from . import servers
from .effects import CASES, Case, judged, page
from .effects.compared import disagreements
from .effects.witness import Seen, Witness
from .servers import Ground

OWNER = "case_owner"
LANES = 4


@pytest.fixture(scope="module")
def witnessed(ground: Ground) -> dict[str, Seen]:
    """What plain sessions saw of every case, without the product."""
    with servers.connect(ground.server) as admin:
        admin.execute(f"CREATE ROLE {OWNER} LOGIN PASSWORD '{OWNER}'".encode())
        admin.execute(f"CREATE DATABASE {OWNER} OWNER {OWNER}".encode())
    return asyncio.run(_witness(ground, cases(ground)))


async def _witness(ground: Ground, chosen: list[Case]) -> dict[str, Seen]:
    """In a few lanes; one after another what commits, since that may wait for any other transaction."""
    seen: dict[str, Seen] = {}
    inside = iter([c for c in chosen if not c.autocommit])
    await asyncio.gather(*(_lane(ground, inside, seen) for _ in range(LANES)))
    await _lane(ground, iter([c for c in chosen if c.autocommit]), seen)
    return seen


async def _lane(ground: Ground, chosen, seen: dict[str, Seen]) -> None:
    end = ground.server.admin.at(OWNER, OWNER, OWNER)
    address = {"host": end.host, "port": end.port, "user": end.user, "password": OWNER, "database": OWNER}
    sessions = [await asyncpg.connect(**address) for _ in range(4)]
    for case in chosen:
        seen[case.name] = await Witness(*sessions).watch(case)
    for session in sessions:
        await session.close()


@pytest.fixture(scope="module")
def measured(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """What the product measures of every case, in one run."""
    return judged.measured(ground.server, tmp_path_factory.mktemp("effects"), cases(ground))


def cases(ground: Ground) -> list[Case]:
    """Those that this version can run."""
    return [case for case in CASES if case.runs_on(ground.major)]


def all_right(wrong: dict[str, list[str]]) -> None:
    """Fails with what is said against each case."""
    if told := {name: lines for name, lines in wrong.items() if lines}:
        text = "\n".join(f"{name}: {line}" for name, lines in told.items() for line in lines)
        pytest.fail(f"{len(told)} cases\n{text}", pytrace=False)


def test_the_corpus_is_as_large_as_promised() -> None:
    """At least 106 statements; each has a name and a schema of its own."""
    assert len(CASES) >= 106
    assert len({case.schema for case in CASES}) == len(CASES)
    assert all(len(case.schema) < 60 for case in CASES)


def test_a_plain_witness_sees_what_is_stated(ground: Ground, witnessed: dict[str, Seen]) -> None:
    """Locks, new files, scans and waits of every statement, without the product."""
    all_right({c.name: disagreements(c, ground.major, witnessed[c.name]) for c in cases(ground)})


def test_the_product_measures_what_is_stated(ground: Ground, measured: Measured) -> None:
    """The same, through a project's own Alembic."""
    assert measured.failure is None
    found = {}
    for case, passage in zip(cases(ground), measured.passages, strict=True):
        found[case.name] = disagreements(case, ground.major, judged.seen(passage), emptied=False)
    all_right(found)


def test_the_page_of_locks_is_what_was_measured(ground: Ground, measured: Measured) -> None:
    """Every line of it about this version; `python -m tests.corpus.effects` writes it anew."""
    rows = page.lines(zip(cases(ground), measured.passages, strict=True))
    assert page.read(page.PATH.read_text("utf-8"), ground.major) == rows


def test_a_truth_that_is_not_so_is_told(ground: Ground, measured: Measured) -> None:
    """Of every case, if its strongest lock were another: the comparison can fail."""
    for case, passage in zip(cases(ground), measured.passages, strict=True):
        assert disagreements(otherwise(case), ground.major, judged.seen(passage), emptied=False), case.name


def otherwise(case: Case) -> Case:
    """The same statement, and another lock on its first table."""
    table, said = next(iter(case.tables.items()), ("t", ""))
    mode, *words = said.split() or [""]
    other = "RowShare" if mode == "AccessExclusive" else "AccessExclusive"
    return replace(case, tables={**case.tables, table: " ".join([other, *words])}, changes={})
