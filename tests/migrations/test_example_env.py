"""migrations/env.py: which database it takes, and what it accepts from a caller."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect

REPOSITORY = Path(__file__).parents[2]
FIRST = "fd23b24f6f9a"


def alembic(*arguments: str, url: str | None) -> subprocess.CompletedProcess[str]:
    """Run the alembic command in the repository, as a developer would."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if url is not None:
        environment["DATABASE_URL"] = url
    return subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_url_of_the_environment(alembic_proof_url: str, scheme: str) -> None:
    url = alembic_proof_url.replace("postgresql", scheme, 1)
    done = alembic("upgrade", FIRST, url=url)
    assert done.returncode == 0, done.stderr
    assert f"INFO  [alembic.runtime.migration] Running upgrade  -> {FIRST}, create job" in done.stderr


def test_url_with_an_option_of_libpq(alembic_proof_url: str) -> None:
    url = alembic_proof_url + ("&" if "?" in alembic_proof_url else "?") + "sslmode=prefer"
    done = alembic("upgrade", FIRST, url=url)
    assert done.returncode == 0, done.stderr


def test_no_url() -> None:
    done = alembic("upgrade", "head", url=None)
    assert done.returncode != 0
    assert "set the environment variable DATABASE_URL" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_url_of_another_database() -> None:
    done = alembic("upgrade", "head", url="mysql://root@localhost/jobs")
    assert done.returncode != 0
    assert "postgresql:// only" in done.stdout + done.stderr


def test_sql_is_printed_without_a_database() -> None:
    done = alembic("upgrade", "head", "--sql", url=None)
    assert done.returncode == 0, done.stderr
    assert "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_job_status_time_created" in done.stdout


def test_lock_timeout_holds_in_every_revision(alembic_proof_url: str) -> None:
    url = alembic_proof_url.replace("postgresql", "postgresql+psycopg", 1)
    alembic("upgrade", FIRST, url=alembic_proof_url)
    engine = create_engine(url)
    # somebody reads the table and forgets to end the transaction: the deployment must not wait for ever
    with engine.connect() as reader:
        reader.exec_driver_sql("SELECT FROM job")
        done = alembic("upgrade", "status@head", url=alembic_proof_url)
    engine.dispose()
    assert done.returncode != 0
    assert "canceling statement due to lock timeout" in done.stderr


@pytest.mark.parametrize("kind", ["engine", "connection"])
def test_synchronous_caller(alembic_proof_url: str, kind: str) -> None:
    engine = create_engine(alembic_proof_url.replace("postgresql", "postgresql+psycopg", 1))
    config = Config(REPOSITORY / "alembic.ini")
    with engine.connect() as connection:
        config.attributes["connection"] = engine if kind == "engine" else connection
        command.upgrade(config, "head")
    assert {"job", "job_attempt", "job_event", "worker"} <= set(inspect(engine).get_table_names())
    engine.dispose()
