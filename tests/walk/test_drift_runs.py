"""The models and autogenerate through the project's own env.py: what they need, what they leave out, how they fail."""

from __future__ import annotations

from textwrap import dedent

import pytest
from walk_project import NOWHERE, Project, Shape, env, ini, revision, scheme, table

from alembic_proof.errors import ExitCode
from alembic_proof.report import Report

URL = f"{scheme('psycopg')}://{NOWHERE}"
ACCOUNT = 'Table("account", metadata, Column("id", Integer, primary_key=True))'


def files(models: str, *, configure: str = "", env_py: str = "", **revisions: str) -> dict[str, str]:
    """A project with these models."""
    header = "from sqlalchemy import *\nfrom sqlalchemy.dialects import postgresql as pg\nmetadata = MetaData()\n"
    text = env(imports="from app.models import metadata", configure=f"target_metadata=metadata{configure}")
    return {
        "alembic.ini": ini(url=URL),
        "app/__init__.py": "",
        "app/models.py": header + dedent(models),
        "migrations/env.py": env_py or text,
        **{f"migrations/versions/{name}.py": text for name, text in revisions.items()},
    }


def verified(project: Project, made: dict[str, str], settings: str = "") -> Report:
    """The report on these files."""
    project.take(Shape(files=made, settings=settings))
    return project.verify()


def unlooked(report: Report) -> list[str]:
    """What drift was not looked at."""
    return [c for c in report.coverage if "drift" in c or "autogenerate" in c]


def rules(report: Report) -> list[str]:
    """What was found."""
    return sorted(f"{f.rule} {f.object}" for f in report.findings)


def test_models_get_what_only_migrations_make(project: Project) -> None:
    """A function, a domain, an enum without create_type and a sequence; the enum that models do make is compared."""
    models = """
        Table("account", metadata,
            Column("id", Integer, server_default=text("nextval('numbers')")),
            Column("kind", pg.ENUM("a", "b", name="kind", create_type=False), server_default=text("first_kind()")),
            Column("mood", Enum("sad", "happy", name="mood")),
            Column("cost", pg.DOMAIN("amount", Integer, create_type=False)))
        """
    body = """
        op.execute("CREATE TYPE kind AS ENUM ('a', 'b')")
        op.execute("CREATE TYPE mood AS ENUM ('sad')")
        op.execute("CREATE DOMAIN amount AS int CHECK (value > 0)")
        op.execute("CREATE SEQUENCE numbers")
        op.execute("CREATE FUNCTION first_kind() RETURNS kind LANGUAGE plpgsql AS 'BEGIN RETURN ''a''; END'")
        op.execute("CREATE TABLE account (id int DEFAULT nextval('numbers'), "
                   "kind kind DEFAULT first_kind(), mood mood, cost amount)")
        """
    undo = """
        op.execute("DROP TABLE account; DROP FUNCTION first_kind(); DROP SEQUENCE numbers")
        op.execute("DROP DOMAIN amount; DROP TYPE mood; DROP TYPE kind")
        """
    report = verified(project, files(models, a1=revision("a1", None, body, undo)))
    assert rules(report) == ["drift/models-differ public.mood"], [str(f) for f in report.findings]


def test_models_that_cannot_be_created_fail_the_run(project: Project) -> None:
    """With the statement; and the report says that drift was not looked at."""
    models = ACCOUNT + '\nTable("bad", metadata, Column("x", Integer, server_default=text("nowhere()")))'
    report = verified(project, files(models, a1=table("a1", None, "account")))
    (finding,) = report.findings
    assert finding.rule == "drift/models-fail"
    assert "nowhere() does not exist" in finding.message
    assert "CREATE TABLE bad" in (finding.sql or "")
    assert report.exit_code() is ExitCode.FINDINGS
    assert any(c.startswith("drift: create_all of the models fails") for c in report.coverage)


def test_include_object_of_env_py_is_honoured(project: Project) -> None:
    """A table of another tool is not compared; the report names it."""
    second = table("a2", "a1", "of_another_tool")
    made = files(ACCOUNT, configure=", include_object=include", a1=table("a1", None, "account"), a2=second)
    made["migrations/env.py"] = made["migrations/env.py"].replace(
        "config = context.config",
        "def include(object_, name, type_, reflected, compare_to):\n    return name != 'of_another_tool'\n\n"
        "config = context.config",
    )
    report = verified(project, made)
    assert rules(report) == []
    assert unlooked(report) == ["drift of what is excluded by include_object: public.of_another_tool"]


def test_exclude_of_the_settings_is_honoured(project: Project) -> None:
    """Without a change of env.py."""
    made = files(ACCOUNT, a1=table("a1", None, "account"), a2=table("a2", "a1", "of_another_tool"))
    report = verified(project, made, 'exclude = ["of_another*"]')
    assert rules(report) == []
    assert unlooked(report) == ["drift of what is excluded by the settings: public.of_another_tool"]
    assert rules(verified(project, made)) == ["drift/models-differ public.of_another_tool"]


@pytest.mark.parametrize("configure", ["", ", transaction_per_migration=True", ", transactional_ddl=False"])
def test_autogenerate_is_heard_whatever_the_transactions_are(configure: str, project: Project) -> None:
    """And the way down goes on as if it had not spoken."""
    models = ACCOUNT + '\nTable("more", metadata, Column("x", Integer))'
    report = verified(project, files(models, configure=configure, a1=table("a1", None, "account")))
    (finding,) = report.findings
    assert finding.object == "public.more"
    assert "autogenerate sees it" in finding.details
    assert finding.mend is not None
    assert finding.mend.startswith("op.create_table('more'")
    assert unlooked(report) == []


def test_autogenerate_is_heard_where_env_py_runs_once_only(project: Project) -> None:
    """The way down, and with it the witness, then has a process of its own."""
    made = files(ACCOUNT + '\nTable("more", metadata, Column("x", Integer))', a1=table("a1", None, "account"))
    made["migrations/env.py"] += (
        "\nimport app\nif hasattr(app, 'ran'):\n    raise RuntimeError('twice')\napp.ran = True\n"
    )
    made["migrations/env.py"] = made["migrations/env.py"].replace(
        "def run_migrations_online():",
        "import app\n\ndef run_migrations_online():\n    assert not hasattr(app, 'ran')",
    )
    report = verified(project, made)
    (finding,) = report.findings
    assert "autogenerate sees it" in finding.details


def test_autogenerate_that_ends_its_process_is_told(project: Project) -> None:
    """The way down is judged without it."""
    made = files(
        ACCOUNT, configure=", include_object=lambda *a: __import__('os')._exit(1)", a1=table("a1", None, "account")
    )
    report = verified(project, made)
    assert rules(report) == []
    assert unlooked(report) == [
        "autogenerate as second witness, and what include_object leaves out: it did not come to an answer"
    ]
