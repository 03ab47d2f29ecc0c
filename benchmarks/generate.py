"""Write a deterministic Alembic project of N revisions with a realistic mix, every downgrade correct.

For example `python benchmarks/generate.py /tmp/project --revisions 300 --driver psycopg`.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from textwrap import indent

from operations import BRANCHABLE, WEIGHTS, Change, create_table
from world import Table, World

HERE = Path(__file__).parent
DRIVERS = {"psycopg": "env_sync.py.txt", "asyncpg": "env_async.py.txt"}
# one revision in so many creates a table; drops leave about one in six at head
TABLE_EVERY = 5.7
# every so many revisions the history branches: two revisions side by side, and a merge revision
BRANCH_EVERY = 37
EMPTY = Change("merge", ["pass"], ["pass"])


@dataclass(frozen=True)
class Revision:
    """One revision file."""

    number: int
    identity: str
    parents: tuple[str, ...]
    change: Change

    def code(self) -> str:
        """The file's text."""
        down: object = self.parents or None
        if len(self.parents) == 1:
            down = self.parents[0]
        return (
            f'"""{self.change.slug}"""\n\n'
            "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.dialects import postgresql\n\n"
            f"revision = {self.identity!r}\ndown_revision = {down!r}\n"
            "branch_labels = None\ndepends_on = None\n\n\n"
            f"def upgrade() -> None:\n{body(self.change.up)}\n\n\n"
            f"def downgrade() -> None:\n{body(self.change.down)}\n"
        )

    def file_name(self) -> str:
        """Sorts in the order of writing."""
        return f"{self.number:04d}_{self.change.slug.replace(' ', '_')[:40]}.py"


def body(lines: list[str]) -> str:
    """The lines of a function."""
    return "\n".join(indent(line, "    ") for line in lines)


def identity(seed: int, number: int) -> str:
    """A revision identifier, the same for the same seed and number."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()[:12]


def pick(world: World, rng: Random, number: int) -> Change:
    """The next change of the trunk; not every kind always fits, a new table does."""
    due = len(world.tables) < number / TABLE_EVERY
    while not due and len(world.tables) > 3:
        kind = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        change = kind(world, rng, world.tables)
        if change is not None:
            return change
    change = create_table(world, rng, world.tables)
    assert change is not None
    return change


def pick_branch(world: World, rng: Random, tables: list[Table]) -> Change:
    """A change that touches nothing but the given tables."""
    while True:
        change = rng.choice(BRANCHABLE)(world, rng, tables)
        if change is not None:
            return change


def grow(count: int, seed: int, world: World) -> Iterator[Revision]:
    """The revisions in topological order; the world is left as it is at head."""
    rng = Random(seed)
    parents: tuple[str, ...] = ()
    number = 0
    while number < count:
        if number % BRANCH_EVERY == BRANCH_EVERY - 3 and count - number >= 3 and len(world.tables) > 3:
            changes = [pick_branch(world, rng, world.tables[side::2]) for side in (0, 1)]
            for change in changes:
                yield Revision(number, identity(seed, number), parents, change)
                number += 1
            parents, change = (identity(seed, number - 2), identity(seed, number - 1)), EMPTY
        else:
            change = pick(world, rng, number)
        yield Revision(number, identity(seed, number), parents, change)
        parents = (identity(seed, number),)
        number += 1


def models(world: World) -> str:
    """The module whose create_all equals the migrated schema, views, functions and triggers aside."""
    head = (
        '"""The tables at head."""\n\nimport sqlalchemy as sa\nfrom sqlalchemy.dialects import postgresql\n\n'
        "metadata = sa.MetaData()\n\n"
    )
    return head + "\n\n".join(table.model() for table in sorted(world.tables, key=lambda t: t.number)) + "\n"


def write_project(target: Path, *, revisions: int = 300, driver: str = "psycopg", seed: int = 1) -> Path:
    """Write the project into an empty or new folder; returns its alembic.ini."""
    versions = target / "migrations" / "versions"
    versions.mkdir(parents=True)
    world = World()
    for revision in grow(revisions, seed, world):
        (versions / revision.file_name()).write_text(revision.code())
    (target / "models.py").write_text(models(world))
    templates = HERE / "templates"
    copies = {
        DRIVERS[driver]: "migrations/env.py",
        "script.py.mako": "migrations/script.py.mako",
        "alembic.ini": "alembic.ini",
        f"conftest_{driver}.py.txt": "conftest.py",
        "test_migrations.py.txt": "test_migrations.py",
    }
    for source, name in copies.items():
        (target / name).write_text((templates / source).read_text())
    return target / "alembic.ini"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("target", type=Path, help="a folder that does not hold a project yet")
    parser.add_argument("--revisions", type=int, default=300)
    parser.add_argument("--driver", choices=sorted(DRIVERS), default="psycopg")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chosen = {"revisions": options.revisions, "driver": options.driver, "seed": options.seed}
    print(write_project(options.target, **chosen))


if __name__ == "__main__":
    main()
