"""Projects, settings and servers that cannot be used: one sentence, the way out, never a traceback of ours."""

import asyncio
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from defects import HEAD, Edit, edit, found, keep, revision, write
from defects.released import sealed
from defects.running import Outcome, Verify

from alembic_proof.provision.connection import connected
from alembic_proof.provision.url import parse

NEW = "a1b2c3d4e5f6"
ENV = "migrations/env.py"
SECRET = "s3cret-pa55word"
RUN = "if context.is_offline_mode():\n    run_offline()\nelse:\n    run_online()\n"
TWO_DATABASES = """
from sqlalchemy import create_engine, text
for name in ("orders", "billing"):
    with create_engine(f"postgresql+psycopg://app@db.example/{name}").connect() as connection:
        connection.execute(text("SELECT 1"))
run_online()
"""


@dataclass(frozen=True)
class Bad:
    """What is wrong, the exit code, and words that must be said."""

    name: str
    edits: tuple[Edit, ...]
    code: int
    says: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)


def remove(name: str) -> Edit:
    """Delete a file or a folder."""

    def apply(project: Path) -> None:
        path = found(project, name)
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return apply


def empty_versions(project: Path) -> None:
    """No revision at all."""
    for path in (project / "migrations" / "versions").iterdir():
        path.unlink()


def settings(text: str) -> Edit:
    """[tool.alembic-proof] with these lines."""
    return write("pyproject.toml", f"[tool.alembic-proof]\n{text}\n")


PROJECTS = (
    Bad("no-ini", (remove("alembic.ini"),), 2, ("no alembic.ini in", "-c path/to/alembic.ini")),
    Bad("another-ini", (), 2, ("no other.ini in",), ("-c", "other.ini")),
    Bad("no-section", (), 2, ("nowhere",), ("-n", "nowhere")),
    Bad(
        "no-versions-folder",
        (remove("migrations/versions"),),
        2,
        ("no revisions in", "migrations/versions", "alembic revision"),
    ),
    Bad("no-revisions", (empty_versions,), 2, ("no revisions in", "alembic revision")),
    Bad("no-env", (remove(ENV),), 2, ("no env.py in", "script_location")),
    Bad("no-script-location", (edit("alembic.ini", "script_location", "#script_location"),), 2, ("script_location",)),
    Bad("no-migrations-folder", (remove("migrations"),), 2, ("migrations",)),
    Bad(
        "env-raises",
        (edit(ENV, RUN, 'raise RuntimeError("the moon is wrong")\n'),),
        2,
        ("the migration environment cannot run", "the moon is wrong", "migrations/env.py:"),
    ),
    Bad(
        "env-raises-and-a-released-revision-is-gone",
        (sealed, remove(HEAD), edit(ENV, RUN, 'raise RuntimeError("the moon is wrong")\n')),
        2,
        ("the migration environment cannot run", "the moon is wrong", "migrations/env.py:"),
    ),
    Bad(
        "conflict-in-the-seal",
        (sealed, edit("migrations/history.lock", f"\n{HEAD}", f"\n<<<<<<< HEAD\n{HEAD}")),
        2,
        ("migrations/history.lock:6", "a conflict that nobody resolved", "way out"),
    ),
    Bad(
        "env-syntax",
        (edit(ENV, RUN, "run_online(\n"),),
        2,
        ("the migration environment cannot run", "SyntaxError", "migrations/env.py:"),
    ),
    Bad(
        "env-exits",
        (edit(ENV, RUN, "raise SystemExit(0)\n"),),
        2,
        ("the migration environment cannot run", "SystemExit", "migrations/env.py:"),
    ),
    Bad(
        "env-imports-what-is-not-there",
        (edit(ENV, RUN, "import no_such_package\n"),),
        2,
        ("no_such_package", "migrations/env.py:", "--python"),
    ),
    Bad(
        "env-reads-an-unset-variable",
        (edit(ENV, RUN, 'os.environ["JOBS_DATABASE_URL"]\n' + RUN),),
        2,
        ("JOBS_DATABASE_URL", "not set", "--env JOBS_DATABASE_URL=postgresql"),
    ),
    Bad("env-does-nothing", (edit(ENV, RUN, ""),), 2, ("without running a revision", "run_migrations")),
    Bad("env-offline-only", (edit(ENV, RUN, "run_offline()\n"),), 2, ("env.py",)),
    Bad(
        "env-connects-and-runs-nothing",
        (edit(ENV, "    with context.begin_transaction():\n        context.run_migrations()\n\n\nasync", "\n\nasync"),),
        2,
        ("without running a revision", "run_migrations"),
    ),
    Bad(
        "sqlite",
        (
            edit(
                ENV,
                RUN,
                'import sqlalchemy\nwith sqlalchemy.create_engine("sqlite://").connect() as c:\n    migrate(c)\n',
            ),
        ),
        2,
        ("dialect sqlite", "Postgres"),
    ),
    Bad(
        "sqlite-url",
        (edit("alembic.ini", "[loggers]", "sqlalchemy.url = sqlite:///jobs.db\n\n[loggers]"),),
        2,
        ("sqlite",),
    ),
    Bad(
        "two-databases",
        (edit(ENV, RUN, TWO_DATABASES),),
        4,
        ("two databases", "`orders` at db.example:5432", "`billing`", "-c or -n"),
    ),
    Bad(
        "models-do-not-import",
        (edit("models/job.py", "from models.base import Base", "from models.bass import Base"),),
        2,
        ("models.bass", "models/job.py"),
    ),
)

SETTINGS = (
    Bad("format", (), 2, ("no format `yaml`", "terminal"), ("--format", "yaml")),
    Bad("option", (), 2, ("--no-such-option",), ("--no-such-option",)),
    Bad("key", (settings('configg = "x"\ntimeoutt = 3'),), 2, ("unknown key `configg`", "unknown key `timeoutt`")),
    Bad("toml", (write("pyproject.toml", "[tool.alembic-proof\n"),), 2, ("pyproject.toml is not valid TOML", "line 1")),
    Bad(
        "rule-level",
        (settings('[tool.alembic-proof.rules]\n"upgrade/fails" = "fatal"'),),
        2,
        ("upgrade/fails", "fatal"),
    ),
    Bad("rule-level-flag", (), 2, ("upgrade/fails", "fatal"), ("--rule", "upgrade/fails=fatal")),
    Bad("rule-unknown", (), 2, ("upgrade/fale",), ("--rule", "upgrade/fale=off")),
    Bad(
        "rule-unknown-in-settings",
        (settings('[tool.alembic-proof.rules]\n"upgrade/fale" = "off"'),),
        2,
        ("upgrade/fale",),
    ),
    Bad("rule-without-level", (), 2, ("`upgrade/fails` is not NAME=VALUE",), ("--rule", "upgrade/fails")),
    Bad(
        "accept-without-reason",
        (settings('accept = [{ rule = "downgrade/fails", object = "x" }]'),),
        2,
        ("`accept`", "`reason`"),
    ),
    Bad("accept-is-text", (settings('accept = "downgrade/fails"'),), 2, ("accept",)),
    Bad("timeout-is-text", (settings('timeout = "soon"'),), 2, ("timeout",)),
    Bad("table-is-text", (write("pyproject.toml", '[tool]\nalembic-proof = "yes"\n'),), 2, ("alembic-proof",)),
    Bad("fail-on", (settings('fail-on = "sometimes"'),), 2, ("sometimes",)),
    Bad("env-file", (settings('env-file = ".env"'),), 2, ("no env file at", ".env")),
    Bad("python-is-not-there", (), 2, ("no interpreter at", "--python"), ("--python", "no/such/python")),
    Bad("python-is-no-python", (), 2, ("--python",), ("--python", "/bin/false")),
    Bad("python-is-no-program", (), 2, ("alembic.ini", "--python"), ("--python", "alembic.ini")),
    Bad("report-path", (), 2, ("report.json",), ("--format", "json=alembic.ini/report.json")),
    Bad("metadata", (), 2, ("models.nowhere",), ("--metadata", "models.nowhere:metadata")),
)

SERVERS = (
    Bad("route", (), 2, ("there is no route 'cloud'", "embedded"), ("--postgres", "cloud")),
    Bad("not-postgres", (), 2, ("mysql", "not Postgres"), ("--postgres", f"mysql://root:{SECRET}@localhost/x")),
    Bad("port", (), 2, ("cannot be read",), ("--postgres", f"postgresql://u:{SECRET}@localhost:port/x")),
    Bad(
        "unreachable",
        (),
        3,
        ("cannot connect", "127.0.0.1:1", "refused"),
        ("--postgres", f"postgresql://u:{SECRET}@127.0.0.1:1/x"),
    ),
    Bad("version", (), 3, ("not 99",), ("--postgres-version", "99")),
    Bad("extension", (), 3, ("no_such_extension",), ("--extension", "no_such_extension")),
)


@pytest.mark.parametrize("bad", [*PROJECTS, *SETTINGS, *SERVERS], ids=lambda b: b.name)
def test_it_says_what_is_wrong(bad: Bad, project: Path, verify: Verify) -> None:
    """The exit code, what is wrong and the way out; no traceback and no password."""
    for apply in bad.edits:
        apply(project)
    outcome = verify(*bad.arguments, env=bad.env)
    assert outcome.code == bad.code, outcome.said
    assert "Traceback" not in outcome.stderr
    assert SECRET not in outcome.said
    for words in bad.says:
        assert words in outcome.stderr, outcome.said


def test_python_without_alembic(tmp_path: Path, verify: Verify) -> None:
    """An interpreter that lacks Alembic is named, with the option that names another."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    outcome = verify("--python", str(tmp_path / "bare" / "bin" / "python"))
    assert outcome.code == 2, outcome.said
    assert "alembic cannot be imported by" in outcome.stderr
    assert "--python" in outcome.stderr


async def execute(url: str, *statements: str) -> None:
    async with connected(parse(url)[0]) as session:
        for statement in statements:
            await session.execute(statement)


def test_a_wrong_password_is_not_printed(postgres_url: str, verify: Verify) -> None:
    """A login that the server refuses ends the run, and no output repeats the password."""
    endpoint = parse(postgres_url)[0]
    url = endpoint.at(endpoint.database, "alembic_nobody", SECRET).url()
    outcome = verify("--postgres", url)
    assert outcome.code == 3, outcome.said
    assert "cannot connect to database" in outcome.stderr
    assert SECRET not in outcome.said
    assert "Traceback" not in outcome.stderr


def test_a_database_with_tables_is_refused(postgres_url: str, verify: Verify) -> None:
    """A URL that names somebody's database is refused, and the database is as it was."""
    name = "somebodys"
    url = parse(postgres_url)[0].at(name).url()
    asyncio.run(execute(postgres_url, f"CREATE DATABASE {name}"))
    try:
        asyncio.run(execute(url, "CREATE TABLE public.orders (id int)"))
        outcome = verify("--postgres", url)
        asyncio.run(execute(url, "SELECT id FROM public.orders"))
    finally:
        asyncio.run(execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))
    assert outcome.code == 4, outcome.said
    assert "orders" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def upgrade_of_new(outcome: Outcome) -> dict:
    """The finding that names the new revision's upgrade."""
    assert outcome.report is not None, outcome.said
    (finding,) = (f for f in outcome.open_findings if f["rule"] == "upgrade/fails")
    assert finding["revision"] == NEW
    assert finding["file"]
    return finding


PYTHON = {
    "hangs-in-sql": ('op.execute("SELECT pg_sleep(600)")', "no progress"),
    "hangs-in-python": ("import time; time.sleep(600)", "no progress"),
    "ends-the-process": ("import os; os._exit(0)", "ended by itself with status 0"),
    "exits": ("import sys; sys.exit(0)", "SystemExit"),
    "kills-itself": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "signal 9"),
    "kills-its-backend": ('op.execute("SELECT pg_terminate_backend(pg_backend_pid())")', "connection"),
    "asks": ('input("Really? ")', "EOF"),
    "no-such-extension": ('op.execute("CREATE EXTENSION no_such_extension")', "no_such_extension"),
    "recurses": ("def f(): f()\nf()", "recursion"),
}


@pytest.mark.parametrize("name", PYTHON)
def test_an_upgrade_that_misbehaves(name: str, project: Path, verify: Verify) -> None:
    """The report names the revision, and the run ends within its time limit."""
    code, says = PYTHON[name]
    revision(NEW, code, "pass")(project)
    outcome = verify("--timeout", "5")
    assert outcome.code == 1, outcome.said
    assert "Traceback" not in outcome.stderr
    assert says in upgrade_of_new(outcome)["message"]


QUIET = {
    "prints-50-megabytes": 'print("x" * 50_000_000)',
    "prints-what-is-no-text": "import sys; sys.stdout.buffer.write(bytes(range(256)) * 1000)",
    "reads-the-end-of-stdin": "import sys; assert sys.stdin.read() == ''",
    "leaves-a-child": "import subprocess; subprocess.Popen(['sleep', '600'])",
    "leaves-a-thread": "import threading, time; threading.Thread(target=time.sleep, args=(600,)).start()",
    "closes-the-outputs": "import os, sys; sys.stdout.flush(); os.closerange(1, 3)",
    "changes-the-folder": "import os; os.chdir('/')",
    "warns-much": "op.execute(\"DO $$ BEGIN FOR i IN 1..20000 LOOP RAISE WARNING 'w'; END LOOP; END $$\")",
}


@pytest.mark.parametrize("name", QUIET)
def test_noise_does_no_harm(name: str, project: Path, verify: Verify) -> None:
    """Much output, no input, what stays behind: the verdict is that of the schema."""
    revision(NEW, QUIET[name], "pass")(project)
    outcome = verify("--timeout", "60")
    assert outcome.code == 0, outcome.said
    assert outcome.report is not None
    assert outcome.report["verdict"] == "clean"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ('op.execute("SELECT pg_sleep(600)")', "no progress"),
        ("import os; os._exit(0)", "ended by itself with status 0"),
        ('op.execute("SELECT pg_terminate_backend(pg_backend_pid())")', "connection"),
    ],
    ids=["hangs", "ends-the-process", "kills-its-backend"],
)
def test_after_a_downgrade_that_misbehaves_the_rest_is_judged(
    code: str, says: str, project: Path, verify: Verify
) -> None:
    """The downgrade is a finding; the later revisions are walked up, down and up again."""
    edit("524cb5509d7b", 'op.drop_column("job", "max_attempts")', code)(project)
    outcome = verify("--timeout", "5")
    assert outcome.code == 1, outcome.said
    (finding,) = (f for f in outcome.open_findings if f["rule"] == "downgrade/fails")
    assert finding["revision"] == "524cb5509d7b"
    assert says in finding["message"]
    assert outcome.report is not None
    later = {r["id"]: (r["upgrade"], r["downgrade"], r["again"]) for r in outcome.report["revisions"]}
    assert later["47ff7f2a6cda"] == later[HEAD] == ("ok", "ok", "ok")


def test_nothing_stays_running(project: Path, verify: Verify) -> None:
    """What a revision started ends with the run."""
    mark = "599.125"
    revision(NEW, f"import subprocess; subprocess.Popen(['sleep', '{mark}'])", "pass")(project)
    keep("fd23b24f6f9a", NEW)(project)
    edit(NEW, HEAD, "fd23b24f6f9a")(project)
    verify("--timeout", "60")
    running = subprocess.run(["ps", "-axo", "args="], capture_output=True, text=True, check=True).stdout
    assert mark not in running
