"""The inside runs in the project's interpreter, with the versions that the project has."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from test_shapes import assert_walked
from walk_project import NOWHERE, Project, Shape, async_env, env, ini, table
from walk_shapes import SHAPES

OLD_ASYNC = async_env('create_async_engine(config.get_main_option("sqlalchemy.url"))').replace(
    "async_engine_from_config, ", ""
)


@dataclass(frozen=True)
class Versions:
    """An interpreter and what is installed in it."""

    python: str
    alembic: str
    sqlalchemy: str

    def __str__(self) -> str:
        return f"{self.python}-alembic{self.alembic}-sqlalchemy{self.sqlalchemy}"


ALL = (Versions("3.9", "1.9", "1.4"), Versions("3.10", "1.11", "2.0"), Versions("3.13", "1.16", "2.0"))


def interpreter(version: str) -> Path | None:
    """An interpreter of this version on this machine."""
    found = shutil.which(f"python{version}", path=os.environ.get("PATH", os.defpath))
    managed = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    candidates = [*managed, *([Path(found)] if found else [])]
    for candidate in candidates:
        done = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.startswith(f"Python {version}."):
            return candidate
    return None


def install(python: Path, folder: Path, packages: list[str]) -> str | None:
    """Packages into a new environment, by uv where there is one; what went wrong, if anything did."""
    uv = shutil.which("uv")
    if uv:
        steps = [
            [uv, "venv", "-q", "--python", str(python), str(folder)],
            [uv, "pip", "install", "-q", "--python", str(folder / "bin/python"), *packages],
        ]
    else:
        pip = [str(folder / "bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        steps = [[str(python), "-m", "venv", str(folder)], [*pip, *packages]]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            return done.stderr[-500:]
    return None


@pytest.fixture(scope="session", params=ALL, ids=str)
def old_python(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter with these versions, installed for this session."""
    versions: Versions = request.param
    python = interpreter(versions.python)
    if python is None:
        pytest.skip(f"no Python {versions.python} on this machine")
    folder = tmp_path_factory.getbasetemp() / f"python{versions}"
    packages = [f"alembic=={versions.alembic}.*", f"sqlalchemy=={versions.sqlalchemy}.*", "greenlet"]
    problem = install(python, folder, [*packages, "psycopg2-binary", "asyncpg"])
    if problem:
        pytest.skip(f"{versions} cannot be installed here: {problem}")
    return str(folder / "bin/python")


def of_driver(driver: str, shape: Shape) -> Shape:
    """The shape's revisions and settings under an env.py of this driver that every version understands."""
    text, scheme = (env(), "postgresql+psycopg2") if driver == "psycopg2" else (OLD_ASYNC, "postgresql+asyncpg")
    address = shape.files["alembic.ini"].partition("://")[2].split()[0]
    files = {**shape.files, "alembic.ini": ini(url=f"{scheme}://{address}"), "migrations/env.py": text}
    return Shape(
        files,
        settings=shape.settings,
        prepare=shape.prepare,
        walked=shape.walked,
        driver=driver,
        version_table=shape.version_table,
    )


USED = {
    "usual": SHAPES["driver_psycopg2"],
    "concurrently": SHAPES["index_built_concurrently"],
    "callable": SHAPES["callable_before_the_first_upgrade"],
    "merge": SHAPES["merge_of_three_parents"],
}


@pytest.mark.parametrize("driver", ["psycopg2", "asyncpg"])
@pytest.mark.parametrize("build", [pytest.param(b, id=n) for n, b in USED.items()])
def test_shape_is_verified_with_the_projects_own_versions(
    build: Callable[[str], Shape], driver: str, old_python: str, project: Project
) -> None:
    """Versions of Alembic, SQLAlchemy and Python that the tool itself could not run on give the same verdict."""
    shape = of_driver(driver, build(NOWHERE))
    project.take(shape)
    report = project.verify(python=old_python)
    assert_walked(report, shape)
    assert report.facts.project


@pytest.mark.parametrize("driver", ["psycopg2", "asyncpg"])
def test_plain_alembic_of_the_same_versions_agrees(driver: str, old_python: str, project: Project) -> None:
    """And plain Alembic of those versions says so too."""
    with project.database() as database:
        shape = of_driver(driver, USED["usual"](project.address(database)))
        project.take(shape)
        done = project.alembic(shape, python=old_python)
        assert done.returncode == 0, done.stderr[-2000:]
        assert project.versions(database, "public.alembic_version") == ["a3"]


MODELS = """\
from sqlalchemy import Column, Integer, MetaData, String, Table, text
metadata = MetaData()
Table("account", metadata, Column("id", Integer, primary_key=True), Column("name", String(20), server_default="x"))
Table("more", metadata, Column("id", Integer, primary_key=True), Column("c", String(20), index=True))
"""


@pytest.mark.parametrize("driver", ["psycopg2", "asyncpg"])
def test_autogenerate_of_these_versions_is_heard(driver: str, old_python: str, project: Project) -> None:
    """Its calls and the project's include_object, through the interfaces that all versions have."""
    shape = of_driver(driver, Shape({"alembic.ini": ini(url=f"postgresql://{NOWHERE}")}))
    include = "include_object=lambda o, name, type_, reflected, to: name != 'kept_out', compare_server_default=True"
    text = shape.files["migrations/env.py"].replace("target_metadata=None", f"target_metadata=metadata, {include}")
    revisions = {f"migrations/versions/{i}.py": table(i, p, n) for i, p, n in STEPS}
    imported = "from app.models import metadata\n" + text
    files = {**shape.files, "app/__init__.py": "", "app/models.py": MODELS, "migrations/env.py": imported, **revisions}
    project.take(Shape(files))
    report = project.verify(python=old_python)
    found = {f.object: f for f in report.findings if f.rule.startswith("drift/")}
    assert set(found) == {"public.account.name", "public.more"}
    assert all("autogenerate sees it" in f.details for f in found.values())
    assert "op.create_table('more'" in (found["public.more"].mend or "")
    assert "drift of what is excluded by include_object: public.kept_out" in report.coverage


STEPS = (("a1", None, "account"), ("a2", "a1", "kept_out"))


@pytest.mark.parametrize("driver", ["psycopg2", "asyncpg"])
def test_revisions_are_measured_with_the_projects_own_versions(driver: str, old_python: str, project: Project) -> None:
    """Locks, what waits, rows, the way back, and breaking off, through the interfaces that all versions have."""
    shape = of_driver(driver, USED["concurrently"](NOWHERE))
    project.take(shape)
    measured = project.verify(python=old_python, since="base").measured
    assert measured.failure is None
    assert {(p.ok, p.rows) for p in measured.passages} == {(True, "all")}
    built = [s.effects for p in measured.passages for s in p.statements if "CONCURRENTLY" in s.sql and s.effects]
    assert {lock.mode for e in built for lock in e.locks if lock.waited} == {"ShareUpdateExclusiveLock"}
    assert any(p.reruns for p in measured.passages)
