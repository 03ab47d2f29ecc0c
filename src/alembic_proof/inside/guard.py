"""Every connection that the project's code opens goes to the scratch database, whatever it asked for.

Four layers, each enough for the cases it sees: SQLAlchemy's `do_connect` event on the `Engine` class redirects the
driver's arguments in place; the drivers' own `connect` functions are wrapped for code that calls them directly
(`creator=`, raw connections); a new connection is asked for its database's token before its first statement; and
what cannot be redirected, another dialect or a second database, is refused. Child processes are `children`'s matter.
There is no way to switch it off.
"""

from __future__ import annotations

import contextvars
import functools
import importlib.abc
import os
import sys
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN_SQL = (
    "SELECT pg_catalog.shobj_description(d.oid, 'pg_database') FROM pg_catalog.pg_database d "
    "WHERE d.datname = pg_catalog.current_database()"
)
DRIVERS = {
    "psycopg2": ("connect",),
    "psycopg": ("connect",),
    "asyncpg.connection": ("connect",),  # where `asyncpg.connect` and the pool take it from
    "pg8000.core": (),  # the base of its three kinds of connections
}
MAINTENANCE = ("postgres", "template1")  # where a project looks whether its own database exists
_REDIRECTED: "contextvars.ContextVar[bool]" = contextvars.ContextVar("redirected", default=False)
# what a driver may keep of the project's own arguments: how it behaves, never where it goes or who it is
KEPT = frozenset(
    [
        "application_name",
        "autocommit",
        "client_encoding",
        "command_timeout",
        "connect_timeout",
        "connection_class",
        "connection_factory",
        "context",
        "cursor_factory",
        "init",
        "loop",
        "max_inactive_connection_lifetime",
        "max_queries",
        "max_size",
        "min_size",
        "options",
        "prepare_threshold",
        "prepared_statement_name_func",
        "record_class",
        "reset",
        "row_factory",
        "server_settings",
        "setup",
        "statement_cache_size",
        "prepared_statement_cache_size",
        "timeout",
        "max_cached_statement_lifetime",
        "max_cacheable_statement_size",
        "async_fallback",
        "async_creator_fn",
        "json_serializer",
        "json_deserializer",
    ]
)


class Refused(BaseException):
    """Not an Exception: `except Exception` in the project must not hide it."""


class Guard:
    """Where connections may go, and what the first one asked for; one per process."""

    def __init__(self, target: dict) -> None:
        self.target = target
        self.asked: "tuple[str, str, str] | None" = None
        self.refusal: "str | None" = None

    # -- layer 1: the arguments ---------------------------------------------------------------------------------

    def redirect(self, driver: str, args: tuple, kwargs: dict) -> "tuple[tuple, dict]":
        """The driver's arguments with the scratch database in place of what they named."""
        if not _REDIRECTED.get():
            self._note_target(_destination(driver, args, kwargs))
        kept = {k: v for k, v in kwargs.items() if k in KEPT}
        kept.update(_address(driver, self.target))
        return (), kept

    def _note_target(self, asked: "tuple[str, str, str]") -> None:
        """The scratch database counts as one: a variable that named a database names it now."""
        asked = self._identity(asked)
        first = self.asked
        if first is None or _is_maintenance(first, beside=asked):
            self.asked = asked
        elif asked != first and not _is_maintenance(asked, beside=first):
            self.refuse(
                "the project connects to two databases, {} and {}: run as one they would be mixed up".format(
                    self._spell(first), self._spell(asked)
                )
            )

    def _scratch(self) -> "tuple[str, str, str]":
        return _plain_host(self.target["host"]), str(self.target["port"]), self.target["database"]

    def _stands_for(self) -> "dict[str, tuple[str, str, str]]":
        """What each replaced variable named."""
        replaced = self.target.get("stands_for") or {}
        return {k: (_plain_host(host), str(port), name) for k, (host, port, name) in replaced.items()}

    def _identity(self, asked: "tuple[str, str, str]") -> "tuple[str, str, str]":
        if asked[2] == self.target["database"] or asked in self._stands_for().values():
            return self._scratch()
        return asked

    def _spell(self, asked: "tuple[str, str, str]") -> str:
        """A name for a person; of the scratch database the one that it stands for."""
        if asked != self._scratch():
            return "`{2}` at {0}:{1}".format(*asked)
        named = ["that of {} (`{}` at {}:{})".format(k, v[2], v[0], v[1]) for k, v in self._stands_for().items()]
        return " or ".join(named) or "the scratch database"

    def refuse(self, message: str) -> None:
        self.refusal = self.refusal or message
        raise Refused(message)

    # -- layers 2 and 3: SQLAlchemy -----------------------------------------------------------------------------

    def watch_engines(self) -> None:
        """Hooks on the classes, so that every engine, made before or after, is seen."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine
        from sqlalchemy.pool import Pool

        event.listen(Engine, "do_connect", self._on_do_connect)
        event.listen(Pool, "connect", self._on_connect)

    def _on_do_connect(self, dialect, record, cargs, cparams):
        if dialect.name != "postgresql":
            self.refuse("the project connects with the dialect {}, not postgresql".format(dialect.name))
        args, kwargs = self.redirect(dialect.driver, tuple(cargs), dict(cparams))
        if dialect.driver == "asyncpg" and self.target.get("walk"):
            # the walk runs a revision more than once: a plan cached for a type dropped meanwhile would fail
            kwargs.update(prepared_statement_cache_size=0, statement_cache_size=0)
        if dialect.driver in ("psycopg", "psycopg_async") and self.target.get("walk"):
            kwargs["prepare_threshold"] = None  # likewise
        token = _REDIRECTED.set(True)
        try:
            # connected here: a listener of the project's, which comes after us, might lead elsewhere again
            return dialect.connect(*args, **kwargs)
        finally:
            _REDIRECTED.reset(token)

    def _on_connect(self, connection, record) -> None:
        cursor = connection.cursor()
        try:
            cursor.execute(TOKEN_SQL)
            row = cursor.fetchone()
        finally:
            cursor.close()
        connection.rollback()
        if not row or row[0] != self.target["token"]:
            self.refuse("a connection reached a database that is not the scratch database")

    # -- layer 4: the drivers -----------------------------------------------------------------------------------

    def watch_drivers(self) -> None:
        """Wraps `connect` of each driver, now or when the project imports it."""
        for name in DRIVERS:
            if name in sys.modules:
                self.wrap(sys.modules[name])
        sys.meta_path.insert(0, _WrapOnImport(self))

    def wrap(self, module) -> None:
        driver = module.__name__.partition(".")[0]
        for name in DRIVERS[module.__name__]:
            setattr(module, name, self._wrapped(driver, getattr(module, name)))
        if driver == "psycopg":
            for cls in (module.Connection, module.AsyncConnection):
                cls.connect = classmethod(self._wrapped_method(driver, cls.connect.__func__))
            module.connect = module.Connection.connect
        if driver == "pg8000":
            base = module.CoreConnection
            base.__init__ = self._wrapped_method(driver, base.__init__)

    def _wrapped(self, driver: str, function):
        @functools.wraps(function)
        def connect(*args, **kwargs):
            args, kwargs = self.redirect(driver, args, kwargs)
            return function(*args, **kwargs)

        return connect

    def _wrapped_method(self, driver: str, function):
        @functools.wraps(function)
        def connect(this, *args, **kwargs):
            args, kwargs = self.redirect(driver, args, kwargs)
            return function(this, *args, **kwargs)

        return connect


class _WrapOnImport(importlib.abc.MetaPathFinder):
    """Finds a driver as Python would, and wraps it when it has been loaded."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def find_spec(self, name, path=None, target=None):
        if name not in DRIVERS:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                self._hook(spec.loader)
                return spec
        return None

    def _hook(self, loader) -> None:
        execute = loader.exec_module

        def exec_module(module):
            execute(module)
            self.guard.wrap(module)

        loader.exec_module = exec_module


def _address(driver: str, target: dict) -> dict:
    host, port, user, password = (target[k] for k in ("host", "port", "user", "password"))
    socket = host.startswith("/")
    if driver == "pg8000":
        address = {"user": user, "password": password or None, "database": target["database"]}
        if socket:
            address["unix_sock"] = "{}/.s.PGSQL.{}".format(host, port)
        else:
            address.update(host=host, port=port)
        return address
    name = "database" if driver == "asyncpg" else "dbname"
    address = {
        "host": host,
        "port": port,
        "user": user,
        "password": password or None,
        name: target["database"],
    }
    if driver == "asyncpg":
        address["ssl"] = False
    return address


def _destination(driver: str, args: tuple, kwargs: dict) -> "tuple[str, str, str]":
    """Where the project wanted to go: host, port, database; never its user or password."""
    dsn = next((a for a in args if isinstance(a, str)), None) or kwargs.get("dsn") or kwargs.get("conninfo")
    named = _read_dsn(dsn) if isinstance(dsn, str) else {}
    if driver == "pg8000":
        named = dict(zip(("user", "host", "database", "port"), args))
    named.update({k: v for k, v in kwargs.items() if v is not None})
    host = named.get("host") or named.get("unix_sock") or os.environ.get("PGHOST", "localhost")
    port = named.get("port") or os.environ.get("PGPORT", "5432")
    database = named.get("database") or named.get("dbname") or os.environ.get("PGDATABASE", "")
    return _plain_host(host), str(port), str(database)


def _plain_host(host: object) -> str:
    text = str(host[0] if isinstance(host, (list, tuple)) else host)
    return "localhost" if text in ("127.0.0.1", "::1", "") else text


def _read_dsn(dsn: str) -> dict:
    if "://" in dsn:
        parts = urlsplit(dsn)
        named = {k: v[0] for k, v in parse_qs(parts.query).items()}
        return {
            "host": named.get("host") or parts.hostname,
            "port": parts.port,
            "dbname": unquote(parts.path.lstrip("/")) or None,  # an argument of its own has the last word
        }
    pairs = (p.partition("=") for p in dsn.split() if "=" in p)
    return {k: v.strip("'") for k, _, v in pairs}


def _is_maintenance(asked: "tuple[str, str, str]", beside: "tuple[str, str, str]") -> bool:
    """Whether a database is only the way to another one of the same server."""
    return asked[2] in MAINTENANCE and asked[:2] == beside[:2]
