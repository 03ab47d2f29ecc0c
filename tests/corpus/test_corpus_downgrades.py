"""Each leaky downgrade is found, with object and attribute, and no correct one is told: one walk judges them all."""

import asyncio
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from alembic_proof.diff import compare
from alembic_proof.findings import Finding, Severity
from alembic_proof.provision.connection import connected
from alembic_proof.provision.scratch import ROLE, create
from alembic_proof.provision.server import Server
from alembic_proof.report import Report
from alembic_proof.settings import load_settings
from alembic_proof.snapshot import Snapshot
from alembic_proof.verify import verify

from . import project, servers
from .downgrades import CORRECT, LEAKY, WAYS
from .downgrades.case import Way
from .dump import Entry, entries
from .judged import words
from .servers import Ground

TRACE = "downgrade/leaves-a-trace"
SAID = {"extra": "is there and should not be", "missing": "is not there and should be"}


@pytest.fixture(scope="module")
def report(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What the tool says of all ways, walked in one history."""
    folder = tmp_path_factory.mktemp("walked")
    project.write(folder, WAYS)
    (folder / "pyproject.toml").write_text("[tool.alembic-proof]\n")
    asyncio.run(_give_roles(ground.server))
    flags = {"postgres": ground.server.admin.url(), "python": sys.executable, "since": "head"}
    return verify(load_settings(folder, flags))


async def _give_roles(server: Server) -> None:
    """The role that owns scratch databases may give things to another role; a database of its own keeps it."""
    await create(server, "keeper")
    async with connected(server.admin) as session:
        await session.execute(f"GRANT writer TO {ROLE}")


@dataclass(frozen=True)
class Moment:
    """A database by us and by pg_dump."""

    snapshot: Snapshot
    dump: list[Entry]


@pytest.fixture(scope="module")
def moments(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> tuple[Moment, Moment]:
    """Before all ways, and after each went there and back by the plain Alembic command."""
    before = _moment(ground.server, "before", "start", tmp_path_factory.mktemp("before"))
    return before, _moment(ground.server, "after", "head", tmp_path_factory.mktemp("after"))


def _moment(server: Server, name: str, revision: str, folder: Path) -> Moment:
    ways = [way for way in WAYS if not way.rule]
    with servers.database(server, name):
        project.write(folder, ways, server.admin.at(name).url("postgresql+psycopg"), there_and_back=True)
    command = [sys.executable, "-m", "alembic", "upgrade", revision]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return Moment(servers.snapshot(server, name), entries(servers.dump(server, name)))


def of(report: Report, way: Way) -> list[Finding]:
    """What was found at a revision, and has weight."""
    return [f for f in report.findings if f.revision == way.schema and f.severity is not Severity.INFO]


def all_right(wrong: dict[str, object]) -> None:
    """Fails with what is said against each way."""
    if wrong:
        pytest.fail("\n".join([f"{len(wrong)} ways", *(f"{k}: {v}" for k, v in wrong.items())]), pytrace=False)


def test_the_corpus_is_as_large_as_promised() -> None:
    """At least 40 leaks and 15 correct ways back."""
    assert len(LEAKY) >= 40
    assert len(CORRECT) >= 15
    assert len({way.schema for way in WAYS}) == len(WAYS)
    assert all(len(way.schema) <= 32 for way in WAYS)  # what the version table holds


def test_every_revision_was_walked(report: Report) -> None:
    """Up and down; a way back that is leaky is no reason to stop."""
    assert report.incomplete is None
    assert [r.id for r in report.revisions] == ["start", *(way.schema for way in WAYS)]
    assert {r.upgrade for r in report.revisions} == {"ok"}
    assert {r.id for r in report.revisions if r.downgrade != "ok"} == {w.schema for w in WAYS if w.rule}


def test_every_leak_is_found(report: Report) -> None:
    """One finding of the rule at the revision, with each object and attribute in it, and no more."""
    wrong = {}
    for way in LEAKY:
        traces = [f for f in of(report, way) if f.rule == TRACE]
        details = [d for f in traces for d in f.details if not d.startswith("a second upgrade")]
        if len(traces) != 1 or len(details) != len(way.lost) or not all(_told(want, details) for want in way.lost):
            wrong[way.name] = f"{details}, not {way.lost}"
    all_right(wrong)


def _told(want: str, details: list[str]) -> bool:
    """Whether a detail says that this object differs, and in this attribute."""
    change, _, rest = want.partition(" ")
    subject, _, attribute = rest.partition(": ")
    return any(d.startswith(subject) and (SAID.get(change) or f"{attribute}: have") in d for d in details)


def test_a_leak_is_told_once(report: Report) -> None:
    """By no other rule, but that a second upgrade cannot pass over what was left."""
    also = {TRACE, "upgrade/again-fails"}
    all_right({w.name: told for w in LEAKY if (told := [f.rule for f in of(report, w) if f.rule not in also])})


def test_no_correct_way_back_is_told(report: Report) -> None:
    """Nothing but a decision, which is accepted."""
    all_right(
        {
            way.name: [(f.rule, f.message, f.details) for f in of(report, way)]
            for way in CORRECT
            if [f.rule for f in of(report, way)] != ([way.rule] if way.rule else [])
            or any(f.accepted is None for f in of(report, way))
        }
    )


def test_another_order_of_columns_is_information(report: Report) -> None:
    """Of the ways back after which a column comes last, and of no other."""
    told = {f.revision: f.rule for f in report.findings if f.severity is Severity.INFO}
    assert told == {
        "column_dropped_from_the_middle": "schema/column-order",
        "index_lost_with_its_column": "schema/column-order",
    }


def test_pg_dump_and_facts_agree(moments: tuple[Moment, Moment]) -> None:
    """After the plain commands both see the leak, and neither sees a correct way; or the way says why not."""
    before, after = moments
    changes = defaultdict(list)
    for change in compare(have=after.snapshot, want=before.snapshot):
        changes[_owner(f"{change.identity} {change.parent}")].append(words(change))
    texts = defaultdict(set)
    for moment in moments:
        for entry in moment.dump:
            texts[_owner(f"{entry.schema} {entry.name}")] ^= {entry}
    all_right(
        {
            way.name: (changes[way.schema], texts[way.schema])
            for way in WAYS
            if sorted(changes[way.schema]) != way.lost
            or bool(texts[way.schema]) is not (bool(way.lost) ^ bool(way.pg_dump))
        }
    )


def _owner(text: str) -> str | None:
    """The schema of the way that a text speaks of."""
    spoken = text.replace(".", " ").replace(":", " ").split()
    return next((way.schema for way in WAYS if {way.schema, *way.words}.intersection(spoken)), None)


def test_nothing_else_is_told(report: Report) -> None:
    """Of the whole history, only that a decision ends the way to base."""
    ids = {way.schema for way in WAYS}
    assert [(f.rule, f.message) for f in report.findings if f.revision not in ids] == []
