"""Small projects written into a folder, verified by the tool and run by plain Alembic."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import asyncpg
import pytest
from walk_servers import Front, run_sql

from alembic_proof.provision.scratch import ScratchDatabase, create, drop
from alembic_proof.provision.server import Server
from alembic_proof.report import Report
from alembic_proof.settings import load_settings
from alembic_proof.verify import review, verify

SYNC = ("psycopg2", "psycopg", "pg8000")
ASYNC = ("asyncpg", "psycopg_async")
NOWHERE = "app:secret@db.production.example:5432/production"


def scheme(driver: str) -> str:
    """The scheme of a SQLAlchemy URL; SQLAlchemy 1.4 knows no `psycopg`."""
    return f"postgresql+{driver}"


def ini(location: str = "migrations", url: str | None = None, section: str = "alembic", more: str = "") -> str:
    """An alembic.ini."""
    lines = [f"[{section}]", f"script_location = {location}"]
    if url:
        lines.append("sqlalchemy.url = " + url.replace("%", "%%"))
    return "\n".join([*lines, more]) + "\n"


def env(
    engine: str = 'engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.")',
    *,
    imports: str = "",
    before: str = "",
    configure: str = "target_metadata=None",
    run: str = "context.run_migrations()",
    connect: str = "engine.connect()",
) -> str:
    """A synchronous env.py, with the usual parts exchangeable."""
    return dedent("""\
        import os
        from alembic import context
        from sqlalchemy import create_engine, engine_from_config, pool, text
        {imports}

        config = context.config

        def run_migrations_online():
            engine = {engine}
            with {connect} as connection:
        {before}
                context.configure(connection=connection, {configure})
                with context.begin_transaction():
                    {run}

        run_migrations_online()
        """).format(
        imports=dedent(imports),
        engine=engine,
        connect=connect,
        before=indent(dedent(before), " " * 8),
        configure=configure,
        run=run,
    )


def async_env(
    engine: str = 'async_engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.")',
    *,
    imports: str = "",
    start: str = "asyncio.run(run_async_migrations())",
    configure: str = "target_metadata=None",
) -> str:
    """An asynchronous env.py, as Alembic's own template has it."""
    return dedent("""\
        import asyncio
        import os
        from alembic import context
        from sqlalchemy import pool
        from sqlalchemy.ext.asyncio import async_engine_from_config, create_async_engine
        {imports}

        config = context.config

        def do_run_migrations(connection):
            context.configure(connection=connection, {configure})
            with context.begin_transaction():
                context.run_migrations()

        async def run_async_migrations():
            connectable = {engine}
            async with connectable.connect() as connection:
                await connection.run_sync(do_run_migrations)
            await connectable.dispose()

        {start}
        """).format(imports=dedent(imports), engine=engine, start=start, configure=configure)


def revision(
    id_: str,
    parent: str | tuple[str, ...] | None,
    upgrade: str = "pass",
    downgrade: str = "pass",
    *,
    labels: tuple[str, ...] | None = None,
    depends_on: tuple[str, ...] | str | None = None,
    arguments: str = "",
    imports: str = "import sqlalchemy as sa\nfrom alembic import op",
) -> str:
    """A revision file."""
    head = f'"""{id_}"""\n{imports}\n\n'
    head += f"revision = {id_!r}\ndown_revision = {parent!r}\nbranch_labels = {labels!r}\ndepends_on = {depends_on!r}\n"
    up, down = (indent(dedent(body).strip(), "    ") for body in (upgrade, downgrade))
    return f"{head}\n\ndef upgrade({arguments}):\n{up}\n\n\ndef downgrade({arguments}):\n{down}\n"


def table(id_: str, parent: str | tuple[str, ...] | None, name: str, **more: Any) -> str:
    """A revision that creates a table, and drops it."""
    return revision(
        id_,
        parent,
        f'op.create_table("{name}", sa.Column("id", sa.Integer, primary_key=True))',
        f'op.drop_table("{name}")',
        **more,
    )


def history(folder: str = "migrations/versions") -> dict[str, str]:
    """Three revisions: a table; a column and an index; a second table with an enum type."""
    second = revision(
        "a2",
        "a1",
        """
        op.add_column("account", sa.Column("email", sa.Text, server_default="", nullable=False))
        op.create_index("account_email", "account", ["email"], unique=True)
        """,
        """
        op.drop_index("account_email", "account")
        op.drop_column("account", "email")
        """,
    )
    third = revision(
        "a3",
        "a2",
        """
        op.create_table(
            "invoice",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False),
            sa.Column("state", sa.Enum("open", "paid", name="invoice_state"), nullable=False),
        )
        """,
        """
        op.drop_table("invoice")
        op.execute("DROP TYPE invoice_state")
        """,
    )
    return {
        f"{folder}/a1_account.py": table("a1", None, "account"),
        f"{folder}/a2_email.py": second,
        f"{folder}/a3_invoice.py": third,
    }


@dataclass(frozen=True)
class Shape:
    """A project's files, the environment and the flags it is run with, and what its verification must say."""

    files: Mapping[str, str]
    env: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, Any] = field(default_factory=dict)
    settings: str = ""
    walked: tuple[str, ...] = ("a1", "a2", "a3")
    heads: tuple[str, ...] = ()  # where there is more than the last one walked
    rules: frozenset[str] = frozenset()
    alembic: tuple[str, ...] = ("upgrade", "heads")  # or `-c` and Python code
    plain_env: Mapping[str, str] = field(default_factory=dict)  # for plain Alembic only
    prepare: tuple[str, ...] = ()  # what plain Alembic needs in its database
    version_table: str = "public.alembic_version"
    driver: str | None = None
    drift: bool = False  # whether the models are compared


@dataclass
class Project:
    """A project's folder, and the ways to run it."""

    folder: Path
    server: Server
    front: Front
    monkeypatch: pytest.MonkeyPatch

    def write(self, files: Mapping[str, str]) -> None:
        """Files by their names; those of an earlier form of the project are overwritten."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")

    def take(self, shape: Shape) -> None:
        """Write a shape, and set its variables."""
        settings = f"[tool.alembic-proof]\n{shape.settings}\n"
        self.write({"pyproject.toml": settings, **shape.files})
        for name, value in shape.env.items():
            self.monkeypatch.setenv(name, value)

    def verify(self, **flags: Any) -> Report:
        """What `alembic-proof verify --postgres URL` does; raises what would end it."""
        self.folder.mkdir(exist_ok=True)
        # what revisions do to a database in use has tests of its own: nothing is under test unless it is said
        given = {"postgres": self.server.admin.url(), "python": sys.executable, "since": "head", **flags}
        return verify(load_settings(self.folder, given))

    def review(self, base: str = "main", **flags: Any) -> Report:
        """What `alembic-proof review --base main --postgres URL` does."""
        given = {"postgres": self.server.admin.url(), "python": sys.executable, "base": base, **flags}
        return review(load_settings(self.folder, given))

    def git(self, *words: str) -> None:
        """A git command in the folder, by nobody, without the configuration of this machine."""
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main")
        env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        subprocess.run(["git", *identity, *words], cwd=self.folder, env=env, check=True, capture_output=True)

    def commit(self, files: Mapping[str, str]) -> None:
        """Files, committed."""
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x")

    def alembic(self, shape: Shape, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
        """The plain Alembic command, with the same environment."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        code = shape.alembic[0] == "-c"
        return subprocess.run(
            [python, *(shape.alembic if code else ["-m", "alembic", *_options(shape), *shape.alembic])],
            cwd=self.folder,
            env={**environment, **shape.plain_env, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @contextmanager
    def database(self) -> Iterator[ScratchDatabase]:
        """A scratch database for plain Alembic."""
        database = asyncio.run(create(self.server, "plain"))
        try:
            yield database
        finally:
            asyncio.run(drop(self.server, database))

    def address(self, database: ScratchDatabase) -> str:
        """What follows `scheme://` in a URL that leads to the database by TCP."""
        end = database.endpoint
        return f"{end.user}:{end.password}@127.0.0.1:{self.front.port}/{end.database}"

    def versions(self, database: ScratchDatabase, name: str) -> list[str] | None:
        """What the version table holds; None where there is none."""
        try:
            rows = run_sql(database.admin, f"SELECT version_num FROM {name} ORDER BY 1")
        except asyncpg.UndefinedTableError:
            return None
        return [row["version_num"] for row in rows]


def _options(shape: Shape) -> list[str]:
    flags = shape.flags
    options = ["-c", flags["config"]] if "config" in flags else []
    options += ["-n", flags["section"]] if "section" in flags else []
    return options + [word for x in flags.get("x", ()) for word in ("-x", x)]


def files_of(body: str, url: str) -> dict[str, str]:
    """A project of one revision with this body, and a URL in alembic.ini."""
    return {
        "alembic.ini": ini(url=url),
        "migrations/env.py": env(),
        "migrations/versions/a1.py": revision("a1", None, body),
    }
