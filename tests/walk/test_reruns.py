"""Upgrades broken off half-way and run again."""

from __future__ import annotations

import asyncio
import sys

import pytest
from walk_project import NOWHERE, Project, async_env, env, ini, revision

from alembic_proof.effects import Rerun
from alembic_proof.provision.connection import connected
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.settings import load_settings
from alembic_proof.trace import Context
from alembic_proof.walk.bench import generated, open_bench
from alembic_proof.walk.reruns import points, reruns, reruns_on
from alembic_proof.walk.runs import Ground

FIRST = """
op.create_table(
    "job",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state", sa.Text, server_default="new"),
    sa.Column("owner", sa.Integer),
)
op.execute("INSERT INTO job SELECT n, 'new', n FROM generate_series(1, 50) n")
"""
# SET, ADD COLUMN, DROP DEFAULT | two indexes | CHECK, SELECT, UPDATE
SAMPLE = """
op.execute("SET LOCAL lock_timeout = '2s'")
op.add_column("job", sa.Column("kind", sa.Text))
op.alter_column("job", "state", server_default=None)
with op.get_context().autocommit_block():
    op.create_index("job_state", "job", ["state"], postgresql_concurrently=True)
    op.create_index("job_owner", "job", ["owner"], postgresql_concurrently=True)
op.create_check_constraint("job_kind", "job", "kind <> ''")
op.get_bind().execute(sa.text("SELECT count(*) FROM job")).scalar()
op.execute("UPDATE job SET kind = 'x'")
"""
GOOD = """
op.add_column("job", sa.Column("kind", sa.Text), {guard})
with op.get_context().autocommit_block():
    op.drop_index("job_state", "job", if_exists=True, postgresql_concurrently=True)
    op.create_index("job_state", "job", ["state"], postgresql_concurrently=True)
op.execute("UPDATE job SET kind = 'x'")
"""
KEPT = """
with op.get_context().autocommit_block():
    op.create_index("job_state", "job", ["state"], if_not_exists=True, postgresql_concurrently=True)
"""
ENVS = {"psycopg2": env(), "psycopg": env(), "asyncpg": async_env()}


def write(project: Project, upgrade: str, driver: str = "psycopg", **more: str) -> None:
    """A project of two revisions."""
    project.write(
        {
            "alembic.ini": ini(url=f"postgresql+{driver}://{NOWHERE}"),
            "migrations/env.py": ENVS[driver],
            "migrations/versions/a1.py": revision("a1", None, FIRST),
            "migrations/versions/a2.py": revision("a2", "a1", upgrade),
            **more,
        }
    )


def ground(project: Project) -> Ground:
    """What its runs stand on."""
    settings = load_settings(project.folder, {"postgres": project.server.admin.url(), "python": sys.executable})
    return Ground(settings, project.server, lambda *_: None)


def tried(
    project: Project,
    upgrade: str,
    statements: int,
    first_commit: int | None,
    driver: str = "psycopg",
    of: str = "a2",
    **more: str,
) -> tuple[tuple[Rerun, ...], tuple[str, ...]]:
    """The attempts at one revision."""
    write(project, upgrade, driver, **more)
    return asyncio.run(reruns(ground(project), of, statements, first_commit))


@pytest.mark.parametrize("driver", ENVS)
def test_what_was_committed_half_way_stops_the_second_run(driver: str, project: Project) -> None:
    """Before the implicit commit the server undoes all; after it the column is there already."""
    found, missed = tried(project, SAMPLE, 8, 3, driver)
    assert missed == ()
    before = {r.number: r for r in found if not r.within}
    assert sorted(before) == [3, 4, 5, 6, 7, 8]
    assert (before[3].failure, before[3].differs) == (None, ())
    assert all("42701" in (before[k].failure or "") for k in (4, 5, 6, 7, 8))
    assert before[5].sql.startswith("CREATE INDEX CONCURRENTLY job_owner")
    assert before[5].line == before[4].line + 1
    assert before[5].file.endswith("a2.py")


@pytest.mark.parametrize("driver", ENVS)
def test_an_index_that_was_cancelled_half_way_is_told_as_invalid(driver: str, project: Project) -> None:
    """Its second build says that it is there already."""
    found, missed = tried(project, SAMPLE, 8, 3, driver)
    assert missed == ()
    within = {r.number: r for r in found if r.within}
    assert {n: r.invalid for n, r in within.items()} == {4: ("public.job_state",), 5: ("public.job_owner",)}


@pytest.mark.parametrize("driver", ENVS)
def test_a_revision_that_can_be_run_again_everywhere_is_clean(driver: str, project: Project) -> None:
    """The column where it is missing only, and the index from anew."""
    found, missed = tried(project, GOOD.format(guard="if_not_exists=True"), 4, 1, driver)
    assert missed == ()
    assert [(r.number, r.within) for r in found] == [(1, False), (2, False), (3, False), (3, True), (4, False)]
    assert {(r.failure, r.differs, r.invalid) for r in found} == {(None, (), ())}


@pytest.mark.parametrize("driver", ENVS)
def test_if_not_exists_keeps_an_invalid_index(driver: str, project: Project) -> None:
    """The second run passes, and nobody says a word."""
    found, missed = tried(project, KEPT, 1, 0, driver)
    assert missed == ()
    whole, within = found
    assert (whole.within, whole.failure, whole.invalid) == (False, None, ())
    assert (within.within, within.failure, within.invalid) == (True, None, ("public.job_state",))
    assert len(within.differs) == 1
    assert "job_state" in within.differs[0]


def test_a_partition_that_was_half_detached_stops_the_second_run(project: Project) -> None:
    """The server wants FINALIZE then; an index that was half dropped is dropped."""
    first = """
    op.execute("CREATE TABLE whole (id int) PARTITION BY RANGE (id)")
    op.execute("CREATE TABLE part PARTITION OF whole FOR VALUES FROM (1) TO (9)")
    op.execute("CREATE INDEX part_id ON part (id)")
    """
    body = """
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS part_id")
        op.execute("ALTER TABLE whole DETACH PARTITION part CONCURRENTLY")
    """
    found, missed = tried(project, body, 2, 0, **{"migrations/versions/a1.py": revision("a1", None, first)})
    assert missed == ()
    within = {r.number: r.failure for r in found if r.within}
    assert within[1] is None
    assert "55000" in (within[2] or "")


def test_one_transaction_is_broken_off_once(project: Project) -> None:
    """Before its last statement."""
    found, missed = tried(project, 'op.add_column("job", sa.Column("kind", sa.Text))\nop.execute("SELECT 1")', 2, None)
    assert missed == ()
    assert [(r.number, r.sql, r.failure) for r in found] == [(2, "SELECT 1", None)]


def test_except_exception_does_not_hide_the_break(project: Project) -> None:
    """A killed process would not be hidden, either."""
    body = """
    with op.get_context().autocommit_block():
        op.execute("CREATE TABLE one ()")
        try:
            op.execute("CREATE TABLE two ()")
        except Exception:
            pass
    """
    found, _ = tried(project, body, 2, 1)
    assert [(r.number, "42P07" in (r.failure or "")) for r in found] == [(1, False), (2, True)]


def test_a_second_run_that_ends_elsewhere_is_told(project: Project) -> None:
    """It asks whether its first half is there, and leaves out the second."""
    body = """
    with op.get_context().autocommit_block():
        if "one" not in sa.inspect(op.get_bind()).get_table_names():
            op.execute("CREATE TABLE one ()")
            op.execute("CREATE TABLE two ()")
    """
    found, missed = tried(project, body, 3, 0)
    assert missed == ()
    last = found[-1]
    assert (last.failure, last.differs) == (None, ("table public.two is not there and should be",))


def test_what_hangs_is_told_as_not_tried(project: Project) -> None:
    """The process is killed, and with it the child that hangs; nothing stays connected."""
    body = """
    import time
    with op.get_context().autocommit_block():
        if "one" in sa.inspect(op.get_bind()).get_table_names():
            time.sleep(600)
        op.execute("CREATE TABLE one ()")
        op.execute("SELECT 1")
    """
    project.write({"pyproject.toml": "[tool.alembic-proof]\ntimeout = 3\n"})
    found, missed = tried(project, body, 3, 2)
    assert found[0].number == 2
    assert found[0].failure is None
    assert len(missed) == 1
    assert "statement 3 " in missed[0]
    assert "no progress" in missed[0]
    assert asyncio.run(_connected_to(project, "alembic_proof_%")) == 0


async def _connected_to(project: Project, name: str) -> int:
    async with connected(project.server.admin) as session:
        return await session.fetchval("SELECT count(*) FROM pg_stat_activity WHERE datname LIKE $1", name)


def test_a_child_that_dies_is_told(project: Project) -> None:
    """With how it ended."""
    body = """
    import os
    with op.get_context().autocommit_block():
        if "one" in sa.inspect(op.get_bind()).get_table_names():
            os.kill(os.getpid(), 9)
        op.execute("CREATE TABLE one ()")
        op.execute("SELECT 1")
    """
    _, missed = tried(project, body, 3, 2)
    assert len(missed) == 1
    assert "signal SIGKILL" in missed[0]


def test_a_revision_file_that_connects_when_imported_is_not_forked(project: Project) -> None:
    """Children would share the connection."""
    imports = (
        f'import sqlalchemy as sa\nfrom alembic import op\nsa.create_engine("postgresql+psycopg://{NOWHERE}").connect()'
    )
    found, missed = tried(
        project, "pass", 2, None, **{"migrations/versions/a3.py": revision("a3", "a2", imports=imports)}
    )
    assert found == ()
    assert len(missed) == 1
    assert "connects to the database when it is imported" in missed[0]


def test_after_a_merge_all_parents_are_there(project: Project) -> None:
    """And what a revision depends on."""
    more = {
        "migrations/versions/b.py": revision("b", "a1", 'op.add_column("job", sa.Column("b", sa.Integer))'),
        "migrations/versions/c.py": revision("c", None, 'op.execute("CREATE TABLE c (id int)")'),
    }
    body = """
    op.execute("ALTER TABLE c ADD b int")
    op.execute("UPDATE job SET b = 1, a = 2")
    """
    project.write({"migrations/versions/a.py": revision("a", "a1", 'op.add_column("job", sa.Column("a", sa.Integer))')})
    found, missed = tried(
        project,
        "pass",
        2,
        None,
        **{**more, "migrations/versions/a2.py": revision("a2", ("a", "b"), body, depends_on="c")},
    )
    assert missed == ()
    assert [(r.number, r.failure) for r in found] == [(2, None)]


def test_the_first_revision_of_a_history_runs_on_what_was_prepared(project: Project) -> None:
    """The project's own SQL and its own function have run before it, once."""
    prepare = (
        "import sqlalchemy as sa\ndef prepare(connection):\n    connection.execute(sa.text('CREATE TABLE once ()'))\n"
    )
    project.write(
        {
            "pyproject.toml": '[tool.alembic-proof]\nbefore-upgrade = ["one.sql", "preparing:prepare"]\n',
            "one.sql": "CREATE TABLE prepared ()",
            "preparing.py": prepare,
        }
    )
    body = 'op.execute("ALTER TABLE once ADD a int")\nop.execute("ALTER TABLE prepared ADD a int")'
    found, missed = tried(project, body, 2, None, of="a1", **{"migrations/versions/a1.py": revision("a1", None, body)})
    assert missed == ()
    assert [(r.number, r.failure) for r in found] == [(2, None)]


def test_one_bench_serves_revisions_on_rows(project: Project) -> None:
    """Each on its own parents, with the rows of whoever fills them."""
    add = 'op.add_column("job", sa.Column("{}", sa.Integer))\nop.execute("SELECT 1")'
    files = {f"migrations/versions/{n}.py": revision(n, p, add.format(n)) for n, p in (("a2", "a1"), ("a3", "a2"))}
    write(project, add.format("a2"), **files)
    seen: list[list[str]] = []

    async def fill(database: ScratchDatabase, context: Context) -> None:
        async with connected(database.admin) as session:
            rows = await session.fetch(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'public.job'::regclass AND attnum > 3"
            )
            seen.append([r["attname"] for r in rows])
            await session.execute("INSERT INTO public.job (id) VALUES (1000)")

    async def both() -> list[tuple[tuple[Rerun, ...], tuple[str, ...]]]:
        async with open_bench(ground(project), fill) as bench:
            return [await reruns_on(bench, name, 2, None) for name in ("a2", "a3")]

    results = asyncio.run(both())
    assert seen == [[], ["a2"]]
    assert [(len(found), found[0].failure, missed) for found, missed in results] == [(1, None, ())] * 2


def test_a_backfill_on_generated_rows_runs_again(project: Project) -> None:
    """It is committed half-way, and does the rest the second time."""
    body = """
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE job ADD COLUMN IF NOT EXISTS kind text")
        op.execute("UPDATE job SET kind = 'x' WHERE kind IS NULL AND id % 2 = 0")
        op.execute("UPDATE job SET kind = 'x' WHERE kind IS NULL")
        op.execute("ALTER TABLE job ALTER kind SET NOT NULL")
    """
    write(project, body)
    found, missed = asyncio.run(reruns(ground(project), "a2", 4, 0, generated("all")))
    assert missed == ()
    assert [(r.number, r.failure, r.differs) for r in found] == [(n, None, ()) for n in (1, 2, 3, 4)]


def test_every_statement_after_the_first_commit_is_a_place_to_break_off() -> None:
    """Before it, one stands for all."""
    assert points(0, None) == []
    assert points(9, None) == [9]
    assert points(5, 0) == [1, 2, 3, 4, 5]
    assert points(5, 3) == [3, 4, 5]
    assert points(3, 3) == [3]


def test_more_places_than_are_tried_are_named(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many, and the rest in words."""
    monkeypatch.setattr("alembic_proof.walk.reruns.MOST", 4)
    body = """
    with op.get_context().autocommit_block():
        for n in range(7):
            op.execute(f"CREATE TABLE IF NOT EXISTS t{n} ()")
    """
    found, missed = tried(project, body, 7, 0)
    assert [r.number for r in found] == [1, 2, 3, 4]
    assert missed == ("a2: broken off before statement 5, 6, 7 and run again: more than 4 places",)
