"""The script of `alembic upgrade --sql`, of projects whose env.py writes it in one way or another."""

from __future__ import annotations

import pytest
from walk_project import NOWHERE, Project, async_env, env, ini, revision, table

from alembic_proof.report import Report

MODES = """
if context.is_offline_mode():
    {offline}
else:
    run_migrations_online()
"""
CONFIGURE = 'context.configure(dialect_name="postgresql", literal_binds=True, {more})'
RUN = "\n    with context.begin_transaction():\n        context.run_migrations()"
PER_REVISION = "transaction_per_migration=True"
READS = 'op.get_bind().execute(sa.text("SELECT count(*) FROM first")).scalar_one()'
ONLINE_ONLY = 'if not op.get_context().as_sql:\n    op.create_table("third", sa.Column("id", sa.Integer))'
DROP_THIRD = 'op.drop_table("third")'


def with_modes(offline: str, more: str = "target_metadata=None") -> str:
    """A synchronous env.py with an offline mode."""
    return env(configure=more).replace("\nrun_migrations_online()\n", MODES.format(offline=offline))


def verified(project: Project, env_py: str, *revisions: str, url: str = f"postgresql+psycopg://{NOWHERE}") -> Report:
    """The report of a project with these revisions."""
    versions = {f"migrations/versions/{number}.py": text for number, text in enumerate(revisions)}
    project.write({"alembic.ini": ini(url=url), "migrations/env.py": env_py, **versions})
    return project.verify()


def about_the_script(report: Report) -> list[str]:
    """What was not looked at of it."""
    return [c for c in report.coverage if c.startswith("the script")]


def found(report: Report) -> list[tuple[str, str | None]]:
    """Rules and revisions."""
    return [(f.rule.removeprefix("upgrade/"), f.revision) for f in report.findings]


@pytest.mark.parametrize("more", ["target_metadata=None", PER_REVISION])
def test_a_revision_that_reads_rows_does_not_hide_the_next_one(more: str, project: Project) -> None:
    """It is run online in its place, in the one transaction of the script or between those of the revisions."""
    report = verified(
        project,
        with_modes(CONFIGURE.format(more=more) + RUN, more),
        table("a1", None, "first"),
        revision("a2", "a1", READS),
        table("a3", "a2", "second"),
        revision("a4", "a3", READS),
        revision("a5", "a4", ONLINE_ONLY, DROP_THIRD),
    )
    assert about_the_script(report) == []
    assert found(report) == [("offline-differs", "a5"), ("offline-unrendered", "a2"), ("offline-unrendered", "a4")]


@pytest.mark.parametrize("more", ["target_metadata=None", PER_REVISION])
def test_a_revision_whose_script_fails_does_not_hide_the_next_one(more: str, project: Project) -> None:
    """What it did before it failed is undone, and it is run online in its place."""
    fails = 'op.execute("CREATE TABLE second (id int)")\nif op.get_context().as_sql:\n    op.execute("SELECT 1 / 0")'
    report = verified(
        project,
        with_modes(CONFIGURE.format(more=more) + RUN, more),
        table("a1", None, "first"),
        revision("a2", "a1", fails, 'op.drop_table("second")'),
        revision("a3", "a2", ONLINE_ONLY, DROP_THIRD),
    )
    assert about_the_script(report) == []
    assert found(report) == [("offline-fails", "a2"), ("offline-differs", "a3")]
    assert "division by zero" in report.findings[0].message


def test_a_script_that_fails_past_a_commit_is_not_judged(project: Project) -> None:
    """Half of the revision is there, and cannot be undone."""
    fails = 'with op.get_context().autocommit_block():\n    op.execute("ANALYZE")\n'
    report = verified(
        project,
        with_modes(CONFIGURE.format(more=PER_REVISION) + RUN, PER_REVISION),
        revision("a1", None, f'{fails}if op.get_context().as_sql:\n    op.execute("SELECT 1 / 0")'),
    )
    assert found(report) == [("offline-fails", "a1")]
    assert "in the middle of a1" in about_the_script(report)[0]


def test_an_async_project_goes_on_online(project: Project) -> None:
    """Its env.py runs again in the process that rendered the script."""
    env_py = async_env(
        start=MODES.format(offline=CONFIGURE.format(more="") + RUN + "\n").replace(
            "run_migrations_online()", "asyncio.run(run_async_migrations())"
        )
    )
    report = verified(
        project,
        env_py,
        table("a1", None, "first"),
        revision("a2", "a1", READS),
        table("a3", "a2", "second"),
        revision("a4", "a3", READS),
        url=f"postgresql+asyncpg://{NOWHERE}",
    )
    assert about_the_script(report) == []
    assert found(report) == [("offline-unrendered", "a2"), ("offline-unrendered", "a4")]


def test_a_history_that_was_never_meant_for_scripts_is_told_once(project: Project) -> None:
    """Not once for each revision."""
    report = verified(
        project,
        with_modes(CONFIGURE.format(more="") + RUN),
        table("a1", None, "first"),
        *(revision(f"a{n}", f"a{n - 1}", READS) for n in range(2, 6)),
    )
    assert found(report) == [("offline-unrendered", None)]
    assert [d[:2] for d in report.findings[0].details] == ["a2", "a3", "a4", "a5"]


@pytest.mark.parametrize(
    ("offline", "said"),
    [
        ('raise RuntimeError("online only")', "RuntimeError: online only"),
        ('raise SystemExit("online only")', "SystemExit: online only"),
        ('print("online only")', "env.py has no offline mode"),
        (f'context.configure(dialect_name="postgresql", output_buffer=open("all.sql", "w")){RUN}', "a file of its own"),
    ],
)
def test_without_an_offline_mode_it_is_said_once(offline: str, said: str, project: Project) -> None:
    """It is nothing wrong, and nothing clean; no file stays."""
    report = verified(project, with_modes(offline), table("a1", None, "first"), table("a2", "a1", "second"))
    assert report.findings == ()
    (told,) = about_the_script(report)
    assert said in told
    assert not (project.folder / "all.sql").exists()


def test_an_env_py_that_knows_one_mode_is_said_once(project: Project) -> None:
    """Its settings of the session are not in the script that Alembic would write of it."""
    set_path = 'connection.execute(text("SET search_path TO public"))\nconnection.commit()'
    report = verified(project, env(before=set_path), table("a1", None, "first"))
    assert report.findings == ()
    assert about_the_script(report) == ["the script of `alembic upgrade --sql`: env.py has no offline mode"]


def test_a_script_that_never_commits_gives_nothing(project: Project) -> None:
    """As when psql ends."""
    report = verified(
        project,
        with_modes(CONFIGURE.format(more="") + '\n    context.static_output("BEGIN;")\n    context.run_migrations()'),
        table("a1", None, "first"),
    )
    assert found(report) == [("offline-differs", "a1")]
    assert "table public.first is not there and should be" in report.findings[0].details


def test_another_buffer_and_another_place_of_the_version_table_make_no_difference(project: Project) -> None:
    """Both modes alike, whatever they are."""
    more = 'version_table_schema="admin", transaction_per_migration=True'
    offline = f"import io\n    {CONFIGURE.format(more=more + ', output_buffer=io.StringIO()')}{RUN}"
    (project.folder).mkdir(parents=True, exist_ok=True)
    (project.folder / "first.sql").write_text("CREATE SCHEMA admin", "utf-8")
    (project.folder / "pyproject.toml").write_text('[tool.alembic-proof]\nbefore-upgrade = "first.sql"\n', "utf-8")
    report = verified(project, with_modes(offline, more), table("a1", None, "first"), table("a2", "a1", "second"))
    assert report.findings == ()
    assert about_the_script(report) == []
