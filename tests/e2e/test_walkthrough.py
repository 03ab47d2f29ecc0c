"""The walk-through, to the letter: a new column in a model, its revision, up, a look, down, and a look again.

It is played where the example began: a copy of the repository in which `migrations/versions` holds the first
revision only, and `models` say what that revision created. Everything else is the repository's own.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from alembic_proof.provision import Request, Server, provide
from alembic_proof.provision.scratch import create, release

REPOSITORY = Path(__file__).parents[2]
FIRST = "fd23b24f6f9a"
ADDED = "6a32f8fc32ca"

MODELS = '''"""What the schema of the job service should be."""

from models.base import Base
from models.job import Job

__all__ = ["Base", "Job"]
'''

# models/job.py as it was at the first revision
JOB = '''"""The job: a container image that somebody asked to be run."""

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Job(Base):
    """One request to run `image`; times are seconds since the epoch."""

    __tablename__ = "job"

    job_info: Mapped[str | None]
    email: Mapped[str | None]
    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str | None]
    run_id: Mapped[str | None]
    phase: Mapped[str | None]
    type: Mapped[str | None]
    image: Mapped[str]
    command: Mapped[str | None]
    time_created: Mapped[int | None]
    time_start: Mapped[int | None]
    time_end: Mapped[int | None]
    deleted: Mapped[int]
    user_agent: Mapped[str]
'''
NEW_FIELD = "    new_field: Mapped[str | None]\n"

COLUMNS = """\
 job_info     | character varying |           |          |
 email        | character varying |           |          |
 id           | integer           |           | not null | nextval('job_id_seq'::regclass)
 job_id       | character varying |           |          |
 run_id       | character varying |           |          |
 phase        | character varying |           |          |
 type         | character varying |           |          |
 image        | character varying |           | not null |
 command      | character varying |           |          |
 time_created | integer           |           |          |
 time_start   | integer           |           |          |
 time_end     | integer           |           |          |
 deleted      | integer           |           | not null |
 user_agent   | character varying |           | not null |
""".splitlines()
NEW_COLUMN = " new_field    | character varying |           |          |"
INDEXES = ["Indexes:", '    "job_pkey" PRIMARY KEY, btree (id)']


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A Postgres for these tests: whatever this machine has, or what ALEMBIC_PROOF_POSTGRES asks for."""
    with provide(Request(route=os.environ.get("ALEMBIC_PROOF_POSTGRES", "auto"))) as server:
        yield server


@pytest.fixture
def database_url(server: Server) -> Iterator[str]:
    """The URL of an empty database that only this test uses."""
    database = asyncio.run(create(server, "walkthrough"))
    yield database.endpoint.url()
    asyncio.run(release(server, database))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The repository as it was at the first revision."""
    shutil.copy(REPOSITORY / "alembic.ini", tmp_path)
    shutil.copytree(REPOSITORY / "migrations", tmp_path / "migrations", ignore=later_revisions)
    (tmp_path / "models").mkdir()
    shutil.copy(REPOSITORY / "models" / "base.py", tmp_path / "models")
    (tmp_path / "models" / "__init__.py").write_text(MODELS, "utf-8")
    (tmp_path / "models" / "job.py").write_text(JOB, "utf-8")
    return tmp_path


def later_revisions(folder: str, names: list[str]) -> list[str]:
    """What is not copied: every revision but the first, and what Python compiled."""
    if Path(folder).name == "versions":
        return [name for name in names if not name.startswith(FIRST)]
    return [name for name in names if name == "__pycache__"]


@pytest.fixture
def psql(server: Server) -> str:
    """The psql of the server's own version, else the one of this machine."""
    found = shutil.which("psql", path=server.bin_dir) if server.bin_dir else None
    found = found or shutil.which("psql")
    if found is None:
        pytest.skip("no psql on this machine")
    return found


def run(project: Path, url: str, *command: str) -> subprocess.CompletedProcess[str]:
    """One command of the walk-through, which must succeed."""
    done = subprocess.run(
        command,
        cwd=project,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_walkthrough(project: Path, database_url: str, psql: str) -> None:
    def alembic(*arguments: str) -> list[str]:
        return run(project, database_url, sys.executable, "-m", "alembic", *arguments).stderr.splitlines()

    def describe_job() -> list[str]:
        return [
            line.rstrip()
            for line in run(project, database_url, psql, database_url, "-c", r"\d job").stdout.splitlines()
        ]

    assert f"INFO  [alembic.runtime.migration] Running upgrade  -> {FIRST}, create job" in alembic("upgrade", "head")
    # the title, the heads of the columns and a ruler; then the columns, in this very order
    assert describe_job()[3:-1] == [*COLUMNS, *INDEXES]

    with (project / "models" / "job.py").open("a", encoding="utf-8") as model:
        model.write(NEW_FIELD)

    logged = alembic("revision", "--autogenerate", "-m", "add new_field", "--rev-id", ADDED)
    assert (
        "INFO  [alembic.ddl.postgresql] Detected sequence named 'job_id_seq' as owned by integer column "
        "'job(id)', assuming SERIAL and omitting" in logged
    )
    detected = [line for line in logged if "] Detected" in line and "sequence" not in line]
    assert [line.partition("] ")[2] for line in detected] == ["Detected added column 'job.new_field'"]
    revision = (project / "migrations" / "versions" / f"{ADDED}_add_new_field.py").read_text("utf-8")
    compile(revision, "revision", "exec")

    logged = alembic("upgrade", "head")
    assert f"INFO  [alembic.runtime.migration] Running upgrade {FIRST} -> {ADDED}, add new_field" in logged
    assert describe_job()[3:-1] == [*COLUMNS, NEW_COLUMN, *INDEXES]

    logged = alembic("downgrade", FIRST)
    assert f"INFO  [alembic.runtime.migration] Running downgrade {ADDED} -> {FIRST}, add new_field" in logged
    assert describe_job()[3:-1] == [*COLUMNS, *INDEXES]


def test_first_model_and_first_revision_agree(project: Path, database_url: str) -> None:
    alembic = (sys.executable, "-m", "alembic")
    run(project, database_url, *alembic, "upgrade", "head")
    assert "No new upgrade operations detected." in run(project, database_url, *alembic, "check").stdout
