"""Statements of the code that runs today come from the models of its commit, which nothing connects to read."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from compat_help import Ground, both_ways, told

from alembic_proof import git
from alembic_proof.provision.server import Endpoint, Server
from alembic_proof.settings import load_settings
from alembic_proof.walk import runs
from alembic_proof.walk.old_code import OldCode, old_code

MODELS = """
from sqlalchemy import Column, Computed, Integer, MetaData, Sequence, String, Table, Text, Identity, text
import uuid

metadata = MetaData()
Table(
    "customer", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("email", Text, nullable=False),
    Column("level", Integer, nullable=False, default=1, server_default=text("1")),
    Column("token", Text, default=lambda: str(uuid.uuid4())),
    Column("loud", Text, Computed("upper(name)", persisted=True)),
    Column("number", Integer, Identity(always=True)),
    Column("place", Integer, Sequence("places")),
)
Table("part", metadata, Column("id", Integer, primary_key=True, autoincrement=False), schema="shop")
"""
ENV = """
from alembic import context
from sqlalchemy import create_engine
from app.models import metadata

target_metadata = metadata

if context.is_offline_mode():
    context.configure(url="postgresql://", target_metadata=target_metadata)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine("postgresql+psycopg://nobody@localhost/nothing").connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()
"""
ONLINE_ONLY = """
import asyncio
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
from app.models import metadata

target_metadata = metadata

async def run():
    for _ in range(100):
        try:
            async with create_async_engine("postgresql+asyncpg://nobody@localhost/nothing").connect() as connection:
                await connection.run_sync(lambda c: context.configure(connection=c, target_metadata=target_metadata))
        except Exception:
            await asyncio.sleep(10)

asyncio.run(run())
"""
FILES = {
    "alembic.ini": "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n",
    "app/__init__.py": "",
    "app/models.py": MODELS,
    "migrations/env.py": ENV,
    "migrations/versions/.keep": "",
    "migrations/script.py.mako": "",
}


def run_git(folder: Path, *arguments: str) -> str:
    """A git command, as nobody in particular."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(folder: Path, files: dict[str, str]) -> None:
    """Files by their names."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")


def commit(folder: Path, files: dict[str, str]) -> str:
    """Files in a repository; the name of the commit."""
    write(folder, files)
    if not (folder / ".git").exists():
        run_git(folder, "init", "-q")
    run_git(folder, "add", "-A")
    run_git(folder, "commit", "-qm", "as it is")
    return run_git(folder, "rev-parse", "HEAD")


def read(folder: Path, of: str, **flags: str) -> OldCode:
    """The old code of the project in a folder; no server is there to connect to."""
    settings = load_settings(folder, {"python": sys.executable, **flags})
    nowhere = Server(Endpoint("/nonexistent", 1, "", "", ""), 180000, "none", "", owned=False)
    ground = runs.Ground(replace(settings, timeout=30), nowhere, lambda *_: None)
    return asyncio.run(old_code(ground, of))


def test_the_models_of_the_commit_are_read_and_not_those_of_the_working_tree(tmp_path: Path) -> None:
    base = commit(tmp_path, FILES)
    write(tmp_path, {"app/models.py": MODELS.replace('"customer"', '"client"')})
    found = read(tmp_path, base)
    assert found.why == ""
    assert [(t.schema, t.name) for t in found.tables or ()] == [(None, "customer"), ("shop", "part")]


def test_each_column_says_who_gives_it_a_value(tmp_path: Path) -> None:
    (customer, part) = read(tmp_path, commit(tmp_path, FILES)).tables or ()
    told_of = {c.name: (c.nullable, c.server_default, c.python_default, c.written) for c in customer.columns}
    assert told_of == {
        "id": (False, True, False, True),
        "name": (False, False, False, True),
        "email": (False, False, False, True),
        "level": (False, True, True, True),
        "token": (True, False, True, True),
        "loud": (True, True, False, False),
        "number": (False, True, False, False),
        "place": (True, True, False, True),
    }
    assert [(c.name, c.server_default, c.primary_key) for c in part.columns] == [("id", False, True)]


def test_an_env_that_only_knows_online_mode_and_waits_for_its_database_is_read_all_the_same(tmp_path: Path) -> None:
    found = read(tmp_path, commit(tmp_path, {**FILES, "migrations/env.py": ONLINE_ONLY}))
    assert [t.name for t in found.tables or ()] == ["customer", "part"]


def test_a_project_below_the_top_of_its_repository_is_read_with_what_lies_beside_it(tmp_path: Path) -> None:
    files = {f"service/{name}": text for name, text in FILES.items()}
    files |= {"shared/names.py": "NAME = 'part'\n", "service/app/models.py": "from names import NAME\n" + MODELS}
    files["service/alembic.ini"] = FILES["alembic.ini"].replace("= .", "= . ../shared")
    base = commit(tmp_path, files)
    write(tmp_path, {"shared/names.py": "raise RuntimeError('of today')\n"})
    assert read(tmp_path / "service", base).why == ""


def test_a_place_of_the_working_tree_on_the_search_path_is_turned_to_the_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {name.replace("app/", "src/app/"): text for name, text in FILES.items()}
    base = commit(tmp_path, files)
    write(tmp_path, {"src/app/models.py": "raise RuntimeError('of today')\n"})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "src"))
    assert [t.name for t in read(tmp_path, base).tables or ()] == ["customer", "part"]


def test_models_that_come_from_the_working_tree_all_the_same_are_refused(tmp_path: Path) -> None:
    env = f"import sys\nsys.path.insert(0, {str(tmp_path / 'today')!r})\n" + ENV
    base = commit(
        tmp_path, {**FILES, "today/app/__init__.py": "", "today/app/models.py": MODELS, "migrations/env.py": env}
    )
    found = read(tmp_path, base)
    assert found.tables is None
    assert found.why == "it imports the working tree's today/app/__init__.py, not its own"


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"app/models.py": "import no_such_module\n"}, "No module named 'no_such_module'"),
        ({"app/models.py": "metadata = None\n"}, "hands no model to Alembic"),
        ({"migrations/env.py": "import os\nos._exit(3)\n"}, "ended by itself with status 3"),
        ({"migrations/env.py": "raise SystemExit('not today')\n"}, "not today"),
    ],
    ids=["cannot-be-imported", "no-models", "dies", "exits"],
)
def test_models_that_cannot_be_read_are_told_with_the_reason(tmp_path: Path, files: dict[str, str], why: str) -> None:
    found = read(tmp_path, commit(tmp_path, {**FILES, **files}))
    assert found.tables is None
    assert why in found.why


def test_a_commit_without_the_project_or_no_commit_at_all_is_told(tmp_path: Path) -> None:
    base = commit(tmp_path, {"README": "nothing yet"})
    commit(tmp_path, FILES)
    assert "does not have the project's files" in read(tmp_path, base).why
    assert "git has no files of commit ffffffffffff" in read(tmp_path, "f" * 40).why


def test_a_project_outside_of_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write(tmp_path, FILES)
    assert read(tmp_path, "HEAD").why == "the project is in no git repository"


def test_reading_leaves_the_working_tree_and_the_repository_as_they_are(tmp_path: Path) -> None:
    base = commit(tmp_path, FILES)
    write(tmp_path, {"app/models.py": MODELS + "# today\n"})
    before = run_git(tmp_path, "status", "--porcelain"), sorted((tmp_path / ".git").iterdir())
    read(tmp_path, base)
    assert (run_git(tmp_path, "status", "--porcelain"), sorted((tmp_path / ".git").iterdir())) == before


def test_an_export_writes_nothing_outside_of_its_folder(tmp_path: Path) -> None:
    home, target = tmp_path / "home", tmp_path / "target"
    home.mkdir()
    target.mkdir()
    (home / "away").symlink_to("/etc")
    (home / "up").symlink_to("../..")
    base = commit(home, {"a/b.txt": "kept"})
    assert git.export(home / "a", base, target)
    assert sorted(p.name for p in target.iterdir()) == ["a"]
    assert (target / "a/b.txt").read_text() == "kept"
    assert not git.export(home, "--output=x", target)


PROFILE = """
Table("profile", metadata, Column("customer_id", Integer, primary_key=True, autoincrement=False))
"""


def test_only_what_the_models_map_is_held_against_a_change(tmp_path: Path, ground: Ground) -> None:
    mapped = read(tmp_path, commit(tmp_path, {**FILES, "app/models.py": MODELS + PROFILE})).tables or ()
    with ground.database() as database:
        unmapped, _ = asyncio.run(both_ways(database, "ALTER TABLE customer DROP note; DROP TABLE purchase", mapped))
        change = "ALTER TABLE customer DROP level; ALTER TABLE profile RENAME TO portrait"
        found, _ = asyncio.run(both_ways(database, change, mapped))
    assert told(unmapped) == set()
    assert told(found) == {
        *("select customer level 42703", "insert customer level 42703", "update customer level 42703"),
        *("select profile 42P01", "insert profile 42P01", "delete profile 42P01"),
    }
    assert {b.basis for b in found} == {"models"}
