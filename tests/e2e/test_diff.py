"""`alembic-proof diff` as a user runs it: revisions, files, and databases that are only read."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY
from defects import HEAD, revision
from defects.running import Verify, run_proof

from alembic_proof.provision import ROUTES, Endpoint, Request, Server, provide
from alembic_proof.provision.connection import connected

SCHEMA = (REPOSITORY / "migrations" / "schema.sql").read_text("utf-8")
NEW = "a1b2c3d4e5f6"
SECRET = "s3cret-pa55word"
READER = f"""
CREATE ROLE reader LOGIN PASSWORD '{SECRET}';
REVOKE ALL ON DATABASE jobs_production FROM PUBLIC;
GRANT CONNECT ON DATABASE jobs_production TO reader;
CREATE TABLE public.alembic_version (version_num varchar(32) NOT NULL);
"""


async def execute(end: Endpoint, *statements: str) -> object:
    """Statements of the administrator; the value of the last one."""
    async with connected(end) as session:
        for statement in statements[:-1]:
            await session.execute(statement)
        return await session.fetchval(statements[-1])


@pytest.fixture
def production(shared_server: Server) -> Iterator[Endpoint]:
    """Somebody's database that holds the example's schema, as a role that may connect, and nothing else."""
    admin = shared_server.admin
    there = admin.at("jobs_production")
    asyncio.run(execute(admin, "CREATE DATABASE jobs_production", "SELECT 1"))
    try:
        asyncio.run(execute(there, SCHEMA, READER, "SELECT 1"))
        yield there.at("jobs_production", "reader", SECRET)
    finally:
        asyncio.run(execute(admin, "DROP DATABASE jobs_production", "DROP ROLE IF EXISTS reader", "SELECT 1"))


def lines(text: str) -> list[str]:
    """What is told, without the sum."""
    return text.splitlines()[:-1]


def test_base_against_head_is_what_all_revisions_add(proof: Verify) -> None:
    """One line an object, and below it what came with it; exit code 1, as they differ."""
    outcome = proof("diff", "base", "head")
    assert outcome.code == 1, outcome.said
    assert {line[0] for line in lines(outcome.stdout)} == {"+", " "}
    assert "+ table public.worker" in lines(outcome.stdout)
    assert "+ view public.job_overview" in lines(outcome.stdout)
    assert outcome.stdout.splitlines()[-1] == "7 added"
    back = proof("diff", "head", "base")
    assert back.stdout == outcome.stdout.replace("+ ", "- ").replace("added", "dropped")


def test_between_two_revisions_a_rename_is_a_rename(project: Path, proof: Verify) -> None:
    """As they are one database at two moments; the view that names the column follows."""
    revision(
        NEW,
        'op.alter_column("job", "phase", new_column_name="stage")\nop.alter_column("worker", "name", type_=sa.Text())',
        None,
    )(project)
    outcome = proof("diff", HEAD, NEW)
    assert outcome.code == 1, outcome.said
    assert lines(outcome.stdout) == [
        "> column public.job.phase is now public.job.stage",
        "~ column public.worker.name  type: character varying → text",
    ]
    assert proof("diff", HEAD[:6], "head").stdout == outcome.stdout
    back = proof("diff", NEW, HEAD)
    assert "> column" not in back.stdout
    assert "- column public.job.stage  character varying" in lines(back.stdout)


def test_two_branches_are_compared_by_name(project: Path, proof: Verify) -> None:
    """No upgrade leads from the one to the other."""
    outcome = proof("diff", "3a29c9abba65", "f3d22cde8cee")
    assert outcome.code == 1, outcome.said
    assert "- table public.worker" in lines(outcome.stdout)
    assert "+ enum public.job_status  queued, running, succeeded, failed, unknown" in lines(outcome.stdout)


def test_a_revision_equals_itself_and_the_file_that_snapshot_wrote(project: Path, proof: Verify) -> None:
    """Exit code 0, and words that say so."""
    (project / "schema.sql").write_text(SCHEMA, "utf-8")
    for one, other in (("head", "schema.sql"), ("schema.sql", HEAD), ("heads", "head"), (HEAD, HEAD)):
        outcome = proof("diff", one, other)
        assert (outcome.code, outcome.stdout) == (0, "no difference\n"), outcome.said


def test_files_need_no_project(postgres_url: str, tmp_path: Path) -> None:
    """Two of them, anywhere."""
    (tmp_path / "old.sql").write_text(SCHEMA, "utf-8")
    (tmp_path / "new.sql").write_text(SCHEMA.replace("DEFAULT 3 NOT NULL", "DEFAULT 5 NOT NULL"), "utf-8")
    outcome = run_proof(postgres_url, tmp_path, "diff", "old.sql", "new.sql")
    assert outcome.code == 1, outcome.said
    assert lines(outcome.stdout) == ["~ column public.job.max_attempts  default: 3 → 5"]


def test_a_database_is_only_read(production: Endpoint, project: Path, proof: Verify) -> None:
    """By a role that may write nothing; its own bookkeeping is no difference."""
    revision(NEW, 'op.execute("CREATE TABLE note (id int)")', None)(project)
    outcome = proof("diff", production.url(), "head")
    assert outcome.code == 1, outcome.said
    assert lines(outcome.stdout) == ["+ table public.note", "    column id  integer"]
    assert proof("diff", production.url(), "f3d22cde8cee").code == 1
    assert SECRET not in outcome.said


def test_two_databases_need_no_project_and_no_server(
    production: Endpoint, shared_server: Server, tmp_path: Path
) -> None:
    """Not one transaction that writes: also an administrator's session is read-only."""
    admin = shared_server.admin.at(production.database)
    asyncio.run(execute(admin, "ALTER TABLE public.worker ADD note text", "SELECT 1"))
    url = admin.url()
    before = asyncio.run(execute(admin, _NEXT))
    outcome = run_proof("", tmp_path, "diff", production.url(), url, "--postgres", "auto")
    assert (outcome.code, outcome.stdout) == (0, "no difference\n"), outcome.said
    assert asyncio.run(execute(admin, _NEXT)) == before


_NEXT = "SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text"


def test_majors_that_differ_are_not_compared(production: Endpoint, shared_server: Server, tmp_path: Path) -> None:
    """Exit code 3 with both versions, whichever side they are on."""
    other = next(
        (r for r in ("installed", "embedded") if r != shared_server.route and ROUTES[r].probe(Request(route=r)).usable),
        None,
    )
    if other is None:
        pytest.skip("one Postgres only")
    (tmp_path / "schema.sql").write_text(SCHEMA, "utf-8")
    with provide(Request(route=other)) as server:
        if server.major == shared_server.major:
            pytest.skip("one version of Postgres only")
        theirs = server.admin.url()
        ends = (production.url(), theirs, "auto"), (production.url(), "schema.sql", theirs)
        for one, two, postgres in ends:
            outcome = run_proof("", tmp_path, "diff", one, two, "--postgres", postgres)
            assert outcome.code == 3, outcome.said
            assert {server.major, shared_server.major} <= {int(n) for n in re.findall(r"\b\d\d\b", outcome.stderr)}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere", "head"), "no revision nowhere"),
        (("head", "nowhere"), "no revision nowhere"),
        (("head", "nowhere.sql"), "no file nowhere.sql"),
        (("schema.sql", "nowhere"), "no revision nowhere"),
        (("mysql://app@db/jobs", "head"), "not Postgres"),
    ],
)
def test_what_is_not_there_is_named(arguments: tuple[str, str], says: str, project: Path, proof: Verify) -> None:
    """Exit code 2, no traceback."""
    (project / "schema.sql").write_text(SCHEMA, "utf-8")
    outcome = proof("diff", *arguments)
    assert outcome.code == 2, outcome.said
    assert says in outcome.stderr
    assert "Traceback" not in outcome.said


def test_a_revision_without_a_project_names_what_is_missing(postgres_url: str, tmp_path: Path) -> None:
    """The command line is right, the folder is not."""
    outcome = run_proof(postgres_url, tmp_path, "diff", "base", "head")
    assert outcome.code == 2
    assert "no alembic.ini" in outcome.stderr


def test_a_file_that_cannot_be_loaded_is_told_with_its_line(project: Path, proof: Verify) -> None:
    """Exit code 3: nothing was compared."""
    (project / "schema.sql").write_text(SCHEMA.replace("CREATE VIEW", "CREATE VEIW"), "utf-8")
    line = SCHEMA[: SCHEMA.index("CREATE VIEW")].count("\n") + 1
    outcome = proof("diff", "base", "schema.sql")
    assert outcome.code == 3, outcome.said
    assert f"line {line}" in outcome.stderr


@pytest.mark.parametrize("what", ["password", "host", "database", "option", "encryption"])
def test_a_password_is_never_printed(what: str, production: Endpoint, tmp_path: Path) -> None:
    """Whatever is wrong with the URL."""
    url = production.url()
    url = {
        "password": url.replace("reader:", "nobody:"),
        "host": f"postgresql://app:{SECRET}@127.0.0.1:1/jobs",
        "database": url.replace("/jobs_production", "/jobs_stage"),
        "option": url + ("&" if "?" in url else "?") + "target_session_attrs=any",
        "encryption": url + ("&" if "?" in url else "?") + "sslmode=require",
    }[what]
    outcome = run_proof("", tmp_path, "diff", url, url, "--postgres", "auto")
    assert outcome.code in (2, 3), outcome.said
    assert SECRET not in outcome.said
    assert "Traceback" not in outcome.said
