"""No database but the scratch database is ever reached, whatever a project asks for; the decoy's log is the proof."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from walk_project import Project, files_of
from walk_servers import Decoy
from walk_styles import CHILDREN, CREATORS, REFUSED, ROUTES, STYLES, Builder, Style, params

import alembic_proof
from alembic_proof.cli import cli
from alembic_proof.errors import ExitCode, RefusedForSafety
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.settings import Settings

LAYERS = Path(__file__).parent / "guard_layers.py"
INSIDE = Path(alembic_proof.__file__).parent / "inside"
DRIVERS = ("psycopg2", "psycopg", "pg8000", "asyncpg", "psycopg_async")


def take(project: Project, style: Style) -> None:
    """Write a style's project, and set the variables of the user's shell."""
    settings = f"[tool.alembic-proof]\n{style.settings}\n"
    project.write({"app/__init__.py": "", "pyproject.toml": settings, **style.files})
    for name, value in style.env.items():
        project.monkeypatch.setenv(name, value)


@pytest.mark.parametrize("build", params({**STYLES, **ROUTES}))
def test_style_works_on_the_scratch_database(build: Builder, project: Project, decoy: Decoy) -> None:
    """An honest project that names production is verified as it is, and production hears nothing."""
    style = build(decoy)
    take(project, style)
    report = project.verify(**style.flags)
    assert decoy.connections() == []
    assert [f.message for f in report.findings] == []
    assert {r.upgrade for r in report.revisions} == {"ok"}
    assert {r.id for r in report.revisions} == {n[-5:-3] for n in style.files if "/versions/" in n}


@pytest.mark.parametrize("build", params(REFUSED))
def test_second_database_is_refused(build: Builder, project: Project, decoy: Decoy) -> None:
    """Two databases are never merged into one: exit code 4, both are named, and neither is reached."""
    take(project, build(decoy))
    with pytest.raises(RefusedForSafety, match="two databases") as refused:
        project.verify()
    assert refused.value.exit_code == ExitCode.REFUSED
    names = ("billing", "archive") if "bare_except" in build.__name__ else ("production", "billing")
    assert all(name in refused.value.message for name in names), refused.value.message
    assert "secret" not in refused.value.message
    assert decoy.connections() == []


@pytest.mark.parametrize("build", params(CREATORS))
def test_connection_made_behind_the_guard_is_refused(build: Builder, project: Project, decoy: Decoy) -> None:
    """A connection that no wrapper saw is asked for its token, refused, and never used for anything else."""
    take(project, build(decoy))
    with pytest.raises(RefusedForSafety, match="not the scratch database") as refused:
        project.verify()
    assert refused.value.exit_code == ExitCode.REFUSED
    assert decoy.connections() != []  # or the test would prove nothing
    asked = [s for s in decoy.statements() if not s.lower().startswith(("begin", "rollback", "deallocate"))]
    assert asked
    assert all("shobj_description" in s for s in asked), asked


@pytest.mark.parametrize("build", params(CHILDREN))
def test_child_process_for_another_server_is_refused(build: Builder, project: Project, decoy: Decoy) -> None:
    """A command that names production is not started."""
    take(project, build(decoy))
    with pytest.raises(RefusedForSafety, match=r"not the scratch database: .*127\.0\.0\.1") as refused:
        project.verify()
    assert "secret" not in refused.value.message
    assert decoy.connections() == []


def test_refusal_is_exit_code_4_of_the_command(project: Project, decoy: Decoy) -> None:
    """The command line says no in the same words, and returns 4."""
    take(project, REFUSED["second_engine"](decoy))
    command = [sys.executable, "-m", "alembic_proof", "verify", "--postgres", project.server.admin.url()]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == ExitCode.REFUSED
    assert "production" in done.stderr
    assert "billing" in done.stderr
    assert "secret" not in done.stderr + done.stdout
    assert decoy.connections() == []


# -- each layer alone ---------------------------------------------------------------------------------------------


def run_layer(layer: str, driver: str, database: ScratchDatabase, decoy: Decoy) -> str:
    """What a connection made with one layer only comes to: a database's name, or `refused`."""
    end = database.endpoint
    target = {
        "host": end.host,
        "port": end.port,
        "user": end.user,
        "password": end.password,
        "database": end.database,
        "token": database.token,
    }
    job = {"layer": layer, "driver": driver, "target": target, "url": decoy.url(), "port": decoy.front.port}
    command = [sys.executable, str(LAYERS), str(INSIDE), json.dumps(job)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("driver", DRIVERS)
def test_redirect_alone_leads_to_the_scratch_database(driver: str, project: Project, decoy: Decoy) -> None:
    """SQLAlchemy's hook is enough for every engine that is made of a URL."""
    with project.database() as database:
        assert run_layer("redirect", driver, database, decoy) == database.name
    assert decoy.connections() == []


@pytest.mark.parametrize("driver", DRIVERS)
def test_token_alone_refuses_another_database(driver: str, project: Project, decoy: Decoy) -> None:
    """With nothing redirected, the question for the token is the only statement that is sent."""
    with project.database() as database:
        assert run_layer("token", driver, database, decoy) == "refused"
    asked = [s for s in decoy.statements() if not s.lower().startswith(("begin", "rollback", "deallocate"))]
    assert len(asked) == 1, asked
    assert "shobj_description" in asked[0]


@pytest.mark.parametrize("driver", DRIVERS)
def test_wrapped_driver_alone_leads_to_the_scratch_database(driver: str, project: Project, decoy: Decoy) -> None:
    """The drivers' own functions are enough for code that knows no SQLAlchemy."""
    with project.database() as database:
        assert run_layer("driver", driver, database, decoy) == database.name
    assert decoy.connections() == []


def test_environment_names_no_database_and_holds_no_credential(
    project: Project, decoy: Decoy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables with a URL lead to the scratch database, libpq's do, those of clouds are gone, others stay."""
    secrets = {"AWS_SECRET_ACCESS_KEY": "k", "GITHUB_TOKEN": "t", "GOOGLE_APPLICATION_CREDENTIALS": "f"}
    urls = {"DATABASE_URL": decoy.url("postgres"), "ANALYTICS": decoy.url("postgresql+asyncpg", "?ssl=require")}
    libpq = {"PGHOST": "127.0.0.1", "PGPORT": str(decoy.front.port), "PGPASSFILE": "/etc/pass", "PGSERVICE": "prod"}
    for name, value in {**secrets, **urls, **libpq, "LANGUAGE": "de"}.items():
        monkeypatch.setenv(name, value)
    check = f"""
import os
held = dict(os.environ)
assert not [k for k, v in held.items() if "{decoy.front.port}" in v], held
assert not {set(secrets) | {"PGSERVICE"}!r} & set(held), held
assert held["DATABASE_URL"].startswith("postgres://alembic_proof_"), held["DATABASE_URL"]
assert held["ANALYTICS"].startswith("postgresql+asyncpg://alembic_proof_"), held["ANALYTICS"]
assert held["PGDATABASE"].startswith("alembic_proof_") and held["PGPASSFILE"] == "/dev/null"
assert held["LANGUAGE"] == "de"
"""
    project.write(files_of(check, decoy.url("postgresql+psycopg")))
    report = project.verify()
    assert report.verdict == "clean"
    assert {*secrets, *urls, "PGHOST"} <= set(report.facts.replaced)
    assert decoy.connections() == []


def test_nothing_switches_the_guard_off() -> None:
    """Neither an option, nor a setting, nor a variable speaks of the guard."""
    words = ("guard", "unsafe", "allow", "force", "trust", "skip", "redirect", "token")
    options = {o for c in cli.commands.values() for p in c.params for o in p.opts}
    assert not [o for o in (*options, *Settings.__dataclass_fields__) if any(w in o for w in words)]
    assert "environ" not in (INSIDE / "guard.py").read_text("utf-8").replace('os.environ.get("PG', "")
