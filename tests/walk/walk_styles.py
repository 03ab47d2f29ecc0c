"""Styles of env.py and of revisions that lead a careless tool to production.

A style is a function of the decoy. Its project holds production's address in some way, and all that reaches the
decoy is a failure of the guard.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from walk_project import ASYNC, SYNC, async_env, env, ini, revision, scheme, table
from walk_servers import Decoy


@dataclass(frozen=True)
class Style:
    """A project, and what the user's shell holds."""

    files: dict[str, str]
    env: dict[str, str] = field(default_factory=dict)
    flags: dict[str, Any] = field(default_factory=dict)
    settings: str = ""


Builder = Callable[[Decoy], Style]
STYLES: dict[str, Builder] = {}
REFUSED: dict[str, Builder] = {}
ROUTES: dict[str, Builder] = {}
CREATORS: dict[str, Builder] = {}
ENV = "migrations/env.py"


def style(function: Builder) -> Builder:
    """Registers a style that must simply work, on the scratch database."""
    STYLES[function.__name__] = function
    return function


def for_drivers(*drivers: str) -> Callable[[Callable[[Decoy, str], Style]], None]:
    """Registers a style once for each driver."""

    def register(function: Callable[[Decoy, str], Style]) -> None:
        for driver in drivers:
            STYLES[f"{function.__name__}-{driver}"] = lambda decoy, driver=driver: function(decoy, driver)

    return register


def params(builders: dict[str, Builder]) -> list[Any]:
    """For parametrize."""
    return [pytest.param(build, id=name) for name, build in builders.items()]


def files(env_py: str, url: str | None = None, **more: str) -> dict[str, str]:
    """A project of one revision."""
    one = {"migrations/versions/a1.py": table("a1", None, "customers")}
    return {"alembic.ini": ini(url=url), ENV: env_py, **one, **more}


def _env(driver: str, url: str, **more: Any) -> str:
    """env.py in the manner of the driver; `url` is an expression."""
    if driver in ASYNC:
        return async_env(f"create_async_engine({url})", **more)
    return env(f"create_engine({url})", **more)


# -- styles of env.py, for every driver ---------------------------------------------------------------------------


@for_drivers(*SYNC, *ASYNC)
def hard_coded(decoy: Decoy, driver: str) -> Style:
    """The URL stands in env.py."""
    return Style(files(_env(driver, repr(decoy.url(scheme(driver))))))


@for_drivers(*SYNC, *ASYNC)
def in_alembic_ini(decoy: Decoy, driver: str) -> Style:
    """The URL stands in alembic.ini."""
    return Style(files(async_env() if driver in ASYNC else env(), decoy.url(scheme(driver))))


@for_drivers(*SYNC, *ASYNC)
def environment_variable(decoy: Decoy, driver: str) -> Style:
    """The user's shell holds the URL."""
    return Style(files(_env(driver, 'os.environ["DATABASE_URL"]')), {"DATABASE_URL": decoy.url(scheme(driver))})


@for_drivers(*SYNC, *ASYNC)
def parts_in_variables(decoy: Decoy, driver: str) -> Style:
    """Host and port in variables that no pattern recognises."""
    url = f"f\"postgresql+{driver}://app:secret@{{os.environ['H']}}:{{os.environ['P']}}/production\""
    return Style(files(_env(driver, url)), {"H": "127.0.0.1", "P": str(decoy.front.port)})


@for_drivers(*SYNC, *ASYNC)
def event_listener_leads_back(decoy: Decoy, driver: str) -> Style:
    """The project's own do_connect listener, which comes after ours, sets host and port again."""
    address = f'host="127.0.0.1", port={decoy.front.port}, user="app", password="secret"'
    imports = f"""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        @event.listens_for(Engine, "do_connect")
        def lead_back(dialect, record, cargs, cparams):
            cparams.update({address})
        """
    return Style(files(_env(driver, repr(decoy.url(scheme(driver))), imports=imports)))


# -- the other styles, each with one driver -----------------------------------------------------------------------


@style
def x_argument(decoy: Decoy) -> Style:
    """`-x url=…`."""
    text = env('create_engine(context.get_x_argument(as_dictionary=True)["url"])')
    return Style(files(text), flags={"x": (f"url={decoy.url('postgresql+psycopg2')}",)})


@style
def engine_of_the_application(decoy: Decoy) -> Style:
    """env.py imports the engine that the application made."""
    db = f"from sqlalchemy import create_engine\nengine = create_engine({decoy.url('postgresql+psycopg')!r})\n"
    return Style(files(env("app_engine", imports="from app.db import engine as app_engine"), **{"app/db.py": db}))


@style
def async_engine_of_the_application(decoy: Decoy) -> Style:
    """The same, asynchronous, with a pool that outlives the loop."""
    db = (
        "from sqlalchemy.ext.asyncio import create_async_engine\n"
        f"engine = create_async_engine({decoy.url('postgresql+asyncpg')!r}, pool_size=2)\n"
    )
    return Style(files(async_env("engine", imports="from app.db import engine"), **{"app/db.py": db}))


@style
def another_section(decoy: Decoy) -> Style:
    """env.py reads a section of alembic.ini that nobody named."""
    text = env('engine_from_config(config.get_section("prod"), prefix="sqlalchemy.")')
    both = ini(url="driver://") + f"[prod]\nsqlalchemy.url = {decoy.url('postgresql+psycopg2')}\n"
    return Style({**files(text), "alembic.ini": both})


@style
def key_of_its_own(decoy: Decoy) -> Style:
    """env.py reads a key that is not Alembic's."""
    text = env('create_engine(config.get_main_option("prod_url"))')
    return Style({**files(text), "alembic.ini": ini(more=f"prod_url = {decoy.url('postgresql+psycopg')}")})


@style
def dotenv_overrides(decoy: Decoy) -> Style:
    """A .env file beats the environment."""
    text = env('create_engine(os.environ["DATABASE_URL"])', imports="import dotenv\ndotenv.load_dotenv(override=True)")
    return Style(
        files(text, **{".env": f"DATABASE_URL={decoy.url('postgresql+psycopg')}\n"}),
        {"DATABASE_URL": decoy.url("postgresql+psycopg")},
    )


@style
def settings_object(decoy: Decoy) -> Style:
    """A settings object with production as its default."""
    code = f"class Settings:\n    url = {decoy.url('postgresql+psycopg2')!r}\n\nsettings = Settings()\n"
    return Style(
        files(env("create_engine(settings.url)", imports="from app.cfg import settings"), **{"app/cfg.py": code})
    )


@style
def attributes(decoy: Decoy) -> Style:
    """A function builds the Config, with an Engine in its attributes."""
    code = (
        "from alembic.config import Config\nfrom sqlalchemy import create_engine\n\ndef build():\n"
        "    config = Config()\n    config.set_main_option('script_location', 'migrations')\n"
        f"    config.attributes['connection'] = create_engine({decoy.url('postgresql+psycopg')!r})\n    return config\n"
    )
    text = env('config.attributes["connection"]')
    return Style(files(text, **{"app/cfg.py": code}), settings='config-function = "app.cfg:build"')


@style
def creator_calls_a_driver(decoy: Decoy) -> Style:
    """`creator=` opens the connection; SQLAlchemy's own hook does not see it."""
    url = decoy.url()
    return Style(files(env(f'create_engine("postgresql+psycopg2://", creator=lambda: psycopg2.connect({url!r}))',
                           imports="import psycopg2")))  # fmt: skip


@style
def async_creator(decoy: Decoy) -> Style:
    """`async_creator=` likewise."""
    text = async_env(
        f'create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect({decoy.url()!r}))',
        imports="import asyncpg",
    )
    return Style(files(text))


@style
def connect_args_beat_the_url(decoy: Decoy) -> Style:
    """The URL is harmless, connect_args are not."""
    args = {"host": "127.0.0.1", "port": decoy.front.port, "dbname": "production", "user": "app", "password": "secret"}
    return Style(files(env(f'create_engine("postgresql+psycopg://localhost/dev", connect_args={args!r})')))


@style
def several_hosts(decoy: Decoy) -> Style:
    """A URL with a list of hosts, as for a cluster with replicas."""
    query = f"?host=127.0.0.1:{decoy.front.port}&host=localhost:{decoy.front.port}"
    return Style(files(env(f"create_engine('postgresql+psycopg://app:secret@/production{query}')")))


@style
def url_without_anything(decoy: Decoy) -> Style:
    """`postgresql://` leaves all to libpq's variables, and the shell's lead to production."""
    return Style(files(env('create_engine("postgresql+psycopg2://")')), _pg(decoy))


@style
def service_file(decoy: Decoy) -> Style:
    """A libpq service, named in the URL and described in a file of the shell's choice."""
    service = f"[prod]\nhost=127.0.0.1\nport={decoy.front.port}\ndbname=production\nuser=app\npassword=secret\n"
    text = env(
        'create_engine("postgresql+psycopg://?service=prod")',
        imports='os.environ["PGSERVICEFILE"] = os.path.abspath("services")',
    )
    return Style(files(text, services=service))


@style
def maintenance_database_first(decoy: Decoy) -> Style:
    """env.py looks in `postgres` whether its own database exists: that is no second target."""
    url = decoy.url("postgresql+psycopg")
    imports = f"""
        with create_engine({url.replace("/production", "/postgres")!r}).connect() as first:
            first.execute(text("SELECT 1 FROM pg_database WHERE datname = 'production'"))
        """
    return Style(files(env(f"create_engine({url!r})", imports=imports)))


@style
def two_spellings_of_one_database(decoy: Decoy) -> Style:
    """The variable and a literal name the same database."""
    imports = f"""
        with create_engine({decoy.url("postgresql+psycopg2")!r}).connect() as first:
            first.execute(text("SELECT 1"))
        """
    text = env('create_engine(os.environ["DATABASE_URL"])', imports=imports)
    return Style(files(text), {"DATABASE_URL": decoy.url("postgresql+psycopg")})


def _pg(decoy: Decoy) -> dict[str, str]:
    return {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(decoy.front.port),
        "PGUSER": "app",
        "PGPASSWORD": "secret",
        "PGDATABASE": "production",
    }


# -- two databases ------------------------------------------------------------------------------------------------


def _two(first: str, second: str) -> str:
    imports = f"""
        with create_engine({second}).connect() as other:
            other.execute(text("SELECT 1"))
        """
    return env(f"create_engine({first})", imports=imports)


def second_engine(decoy: Decoy) -> Style:
    """env.py speaks with two databases."""
    other = decoy.url("postgresql+psycopg").replace("/production", "/billing")
    return Style(files(_two(repr(decoy.url("postgresql+psycopg")), repr(other))))


def second_engine_beside_a_variable(decoy: Decoy) -> Style:
    """The first of two databases is named by a variable, which leads to the scratch database."""
    other = decoy.url("postgresql+psycopg").replace("/production", "/billing")
    text = _two('os.environ["DATABASE_URL"]', repr(other))
    return Style(files(text), {"DATABASE_URL": decoy.url("postgresql+psycopg2")})


def second_database_in_a_revision(decoy: Decoy) -> Style:
    """A revision opens a connection of its own to another database."""
    other = decoy.url().replace("/production", "/billing")
    project = files(env(f"create_engine({decoy.url('postgresql+psycopg')!r})"))
    body = f'import psycopg2\npsycopg2.connect({other!r}).cursor().execute("CREATE TABLE leak (id int)")'
    return Style({**project, "migrations/versions/a2.py": revision("a2", "a1", body)})


def second_engine_in_a_bare_except(decoy: Decoy) -> Style:
    """The project catches everything, and goes on."""
    other = decoy.url("postgresql+psycopg2").replace("/production", "/billing")
    imports = f"""
        try:
            create_engine({other!r}).connect()
            create_engine({other.replace("/billing", "/archive")!r}).connect()
        except:
            pass
        """
    return Style(files(env(f"create_engine({other!r})", imports=imports)))


REFUSED.update(
    (f.__name__, f)
    for f in (
        second_engine,
        second_engine_beside_a_variable,
        second_database_in_a_revision,
        second_engine_in_a_bare_except,
    )
)


# -- raw routes inside a revision ---------------------------------------------------------------------------------

_CHECK = 'assert name.startswith("alembic_proof_"), name\n'
_ASYNC = "import asyncio\nasync def ask():\n{}\nname = {}\n"


def filled(code: str, decoy: Decoy) -> str:
    """Code with production's address for the words URL, HOST and PORT."""
    words = {"URL": repr(decoy.url()), "HOST": repr("127.0.0.1"), "PORT": str(decoy.front.port)}
    return re.sub(r"\b(URL|HOST|PORT)\b", lambda match: words[match[1]], code)


def _route(name: str, code: str, *, shell: bool = False) -> None:
    """A revision that asks by this route for the name of its database; `URL`, `HOST`, `PORT` are production's."""

    def build(decoy: Decoy) -> Style:
        body = filled(code, decoy)
        project = files(env(), decoy.url("postgresql+psycopg"))
        project["migrations/versions/a2.py"] = revision("a2", "a1", f"{body}\n{_CHECK}")
        variables = {**_pg(decoy), "DATABASE_URL": decoy.url()} if shell else {}
        return Style(project, variables)

    build.__name__ = name
    ROUTES[name] = build


_ASK = '.execute("SELECT current_database()").fetchone()[0]'
_CURSOR = 'cursor = connection.cursor()\ncursor.execute("SELECT current_database()")\nname = cursor.fetchone()[0]'
_PARTS = 'user="app", host=HOST, port=PORT, password="secret", database="production"'
_route("psycopg_connect", f"import psycopg\nwith psycopg.connect(URL) as connection:\n    name = connection{_ASK}")
_route("psycopg_connect_by_name", f"from psycopg import connect\nname = connect(URL){_ASK}")
_route("psycopg_Connection_connect", f"import psycopg\nname = psycopg.Connection.connect(URL){_ASK}")
_route(
    "psycopg_Connection_subclass",
    f"import psycopg\nclass Mine(psycopg.Connection):\n    pass\nname = Mine.connect(URL){_ASK}",
)
_route(
    "psycopg_AsyncConnection_connect",
    """
import asyncio, psycopg, threading
async def ask():
    async with await psycopg.AsyncConnection.connect(URL) as connection:
        cursor = await connection.execute("SELECT current_database()")
        return (await cursor.fetchone())[0]
name = asyncio.run(ask())""",
)
_route("psycopg2_connect", f"import psycopg2\nconnection = psycopg2.connect(URL)\n{_CURSOR}")
_route("psycopg2_connect_by_name", f"from psycopg2 import connect\nconnection = connect(dsn=URL)\n{_CURSOR}")
_route(
    "psycopg2_pool",
    f"from psycopg2.pool import SimpleConnectionPool as Pool\nconnection = Pool(1, 1, URL).getconn()\n{_CURSOR}",
)
_route(
    "asyncpg_connect",
    """
import asyncio, asyncpg
async def ask():
    connection = await asyncpg.connect(URL)
    return await connection.fetchval("SELECT current_database()")
name = asyncio.run(ask())""",
)
_route(
    "asyncpg_connect_by_name",
    f"""
import asyncio
from asyncpg import connect
async def ask():
    connection = await connect({_PARTS})
    return await connection.fetchval("SELECT current_database()")
name = asyncio.run(ask())""",
)
_route(
    "asyncpg_pool",
    """
import asyncio, asyncpg
async def ask():
    async with asyncpg.create_pool(URL, min_size=1, max_size=2) as pool:
        return await pool.fetchval("SELECT current_database()")
name = asyncio.run(ask())""",
)
_route("pg8000_dbapi_connect", f"import pg8000.dbapi\nconnection = pg8000.dbapi.connect({_PARTS})\n{_CURSOR}")
_route(
    "pg8000_connect",
    f'import pg8000\nconnection = pg8000.connect("app", HOST, "production", PORT, "secret")\n{_CURSOR}',
)
_route(
    "pg8000_native",
    f"import pg8000.native\nconnection = pg8000.native.Connection({_PARTS})\n"
    'name = connection.run("SELECT current_database()")[0][0]',
)
_route(
    "sqlalchemy_engine_of_its_own",
    "engine = sa.create_engine(URL)\nwith engine.connect() as connection:\n"
    '    name = connection.execute(sa.text("SELECT current_database()")).scalar()',
)
_PSQL = "import os, subprocess\nname = subprocess.run({}, check=True, capture_output=True, text=True).stdout"
_route("psql_by_libpq_variables", _PSQL.format('["psql", "-XAtc", "SELECT current_database()"]'), shell=True)
_route(
    "psql_by_database_url",
    _PSQL.format('["psql", os.environ["DATABASE_URL"], "-XAtc", "SELECT current_database()"]'),
    shell=True,
)
_route(
    "psql_in_a_shell",
    _PSQL.format('["sh", "-c", "psql -XAtc \'SELECT current_database()\'"]'),
    shell=True,
)
_CHILD = (
    "import os, psycopg2; c = psycopg2.connect(os.environ['DATABASE_URL']).cursor(); "
    "c.execute('SELECT current_database()'); print(c.fetchone()[0])"
)
_route("child_python_by_database_url", "import sys\n" + _PSQL.format(f'[sys.executable, "-c", {_CHILD!r}]'), shell=True)
_CHILD_PG = _CHILD.replace("os.environ['DATABASE_URL']", "''")
_route(
    "child_python_by_libpq_variables",
    "import sys\n" + _PSQL.format(f'[sys.executable, "-c", {_CHILD_PG!r}]'),
    shell=True,
)


_DOTENV = """import os
os.environ.update(DATABASE_URL=URL, PGHOST=HOST, PGPORT="PORT", PGDATABASE="production", PGUSER="app", PGHOSTADDR=HOST)
"""
_route("psql_after_a_dotenv_file", _DOTENV + _PSQL.format('["psql", "-XAtc", "SELECT current_database()"]'))
_route(
    "psql_by_url_of_a_dotenv_file",
    _DOTENV + _PSQL.format('["sh", "-c", "psql -XAtc \'SELECT current_database()\' $DATABASE_URL"]'),
)
_route(
    "psql_with_an_environment_of_its_own",
    _PSQL.replace(
        "check", 'env={{"PATH": os.environ["PATH"], "PGHOST": HOST, "PGPORT": "PORT", "PGUSER": "app"}}, check'
    ).format('["psql", "-XAtc", "SELECT current_database()"]'),
)
_route(
    "os_system_after_a_dotenv_file",
    _DOTENV
    + 'assert os.system("psql -XAtc \'SELECT current_database()\' > answer") == 0\nname = open("answer").read()',
)


# -- child processes that name another server ---------------------------------------------------------------------

COMMANDS = {
    "psql_with_a_url": '["psql", URL, "-c", "CREATE TABLE leak ()"]',
    "psql_with_a_host": '["psql", "-h", HOST, "-p", "PORT", "-U", "app", "production", "-c", "CREATE TABLE leak ()"]',
    "psql_with_a_long_option": '["psql", "--host=" + HOST, "--port=PORT", "-U", "app", "-c", "CREATE TABLE leak ()"]',
    "psql_with_conninfo": '["psql", "dbname=production user=app port=PORT host=" + HOST, "-c", "CREATE TABLE leak ()"]',
    "psql_in_a_shell": "\"psql -c 'CREATE TABLE leak ()' \" + URL, shell=True",
    "psql_below_sh": '["sh", "-c", "psql -h " + HOST + " -p PORT -U app production -c \'CREATE TABLE leak ()\'"]',
    "child_python": '[sys.executable, "-c", "import psycopg; psycopg.connect(%r)" % URL]',
}


def child(command: str) -> Builder:
    """A project whose revision starts this command."""

    def build(decoy: Decoy) -> Style:
        body = f"import subprocess, sys\nsubprocess.run({command}, check=True)"
        project = files(env(), decoy.url("postgresql+psycopg"))
        project["migrations/versions/a2.py"] = revision("a2", "a1", filled(body, decoy))
        return Style(project)

    return build


CHILDREN = {name: child(command) for name, command in COMMANDS.items()}


# -- creators that no wrapper sees --------------------------------------------------------------------------------


def _creator(name: str, dialect: str, imports: str, creator: str) -> None:
    def build(decoy: Decoy) -> Style:
        made, before = filled(creator, decoy), filled(imports, decoy)
        if dialect == "asyncpg":
            text = async_env(f'create_async_engine("postgresql+asyncpg://", async_creator={made})', imports=before)
        else:
            text = env(f'create_engine("postgresql+{dialect}://", creator={made})', imports=before)
        return Style(files(text))

    CREATORS[name] = build


_creator("psycopg2_low_level", "psycopg2", "import psycopg2", "lambda: psycopg2._connect(URL)")
_creator(
    "psycopg2_connection_class", "psycopg2", "import psycopg2.extensions", "lambda: psycopg2.extensions.connection(URL)"
)
_creator(
    "psycopg_pq",
    "psycopg",
    "import psycopg, psycopg.pq",
    "lambda: psycopg.Connection(psycopg.pq.PGconn.connect(URL.encode()))",
)
_creator(
    "psycopg_unpatched",
    "psycopg",
    "import psycopg",
    "lambda: psycopg.Connection.connect.__func__.__wrapped__(psycopg.Connection, URL)",
)
_creator("asyncpg_unpatched", "asyncpg", "import asyncpg", "lambda: asyncpg.connect.__wrapped__(URL)")
_creator(
    "pg8000_unpatched",
    "pg8000",
    """
        import pg8000.core, pg8000.legacy
        def unpatched():
            pg8000.core.CoreConnection.__init__ = pg8000.core.CoreConnection.__init__.__wrapped__
            return pg8000.legacy.Connection("app", "127.0.0.1", "production", PORT, "secret")
        """,
    "unpatched",
)
