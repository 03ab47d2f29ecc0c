"""Random revisions in one history: a trace is told exactly where pg_dump sees one after the way there and back."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from corpus import project, servers
from corpus.downgrades.case import Way
from corpus.dump import entries
from corpus.servers import Ground
from hypothesis import given, settings

from alembic_proof.settings import load_settings
from alembic_proof.verify import verify

from .revisions import ways
from .session import runs

TRACE = "downgrade/leaves-a-trace"
# in one history: after each of them all facts are read
MOST = 50


@dataclass(frozen=True)
class Batch:
    """Revisions that run up and down, those of them that leave a trace by pg_dump, and those that are told."""

    ways: list[Way]
    traced: set[str]
    told: dict[str, list[str]]


def drawn() -> list[Way]:
    """As many revisions as the profile has examples; each has a schema of its own, so one history holds them all."""
    found: list[Way] = []

    @given(way=ways())
    def draw(way: Way) -> None:
        found.append(replace(way, name=f"r{len(found)}"))

    draw()
    return found


@pytest.fixture(scope="module")
def batches(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> list[Batch]:
    """All revisions, by both."""
    made = drawn()
    found = []
    for start in range(0, len(made), MOST):
        name = f"there_and_back_{start}"
        kept, traced = there_and_back(ground, name, made[start : start + MOST])
        found.append(Batch(kept, traced, told(ground, kept, tmp_path_factory.mktemp(name))))
    return found


def there_and_back(ground: Ground, name: str, made: list[Way]) -> tuple[list[Way], set[str]]:
    """Those that run up and down, and the ids of those of which pg_dump then prints another text."""
    with servers.database(ground.server, name) as connection:
        for way in made:
            connection.execute(sql(way, f"CREATE SCHEMA own; {way.base}").encode())
        before = texts(ground, name)
        connection.autocommit = False
        kept = [way for way in made if runs(connection, sql(way, f"{way.up}; {way.down}"))]
        connection.commit()
    after = texts(ground, name)
    return kept, {way.schema for way in kept if before[way.schema] != after[way.schema]}


def sql(way: Way, text: str) -> str:
    """Statements in the revision's own schema."""
    return f"SET search_path = {way.schema}, public; {way.named(text)}"


def texts(ground: Ground, name: str) -> dict[str, set[object]]:
    """What pg_dump prints of each schema; the order of grants is that in which they were given."""
    found: dict[str, set[object]] = {}
    for e in entries(servers.dump(ground.server, name)):
        text = "\n".join(sorted(e.text.splitlines())) if "ACL" in e.type else e.text
        found.setdefault(e.schema, set()).add((e.type, e.name, text))
    return found


def told(ground: Ground, made: list[Way], folder: Path) -> dict[str, list[str]]:
    """The rules that speak of each revision, when one walk goes through all."""
    project.write(folder, [replace(way, up=calls(way.up), down=calls(way.down)) for way in made])
    (folder / "pyproject.toml").write_text("[tool.alembic-proof]\n")
    options = {"postgres": ground.server.admin.url(), "python": sys.executable, "since": "head"}
    report = verify(load_settings(folder, options))
    assert report.incomplete is None
    found: dict[str, list[str]] = {way.schema: [] for way in made}
    for finding in report.findings:
        found.setdefault(finding.revision or "", []).append(finding.rule)
    return found


def calls(text: str) -> str:
    """A call for each statement, so that the walk sees what each touches."""
    statements = ["SET LOCAL search_path = own, public", *text.split("; ")]
    return "\n".join(f"op.execute({statement!r})" for statement in statements)


def test_a_trace_is_told_exactly_where_there_is_one(batches: list[Batch]) -> None:
    """Neither a defect that was planted passes, nor is a way back told that is exact."""
    wrong = [
        f"{'missed' if way.schema in batch.traced else 'false'}: {batch.told[way.schema]}\n  {way.up}\n  {way.down}"
        for batch in batches
        for way in batch.ways
        if (TRACE in batch.told[way.schema]) is not (way.schema in batch.traced)
    ]
    assert wrong == []


def test_nothing_is_told_of_an_exact_way_back(batches: list[Batch]) -> None:
    """By no rule."""
    quiet = [(way, batch.told[way.schema]) for batch in batches for way in batch.ways if way.schema not in batch.traced]
    assert [(way.up, way.down, rules) for way, rules in quiet if rules] == []


def test_both_sorts_of_revisions_were_drawn(batches: list[Batch]) -> None:
    """Most run, and neither sort is rare."""
    kept, traced = sum(len(b.ways) for b in batches), sum(len(b.traced) for b in batches)
    assert kept >= settings().max_examples // 2
    assert kept // 5 < traced < 4 * kept // 5
