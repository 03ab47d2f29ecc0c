"""Revisions under test, measured statement by statement through every driver; and what tries to spoil it."""

from __future__ import annotations

from typing import Any

import pytest
from walk_project import ASYNC, NOWHERE, SYNC, Project, async_env, env, ini, revision, scheme

from alembic_proof.effects import Blocked, Effects, Lock
from alembic_proof.report import Report
from alembic_proof.trace import Passage

ACCOUNT = revision(
    "a1",
    None,
    """
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.Text),
        sa.CheckConstraint("email IS NOT NULL", name="account_email_present"),
    )
    """,
    'op.drop_table("account")',
)
ALL = ("select", "insert", "update", "delete")


def measured(project: Project, body: str, back: str = "pass", driver: str = "psycopg", **more: Any) -> Report:
    """The report of a project whose second revision has this body."""
    text = more.pop("env", None) or (async_env() if driver in ASYNC else env())
    name = driver.removesuffix("_async")
    project.write(
        {
            "alembic.ini": ini(url=f"{scheme(name)}://{NOWHERE}"),
            "migrations/env.py": text,
            "migrations/versions/a1.py": ACCOUNT,
            "migrations/versions/a2.py": revision("a2", "a1", body, back),
            **more.pop("files", {}),
        }
    )
    return project.verify(since="a1", **more)


def passage(report: Report) -> Passage:
    """The one that is under test."""
    assert [p.revision for p in report.measured.passages] == ["a2"]
    return report.measured.passages[0]


def effects(report: Report) -> list[Effects]:
    """Of each of its statements."""
    found = [s.effects for s in passage(report).statements]
    assert all(found)
    return [e for e in found if e]


@pytest.mark.parametrize("driver", [*SYNC, *ASYNC])
def test_every_driver_tells_locks_and_what_the_server_says(project: Project, driver: str) -> None:
    """The lock, what waits behind it, the server's proof of what it need not do, and the command tag."""
    report = measured(
        project,
        'op.alter_column("account", "email", nullable=False)\nop.execute("ALTER TABLE account ALTER id TYPE bigint")',
        'op.alter_column("account", "email", nullable=True)\nop.execute("ALTER TABLE account ALTER id TYPE int")',
        driver,
    )
    first, second = effects(report)
    assert first.tag == second.tag == "ALTER TABLE"
    assert Lock("public.account", "table", "AccessExclusiveLock", "public.account") in first.locks
    assert first.blocked == (Blocked("public.account", ALL),)
    assert [p[:38] for p in first.proofs] == ['existing constraints on column "accoun']
    assert (first.rewritten, second.rewritten) == ((), ("public.account",))
    assert second.rebuilt == ("public.account_pkey",)
    assert first.transaction == second.transaction == 1
    assert [lock.taken for lock in second.locks if lock.relation == "public.account"] == [False]


# pg8000 loses its transaction in an autocommit block of Alembic, also without us
@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", *ASYNC])
def test_every_driver_is_held_outside_a_transaction(project: Project, driver: str) -> None:
    """So that the lock of a CONCURRENTLY statement is seen while it waits for it."""
    report = measured(
        project,
        """
        op.add_column("account", sa.Column("name", sa.Text))
        with op.get_context().autocommit_block():
            op.create_index("account_email", "account", ["email"], postgresql_concurrently=True)
        op.execute("SELECT count(*) FROM account")
        """,
        'op.drop_index("account_email", "account")\nop.drop_column("account", "name")',
        driver,
    )
    add, build, count = effects(report)
    assert [add.transaction, build.transaction, count.transaction] == [1, 2, 3]
    assert [add.autocommit, build.autocommit, count.autocommit] == [False, True, False]
    assert Lock("public.account", "table", "ShareUpdateExclusiveLock", "public.account", waited=True) in build.locks
    assert build.blocked == ()
    assert build.built == ("public.account_email",)
    assert build.scanned == count.scanned == ("public.account",)


def test_a_timeout_that_is_set_for_the_transaction_is_gone_after_an_autocommit_block(project: Project) -> None:
    """As it was in force for each statement, in milliseconds."""
    report = measured(
        project,
        """
        op.execute("SET LOCAL lock_timeout = '2s'")
        op.execute("ALTER TABLE account ADD n int")
        with op.get_context().autocommit_block():
            op.execute("VACUUM account")
        op.execute("ALTER TABLE account ADD m int")
        """,
        'op.drop_column("account", "n")\nop.drop_column("account", "m")',
    )
    assert [e.lock_timeout for e in effects(report)] == [2000, 2000, 0, 0]


def test_the_projects_own_code_between_is_named(project: Project) -> None:
    """The line of the revision, and the line of the helper that it called."""
    helper = 'from alembic import op\n\n\ndef widen(table):\n    op.execute(f"ALTER TABLE {table} ADD n int")\n'
    report = measured(
        project,
        'import helpers\nhelpers.widen("account")',
        'op.drop_column("account", "n")',
        env=env(imports="import sys\nsys.path.insert(0, 'lib')"),
        files={"lib/helpers.py": helper},
    )
    statement = passage(report).statements[0]
    assert statement.line == 13
    assert (statement.helper or "").endswith("lib/helpers.py:5")


def test_tables_that_the_deploy_makes_are_not_told(project: Project) -> None:
    """Nobody uses them yet."""
    report = measured(
        project,
        """
        op.create_table("invoice", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))
        op.create_index("invoice_n", "invoice", ["n"])
        """,
        'op.drop_table("invoice")',
    )
    assert [e.locks for e in effects(report)] == [(), ()]


def test_a_revision_on_an_engine_of_its_own_is_measured_there(project: Project) -> None:
    """Its locks are those of its own session."""
    report = measured(
        project,
        """
        engine = sa.create_engine(op.get_bind().engine.url)
        with engine.begin() as other:
            other.execute(sa.text("ALTER TABLE account ADD n int"))
        """,
        'raise NotImplementedError("it would wait for itself")',
    )
    assert effects(report)[0].blocked == (Blocked("public.account", ALL),)


def test_a_revision_that_prints_megabytes_and_drops_its_own_table_is_measured(project: Project) -> None:
    """Nothing of it is lost, and nothing waits for the output."""
    report = measured(
        project,
        """
        print("x" * 5_000_000)
        op.create_table("passing", sa.Column("id", sa.Integer))
        op.drop_table("passing")
        op.drop_table("account")
        """,
        'op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))',
    )
    assert effects(report)[-1].blocked == (Blocked("public.account", ALL),)


def test_a_revision_that_ends_its_own_backend_is_a_finding(project: Project) -> None:
    """At its line; and no traceback of ours."""
    report = measured(project, 'op.execute("SELECT pg_terminate_backend(pg_backend_pid())")')
    assert [f.rule for f in report.open_findings if f.revision == "a2"] == ["upgrade/fails"]
    assert report.measured.failure is not None


def test_a_revision_that_hangs_when_it_is_measured_is_not_clean(project: Project) -> None:
    """It passes on an empty table, and with rows in it never ends: the report names it."""
    body = """
    import time
    rows = op.get_bind().execute(sa.text("SELECT count(*) FROM account")).scalar()
    time.sleep(3600 if rows else 0)
    """
    report = measured(project, body, timeout=4.0)
    assert report.verdict == "could not verify"
    assert "a2" in (report.incomplete or "")


def test_a_commit_in_the_middle_is_counted(project: Project) -> None:
    """Each transaction of the revision has a number, and locks end with it."""
    report = measured(
        project,
        """
        op.execute("ALTER TABLE account ADD n int")
        op.execute("COMMIT")
        op.execute("BEGIN")
        op.execute("COMMENT ON TABLE account IS 'x'")
        """,
        "op.drop_column('account', 'n')\nop.execute('COMMENT ON TABLE account IS NULL')",
        driver="psycopg2",
    )
    found = effects(report)
    assert found[0].transaction == 1
    assert found[-1].transaction > 1
    assert [lock.mode for lock in found[-1].locks] == ["ShareUpdateExclusiveLock"]


def test_an_environment_in_driver_level_autocommit_is_measured(project: Project) -> None:
    """Every statement is held, since its locks end with it."""
    text = env(engine='create_engine(config.get_main_option("sqlalchemy.url"), isolation_level="AUTOCOMMIT")')
    report = measured(
        project,
        'op.add_column("account", sa.Column("n", sa.Integer))',
        'op.drop_column("account", "n")',
        env=text,
    )
    assert effects(report)[0].blocked == (Blocked("public.account", ALL),)
    assert effects(report)[0].autocommit


def test_what_an_attempt_that_fell_has_read_is_not_told_of_the_next_one(project: Project) -> None:
    """It falls on its rows after a scan, and is run again in the same transaction."""
    body = """
    op.add_column("account", sa.Column("n", sa.Integer))
    op.create_check_constraint("account_email_short", "account", "length(email) < 0")
    """
    back = 'op.drop_constraint("account_email_short", "account")\nop.drop_column("account", "n")'
    report = measured(project, body, back)
    assert passage(report).rows == "none"
    assert effects(report)[0].scanned == ()
