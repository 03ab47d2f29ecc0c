"""The shapes of real projects, each in its smallest form.

A shape is a function of an address, what follows `scheme://`: for the verification an address that leads nowhere,
for plain Alembic that of a scratch database. Its docstring says what such a project does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from textwrap import dedent
from typing import Any
from urllib.parse import urlsplit

import pytest
from walk_project import ASYNC, SYNC, Shape, async_env, env, history, ini, revision, scheme, table

SHAPES: dict[str, Callable[[str], Shape]] = {}
PLAIN = env()
PLACEHOLDER = "driver://user:pass@localhost/dbname"


def shape(function: Callable[[str], Shape]) -> Callable[[str], Shape]:
    """Registers a shape by its name."""
    SHAPES[function.__name__] = function
    return function


def usual(files: dict[str, str] | None = None, *, env_py: str = PLAIN, at: str = "", **more: Any) -> Shape:
    """An alembic.ini with a URL of psycopg, env.py, and three revisions unless other files are given."""
    base = {"alembic.ini": ini(url=f"postgresql+psycopg://{at}"), "migrations/env.py": env_py}
    return Shape({**base, **(history() if files is None else files)}, **more)


def all_shapes() -> list[Any]:
    """For parametrize."""
    return [pytest.param(build, id=name) for name, build in SHAPES.items()]


# -- drivers ------------------------------------------------------------------------------------------------------


def _of_driver(driver: str) -> Callable[[str], Shape]:
    def build(at: str) -> Shape:
        text = async_env() if driver in ASYNC else env()
        url = f"{scheme(driver)}://{at}"
        return Shape({"alembic.ini": ini(url=url), "migrations/env.py": text, **history()}, driver=driver)

    build.__doc__ = f"Names its database in alembic.ini and speaks through {driver}."
    return build


for _driver in (*SYNC, *ASYNC):
    SHAPES[f"driver_{_driver}"] = _of_driver(_driver)


# -- where the URL comes from -------------------------------------------------------------------------------------


@shape
def url_from_environment_variable(at: str) -> Shape:
    """Sync env.py, one variable."""
    text = env('create_engine(os.environ["DATABASE_URL"])')
    return usual(env_py=text, env={"DATABASE_URL": f"postgresql+psycopg2://{at}"}, driver="psycopg2")


@shape
def url_from_environment_variable_made_async(at: str) -> Shape:
    """The variable holds a URL without a driver, and env.py puts one in."""
    text = async_env(
        'create_async_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"))'
    )
    return usual(env_py=text, env={"DATABASE_URL": f"postgresql://{at}"}, driver="asyncpg")


@shape
def url_set_in_env_py(at: str) -> Shape:
    """alembic.ini holds Alembic's placeholder, and env.py overwrites it from a variable."""
    text = env(before="", imports='context.config.set_main_option("sqlalchemy.url", os.environ["DB_URL"])')
    files = {"alembic.ini": ini(url=PLACEHOLDER), "migrations/env.py": text, **history()}
    return Shape(files, env={"DB_URL": f"postgresql+pg8000://{at}"}, driver="pg8000")


@shape
def url_from_five_variables(at: str) -> Shape:
    """Host, port, user, password and name, each in a variable of its own."""
    parts = urlsplit(f"postgresql://{at}")
    variables = {
        "DB_HOST": parts.hostname or "",
        "DB_PORT": str(parts.port),
        "DB_USER": parts.username or "",
        "DB_PASSWORD": parts.password or "",
        "DB_NAME": parts.path[1:],
    }
    imports = """
        from sqlalchemy import URL
        def url(get=os.environ.__getitem__):
            return URL.create("postgresql+asyncpg", get("DB_USER"), get("DB_PASSWORD"), get("DB_HOST"),
                              int(get("DB_PORT")), get("DB_NAME"))
        """
    return usual(env_py=async_env("create_async_engine(url())", imports=imports), env=variables, driver="asyncpg")


@shape
def url_from_json_in_variable(at: str) -> Shape:
    """A secret manager's JSON in one variable."""
    parts = urlsplit(f"postgresql://{at}")
    secret = {"host": parts.hostname, "port": parts.port, "username": parts.username, "password": parts.password}
    imports = """
        import json
        from sqlalchemy import URL
        secret = json.loads(os.environ["DB_SECRET"])
        url = URL.create("postgresql+psycopg", database=secret.pop("dbname"), **secret)
        """
    value = json.dumps({**secret, "dbname": parts.path[1:]})
    return usual(env_py=env("create_engine(url)", imports=imports), env={"DB_SECRET": value})


@shape
def url_from_settings_cached_at_import(at: str) -> Shape:
    """A settings object reads the variable when it is imported, and is never asked again."""
    settings = dedent("""\
        import os
        from dataclasses import dataclass
        from functools import lru_cache

        @dataclass(frozen=True)
        class Settings:
            database_url: str

        @lru_cache
        def get_settings():
            return Settings(os.environ["DATABASE_URL"])

        settings = get_settings()
        """)
    text = env("create_engine(settings.database_url)", imports="from app.config import settings")
    files = {"app/__init__.py": "", "app/config.py": settings, **history()}
    return usual(files, env_py=text, env={"DATABASE_URL": f"postgresql+psycopg://{at}"})


@shape
def url_from_x_argument(at: str) -> Shape:
    """`alembic -x url=…`."""
    text = env('create_engine(context.get_x_argument(as_dictionary=True)["url"])')
    return usual(env_py=text, flags={"x": (f"url=postgresql+psycopg2://{at}",)}, driver="psycopg2")


@shape
def url_hard_coded(at: str) -> Shape:
    """The URL stands in env.py."""
    return usual(env_py=env(f'create_engine("postgresql+psycopg://{at}")'), driver="psycopg")


@shape
def engine_of_the_application(at: str) -> Shape:
    """env.py imports the engine that the application made."""
    db = f'from sqlalchemy import create_engine\nengine = create_engine("postgresql+psycopg2://{at}")\n'
    text = env("app_engine", imports="from app.db import engine as app_engine")
    return usual({"app/__init__.py": "", "app/db.py": db, **history()}, env_py=text, driver="psycopg2")


# -- attributes, Config, wrapper ----------------------------------------------------------------------------------

_BUILDER = """\
from alembic.config import Config
from sqlalchemy import create_engine

def build():
    config = Config()
    config.set_main_option("script_location", "migrations")
    {more}
    return config
"""
_UPGRADE = "from alembic import command; from app.cfg import build; command.upgrade(build(), 'heads')"
_FROM_ATTRIBUTES = 'config.attributes["connection"]'


def _built(at: str, more: str, env_py: str) -> Shape:
    files = {
        "app/__init__.py": "",
        "app/cfg.py": _BUILDER.format(more=more.format(at=at)),
        "migrations/env.py": env_py,
        **history(),
    }
    return Shape(files, settings='config-function = "app.cfg:build"', alembic=("-c", _UPGRADE))


@shape
def config_built_in_code(at: str) -> Shape:
    """No alembic.ini at all: a function builds the Config, with the URL as a main option."""
    more = 'config.set_main_option("sqlalchemy.url", "postgresql+psycopg://{at}")'
    return _built(at, more, env('create_engine(config.get_main_option("sqlalchemy.url"))'))


@shape
def attributes_hold_an_engine(at: str) -> Shape:
    """env.py wants an Engine in config.attributes."""
    more = 'config.attributes["connection"] = create_engine("postgresql+psycopg://{at}")'
    return _built(at, more, env(_FROM_ATTRIBUTES))


@shape
def attributes_hold_a_connection(at: str) -> Shape:
    """env.py wants a live Connection in config.attributes, and commits what it did."""
    more = 'config.attributes["connection"] = create_engine("postgresql+psycopg2://{at}").connect()'
    return _built(at, more, env(_FROM_ATTRIBUTES, connect="engine"))


@shape
def attributes_are_ignored(at: str) -> Shape:
    """There is something in config.attributes, and env.py goes its own way."""
    more = f'config.attributes["connection"] = "nothing"; config.attributes["url"] = "postgresql+psycopg://{at}"'
    return _built(at, more, env('create_engine(config.attributes["url"])'))


@shape
def inside_a_wrapper(at: str) -> Shape:
    """env.py only works inside the application's own context."""
    shell = dedent("""\
        from contextvars import ContextVar
        current = ContextVar("current")

        def inside(run):
            token = current.set("the application")
            try:
                run()
            finally:
                current.reset(token)
        """)
    text = env(imports="from app.shell import current\ncurrent.get()")
    code = (
        "from alembic import command, config; from app.shell import inside; "
        "inside(lambda: command.upgrade(config.Config('alembic.ini'), 'heads'))"
    )
    files = {"app/__init__.py": "", "app/shell.py": shell, **history()}
    return usual(files, env_py=text, at=at, settings='wrapper = "app.shell:inside"', alembic=("-c", code))


@shape
def inside_a_worker_thread_of_a_loop(at: str) -> Shape:
    """env.py runs its coroutine on the loop of the thread that started it, as anyio's from_thread does."""
    shell = dedent("""\
        import asyncio
        loop = None

        async def main(run):
            global loop
            loop = asyncio.get_running_loop()
            await asyncio.to_thread(run)

        def inside(run):
            asyncio.run(main(run))
        """)
    text = async_env(
        imports="import app.shell",
        start="asyncio.run_coroutine_threadsafe(run_async_migrations(), app.shell.loop).result()",
    )
    code = (
        "from alembic import command, config; from app.shell import inside; "
        "inside(lambda: command.upgrade(config.Config('alembic.ini'), 'heads'))"
    )
    files = {
        "alembic.ini": ini(url=f"postgresql+asyncpg://{at}"),
        "migrations/env.py": text,
        "app/__init__.py": "",
        "app/shell.py": shell,
        **history(),
    }
    return Shape(files, settings='wrapper = "app.shell:inside"', alembic=("-c", code), driver="asyncpg")


@shape
def migrations_in_a_thread(at: str) -> Shape:
    """env.py starts a loop and runs the migrations in asyncio.to_thread."""
    text = env() + "\n"
    text = text.replace("\nrun_migrations_online()\n", "\nasyncio.run(asyncio.to_thread(run_migrations_online))\n")
    return usual(env_py="import asyncio\n" + text, at=at)


@shape
def env_file(at: str) -> Shape:
    """What env.py reads from the environment stands in a file."""
    text = env('create_engine(os.environ["APP_DB"])')
    files = {"test.env": "# for tests\nexport APP_DB='postgresql+psycopg://x@db/y'\n", **history()}
    plain = {"APP_DB": f"postgresql+psycopg://{at}"}
    return usual(files, env_py=text, settings='env-file = "test.env"', plain_env=plain)


@shape
def variable_given_as_a_bare_scheme(at: str) -> Shape:
    """`--env DATABASE_URL=postgresql+asyncpg://` is all that is known of the database."""
    text = async_env('create_async_engine(os.environ["DATABASE_URL"])')
    variable = "DATABASE_URL"
    return usual(
        env_py=text,
        flags={"env": {variable: "postgresql+asyncpg://"}},
        plain_env={variable: f"postgresql+asyncpg://{at}"},
        driver="asyncpg",
    )


# -- what a new database needs ------------------------------------------------------------------------------------

_USES_HELPER = {
    "migrations/versions/a1.py": revision(
        "a1",
        None,
        """
        op.create_table("account", sa.Column("id", sa.Integer, server_default=sa.text("helper.answer()")))
        """,
        'op.drop_table("account")',
    )
}
_HELPER = "CREATE SCHEMA helper; CREATE FUNCTION helper.answer() RETURNS int LANGUAGE sql AS 'SELECT 42'"


@shape
def sql_file_before_the_first_upgrade(at: str) -> Shape:
    """The first revision needs a function that a SQL file makes."""
    files = {"db/init.sql": _HELPER, **_USES_HELPER}
    settings = 'before-upgrade = ["db/init.sql"]'
    return usual(files, at=at, settings=settings, prepare=(_HELPER,), walked=("a1",))


def _callable_before(at: str, env_py: str, url_scheme: str) -> Shape:
    code = f"""\
from sqlalchemy import text

def prepare(connection):
    for statement in {_HELPER.split(";")!r}:
        connection.execute(text(statement))
"""
    files = {
        "alembic.ini": ini(url=f"{url_scheme}://{at}"),
        "migrations/env.py": env_py,
        "app/__init__.py": "",
        "app/init.py": code,
        **_USES_HELPER,
    }
    return Shape(files, settings='before-upgrade = "app.init:prepare"', prepare=(_HELPER,), walked=("a1",))


@shape
def callable_before_the_first_upgrade(at: str) -> Shape:
    """The first revision needs a function that a function of the project makes."""
    return _callable_before(at, env(), "postgresql+psycopg")


@shape
def callable_before_the_first_upgrade_async(at: str) -> Shape:
    """The same on an asynchronous engine: the callable gets a synchronous connection, as a revision does."""
    return _callable_before(at, async_env(), "postgresql+asyncpg")


@shape
def callable_before_the_first_upgrade_in_an_outer_transaction(at: str) -> Shape:
    """The same where env.py holds one transaction around everything."""
    return _callable_before(at, env(connect="engine.begin()"), "postgresql+psycopg")


@shape
def callable_before_the_first_upgrade_per_migration(at: str) -> Shape:
    """The same where each revision has its own transaction."""
    text = env(configure="target_metadata=None, transaction_per_migration=True")
    return _callable_before(at, text, "postgresql+psycopg2")


@shape
def extensions_before_the_first_upgrade(at: str) -> Shape:
    """The first revision uses a type of an extension that somebody else creates."""
    body = """
        op.execute("CREATE TABLE account (email citext)")
        """
    files = {"migrations/versions/a1.py": revision("a1", None, body, 'op.drop_table("account")')}
    prepare = ("CREATE EXTENSION citext",)
    return usual(files, at=at, settings='extensions = ["citext"]', prepare=prepare, walked=("a1",))


# -- ini and folders ----------------------------------------------------------------------------------------------


@shape
def another_section_of_the_ini_file(at: str) -> Shape:
    """Two databases, each with its section: `-n reports`."""
    both = ini("nowhere", url=PLACEHOLDER) + ini(url=f"postgresql+psycopg://{at}", section="reports")
    files = {"alembic.ini": both, "migrations/env.py": PLAIN, **history()}
    return Shape(files, flags={"section": "reports"})


@shape
def ini_in_a_sub_folder(at: str) -> Shape:
    """`-c db/alembic.ini`, with a script_location that counts from where the user is."""
    files = {
        "db/alembic.ini": ini("db/migrations", url=f"postgresql+psycopg://{at}"),
        "db/migrations/env.py": PLAIN,
        **history("db/migrations/versions"),
    }
    return Shape(files, flags={"config": "db/alembic.ini"})


@shape
def ini_in_a_sub_folder_with_here(at: str) -> Shape:
    """`-c db/alembic.ini`, with a script_location that counts from the file."""
    files = {
        "db/alembic.ini": ini("%(here)s/migrations", url=f"postgresql+psycopg://{at}"),
        "db/migrations/env.py": PLAIN,
        **history("db/migrations/versions"),
    }
    return Shape(files, flags={"config": "db/alembic.ini"})


@shape
def prepend_sys_path_missing(at: str) -> Shape:
    """env.py imports the application, and alembic.ini puts no folder on the search path."""
    files = {"app/__init__.py": "", "app/db.py": "READY = True\n", **history()}
    return usual(files, env_py=env(imports="from app.db import READY\nassert READY"), at=at)


@shape
def package_below_src(at: str) -> Shape:
    """The application lies in src/, which alembic.ini puts on the search path."""
    files = {
        "alembic.ini": ini(url=f"postgresql+psycopg://{at}", more="prepend_sys_path = src"),
        "migrations/env.py": env(imports="from shop.db import READY\nassert READY"),
        "src/shop/__init__.py": "",
        "src/shop/db.py": "READY = True\n",
        **history(),
    }
    return Shape(files)


@shape
def several_version_locations(at: str) -> Shape:
    """Two folders of revisions, one of them with folders per year."""
    more = "version_locations = %(here)s/core %(here)s/more\npath_separator = space\nrecursive_version_locations = true"
    files = {
        "alembic.ini": ini(url=f"postgresql+psycopg://{at}", more=more),
        "migrations/env.py": PLAIN,
        "core/2024/a1.py": table("a1", None, "account"),
        "core/2025/q1/a2.py": table("a2", "a1", "invoice"),
        "more/a3.py": table("a3", "a2", "payment"),
    }
    return Shape(files)


@shape
def version_locations_set_in_env_py(at: str) -> Shape:
    """env.py tells Alembic by dialect where the revisions are."""
    imports = """
        context.script.version_locations = [os.path.join(os.path.dirname(__file__), d) for d in ("postgres", "common")]
        context.script.recursive_version_locations = True
        """
    files = {
        "migrations/postgres/a1.py": table("a1", None, "account"),
        "migrations/common/2025/a2.py": table("a2", "a1", "invoice"),
    }
    return usual(files, env_py=env(imports=imports), at=at, walked=("a1", "a2"))


# -- the graph ----------------------------------------------------------------------------------------------------


@shape
def revision_functions_with_arguments(at: str) -> Shape:
    """env.py hands `op` and more to each revision function through run_migrations()."""
    bare = "import sqlalchemy as sa"
    body = """
        for name in tables:
            op.create_table(name, sa.Column("id", sa.Integer))
        """
    back = """
        for name in tables:
            op.drop_table(name)
        """
    files = {
        "migrations/versions/a1.py": revision("a1", None, body, back, arguments="op, tables", imports=bare),
        "migrations/versions/a2.py": revision(
            "a2",
            "a1",
            'op.add_column(tables[0], sa.Column("note", sa.Text))',
            'op.drop_column(tables[0], "note")',
            arguments="op, tables",
            imports=bare,
        ),
    }
    text = env(imports="from alembic import op", run='context.run_migrations(op=op, tables=["one", "two"])')
    return usual(files, env_py=text, at=at, walked=("a1", "a2"))


@shape
def several_heads_by_design(at: str) -> Shape:
    """Two labelled branches with bases of their own, upgraded to `heads`."""
    files = {
        "migrations/versions/c1.py": table("c1", None, "account", labels=("core",)),
        "migrations/versions/c2.py": table("c2", "c1", "invoice"),
        "migrations/versions/r1.py": table("r1", None, "report", labels=("reports",)),
        "migrations/versions/r2.py": table("r2", "r1", "chart"),
    }
    return usual(files, at=at, walked=("c1", "c2", "r1", "r2"), heads=("c2", "r2"))


@shape
def several_bases_that_merge(at: str) -> Shape:
    """Three bases, merged into one head."""
    files = {
        "migrations/versions/b1.py": table("b1", None, "one"),
        "migrations/versions/b2.py": table("b2", None, "two"),
        "migrations/versions/b3.py": table("b3", None, "three"),
        "migrations/versions/m1.py": revision("m1", ("b1", "b2", "b3")),
        "migrations/versions/m2.py": table("m2", "m1", "four"),
    }
    return usual(files, at=at, walked=("b1", "b2", "b3", "m1", "m2"))


@shape
def merge_of_three_parents(at: str) -> Shape:
    """A merge point of three branches that does work of its own, on tables of each."""
    up = "\n".join(f'op.add_column("t{n}", sa.Column("note", sa.Text))' for n in (1, 2, 3))
    down = "\n".join(f'op.drop_column("t{n}", "note")' for n in (3, 2, 1))
    files = {
        "migrations/versions/a1.py": table("a1", None, "root"),
        "migrations/versions/b1.py": table("b1", "a1", "t1"),
        "migrations/versions/b2.py": table("b2", "a1", "t2"),
        "migrations/versions/b3.py": table("b3", "a1", "t3"),
        "migrations/versions/m1.py": revision("m1", ("b1", "b2", "b3"), up, down),
    }
    return usual(files, at=at, walked=("a1", "b1", "b2", "b3", "m1"))


@shape
def depends_on_across_branches(at: str) -> Shape:
    """A revision of one branch needs a table of the other."""
    body = 'op.create_table("bill", sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id")))'
    files = {
        "migrations/versions/c1.py": table("c1", None, "account", labels=("core",)),
        "migrations/versions/r1.py": table("r1", None, "report", labels=("reports",)),
        "migrations/versions/r2.py": revision("r2", "r1", body, 'op.drop_table("bill")', depends_on="c1"),
    }
    return usual(files, at=at, walked=("c1", "r1", "r2"))


# -- env.py's options ---------------------------------------------------------------------------------------------


@shape
def list_of_metadata(at: str) -> Shape:
    """target_metadata is a list, one of the tables in a schema of its own."""
    models = dedent("""\
        from sqlalchemy import Column, Integer, MetaData, Table
        first, second = MetaData(), MetaData(schema="billing")
        Table("account", first, Column("id", Integer, primary_key=True))
        Table("invoice", second, Column("id", Integer, primary_key=True))
        """)
    up = 'op.create_table("invoice", sa.Column("id", sa.Integer, primary_key=True), schema="billing")'
    files = {
        "app/__init__.py": "",
        "app/models.py": models,
        "migrations/versions/a1.py": table("a1", None, "account"),
        "migrations/versions/a2.py": revision(
            "a2",
            "a1",
            'op.execute("CREATE SCHEMA billing")\n' + up,
            'op.drop_table("invoice", schema="billing")\nop.execute("DROP SCHEMA billing")',
        ),
    }
    text = env(
        imports="from app.models import first, second",
        configure="target_metadata=[first, second], include_schemas=True, render_as_batch=True",
    )
    return usual(files, env_py=text, at=at, walked=("a1", "a2"), drift=True)


@shape
def version_table_elsewhere(at: str) -> Shape:
    """The version table has another name and a schema of its own, which env.py creates."""
    before = """
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS meta"))
        connection.commit()
        """
    text = env(before=before, configure='target_metadata=None, version_table="revs", version_table_schema="meta"')
    return usual(env_py=text, at=at, version_table="meta.revs")


@shape
def search_path_set_in_env_py(at: str) -> Shape:
    """env.py works in the schema of a tenant; the version table is there too, by search_path alone."""
    before = """
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS tenant"))
        connection.execute(text("SET search_path TO tenant"))
        connection.commit()
        connection.dialect.default_schema_name = "tenant"
        """
    return usual(env_py=env(before=before), at=at, version_table="tenant.alembic_version")


@shape
def search_path_in_connect_args(at: str) -> Shape:
    """The same by an option of the connection."""
    engine = (
        "engine_from_config(config.get_section(config.config_ini_section), prefix='sqlalchemy.', "
        "connect_args={'options': '-csearch_path=tenant,public'})"
    )
    before = """
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS tenant"))
        connection.commit()
        """
    return usual(env_py=env(engine, before=before), at=at, version_table="tenant.alembic_version")


@shape
def schemas_timeouts_and_a_lock_first(at: str) -> Shape:
    """env.py creates schemas, sets timeouts and takes an advisory lock before the first revision."""
    before = """
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS billing"))
        connection.execute(text("SET statement_timeout = '20s'"))
        connection.execute(text("SET lock_timeout = '2s'"))
        connection.execute(text("SELECT pg_advisory_lock(4711)"))
        connection.commit()
        """
    return usual(env_py=env(before=before), at=at)


@shape
def advisory_lock_in_the_transaction(at: str) -> Shape:
    """The lock belongs to the transaction of the migrations."""
    run = 'connection.execute(text("SELECT pg_advisory_xact_lock(4711)")); context.run_migrations()'
    return usual(env_py=env(run=run), at=at)


@shape
def transaction_per_migration(at: str) -> Shape:
    """Each revision has a transaction of its own."""
    return usual(env_py=env(configure="target_metadata=None, transaction_per_migration=True"), at=at)


@shape
def transaction_per_migration_async(at: str) -> Shape:
    """The same through asyncpg."""
    text = async_env(configure="target_metadata=None, transaction_per_migration=True")
    files = {"alembic.ini": ini(url=f"postgresql+asyncpg://{at}"), "migrations/env.py": text, **history()}
    return Shape(files, driver="asyncpg")


@shape
def transactional_ddl_off(at: str) -> Shape:
    """Alembic holds no transaction; SQLAlchemy begins one of its own, which env.py commits."""
    text = env(configure="target_metadata=None, transactional_ddl=False")
    text = text.replace("context.run_migrations()", "context.run_migrations(); connection.commit()")
    return usual(env_py=text, at=at)


@shape
def transactional_ddl_off_and_autocommit(at: str) -> Shape:
    """Alembic holds no transaction, and the connection commits each statement."""
    engine = "create_engine(config.get_main_option('sqlalchemy.url'), isolation_level='AUTOCOMMIT')"
    return usual(env_py=env(engine, configure="target_metadata=None, transactional_ddl=False"), at=at)


@shape
def connection_in_autocommit(at: str) -> Shape:
    """The driver commits each statement; Alembic believes it holds a transaction."""
    connect = 'engine.connect().execution_options(isolation_level="AUTOCOMMIT")'
    return usual(env_py=env(connect=connect), at=at)


@shape
def connection_in_autocommit_async(at: str) -> Shape:
    """The same through asyncpg."""
    text = async_env('create_async_engine(config.get_main_option("sqlalchemy.url"), isolation_level="AUTOCOMMIT")')
    files = {"alembic.ini": ini(url=f"postgresql+asyncpg://{at}"), "migrations/env.py": text, **history()}
    return Shape(files, driver="asyncpg")


@shape
def outer_transaction(at: str) -> Shape:
    """env.py holds one transaction around everything."""
    return usual(env_py=env(connect="engine.begin()"), at=at)


@shape
def outer_transaction_without_commit(at: str) -> Shape:
    """env.py reads something first: SQLAlchemy begins a transaction, Alembic joins it, and nobody commits."""
    text = env(before='connection.execute(text("SELECT 1"))')
    return usual(env_py=text, at=at, rules=frozenset({"upgrade/not-recorded"}), version_table="")


@shape
def several_runs_in_one_env_py(at: str) -> Shape:
    """A loop over tenants, each with a schema and a version table of its own."""
    text = dedent("""\
        from alembic import context
        from sqlalchemy import create_engine, text

        engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
        with engine.connect() as connection:
            for tenant in ("north", "south"):
                connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {tenant}"))
                connection.execute(text(f"SET search_path TO {tenant}"))
                connection.commit()
                context.configure(connection=connection, version_table_schema=tenant)
                with context.begin_transaction():
                    context.run_migrations()
        """)
    return usual(env_py=text, at=at, version_table="south.alembic_version")


# -- revisions that leave the transaction -------------------------------------------------------------------------

_CIC = """
with op.get_context().autocommit_block():
    op.create_index("account_email", "account", ["email"], postgresql_concurrently=True)
"""
_DIC = """
with op.get_context().autocommit_block():
    op.drop_index("account_email", "account", postgresql_concurrently=True)
"""


def _concurrent(up: str, down: str) -> dict[str, str]:
    first = revision(
        "a1",
        None,
        'op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))',
        'op.drop_table("account")',
    )
    return {
        "migrations/versions/a1.py": first,
        "migrations/versions/a2.py": revision("a2", "a1", up, down),
        "migrations/versions/a3.py": table("a3", "a2", "invoice"),
    }


@shape
def index_built_concurrently(at: str) -> Shape:
    """A revision commits and builds an index concurrently, both ways."""
    return usual(_concurrent(_CIC, _DIC), at=at)


@shape
def index_built_concurrently_async(at: str) -> Shape:
    """The same through asyncpg."""
    files = {"alembic.ini": ini(url=f"postgresql+asyncpg://{at}"), "migrations/env.py": async_env()}
    return Shape({**files, **_concurrent(_CIC, _DIC)}, driver="asyncpg")


@shape
def index_built_concurrently_per_migration(at: str) -> Shape:
    """The same, each revision in its own transaction."""
    text = env(configure="target_metadata=None, transaction_per_migration=True")
    return usual(_concurrent(_CIC, _DIC), env_py=text, at=at)


@shape
def index_dropped_concurrently_only(at: str) -> Shape:
    """A plain upgrade whose downgrade leaves the transaction."""
    up = 'op.create_index("account_email", "account", ["email"])'
    return usual(_concurrent(up, _DIC), at=at)
