"""The guard's pure parts: where a project wanted to go, what it is given instead, and what is refused."""

import pytest

from alembic_proof.inside.guard import Guard, Refused, _destination, _read_dsn

TARGET = {
    "host": "/run/pg",
    "port": 5433,
    "user": "scratch_user",
    "password": "scratch pass",
    "database": "scratch_db",
    "token": "t",
    "walk": False,
}
SOCKET = {"host": "/run/pg", "port": 5433, "user": "scratch_user", "password": "scratch pass"}
URL = "postgresql://app:s3cret@db.example:6432/orders?sslmode=require"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """libpq's variables are defaults."""
    for name in ("PGHOST", "PGPORT", "PGDATABASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("driver", "args", "kwargs", "wanted"),
    [
        ("psycopg", (URL,), {}, ("db.example", "6432", "orders")),
        ("psycopg", (), {"conninfo": URL}, ("db.example", "6432", "orders")),
        ("psycopg2", (), {"dsn": URL}, ("db.example", "6432", "orders")),
        ("asyncpg", (URL,), {}, ("db.example", "6432", "orders")),
        ("psycopg2", ("host=db.example port=6432 dbname='orders' user=x",), {}, ("db.example", "6432", "orders")),
        ("psycopg2", (), {"host": "h", "port": 1, "dbname": "d"}, ("h", "1", "d")),
        ("asyncpg", (), {"host": "h", "port": 1, "database": "d"}, ("h", "1", "d")),
        ("pg8000", ("user", "h", "d", 1), {}, ("h", "1", "d")),
        ("pg8000", ("user",), {"host": "h", "database": "d"}, ("h", "5432", "d")),
        ("pg8000", (), {"unix_sock": "/run/x/.s.PGSQL.1", "database": "d"}, ("/run/x/.s.PGSQL.1", "5432", "d")),
        ("asyncpg", (), {"host": ["h", "g"], "database": "d"}, ("h", "5432", "d")),
        ("psycopg", (URL,), {"dbname": "other", "host": None}, ("db.example", "6432", "other")),
        ("psycopg", ("postgresql:///d?host=/run/other",), {}, ("/run/other", "5432", "d")),
        ("psycopg", ("postgresql://h/a%20b",), {}, ("h", "5432", "a b")),
        ("psycopg", (), {}, ("localhost", "5432", "")),
    ],
)
def test_where_the_project_wanted_to_go(
    driver: str, args: tuple[object, ...], kwargs: dict[str, object], wanted: tuple[str, str, str]
) -> None:
    """Host, port and database, however they were said."""
    assert _destination(driver, args, kwargs) == wanted


def test_libpqs_variables_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in libpq."""
    for name, value in {"PGHOST": "h", "PGPORT": "7", "PGDATABASE": "d"}.items():
        monkeypatch.setenv(name, value)
    assert _destination("psycopg", (), {}) == ("h", "7", "d")
    assert _destination("psycopg", (), {"host": "g"}) == ("g", "7", "d")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", ""])
def test_this_machine_has_many_names(host: str) -> None:
    """They are one host."""
    assert _destination("psycopg", (), {"host": host, "dbname": "d"})[0] == "localhost"


def test_a_connection_string_is_read_in_both_forms() -> None:
    """A URL and words."""
    assert _read_dsn(URL) == {"host": "db.example", "port": 6432, "dbname": "orders"}
    assert _read_dsn("dbname=x host='h'") == {"dbname": "x", "host": "h"}
    assert _read_dsn("") == {}


@pytest.mark.parametrize(
    ("driver", "address"),
    [
        ("psycopg", {**SOCKET, "dbname": "scratch_db"}),
        ("psycopg2", {**SOCKET, "dbname": "scratch_db"}),
        ("asyncpg", {**SOCKET, "database": "scratch_db", "ssl": False}),
        (
            "pg8000",
            {
                "user": "scratch_user",
                "password": "scratch pass",
                "database": "scratch_db",
                "unix_sock": "/run/pg/.s.PGSQL.5433",
            },
        ),
    ],
)
def test_a_driver_is_sent_to_the_scratch_database(driver: str, address: dict[str, object]) -> None:
    """Address, user and password are ours; what says how to behave is the project's."""
    asked = {"host": "db.example", "user": "app", "password": "s3cret", "sslmode": "require", "passfile": "/x"}
    args, kwargs = Guard(TARGET).redirect(driver, (URL,), {**asked, "timeout": 3, "application_name": "a"})
    assert args == ()
    assert kwargs.pop("timeout") == 3
    assert kwargs.pop("application_name") == "a"
    assert address.items() <= kwargs.items()
    left = str({k: v for k, v in kwargs.items() if k not in address})
    assert not [word for word in ("db.example", "app", "s3cret", "require", "/x") if word in left]


def test_one_database_may_be_asked_for_often() -> None:
    """In whatever form."""
    guard = Guard(TARGET)
    for args, kwargs in (((URL,), {}), ((), {"host": "db.example", "port": 6432, "dbname": "orders"})):
        guard.redirect("psycopg", args, kwargs)
    assert guard.refusal is None


def test_a_second_database_is_refused_by_both_names_and_no_password() -> None:
    """As no Exception, so that the project cannot hide it; the first refusal stands."""
    guard = Guard(TARGET)
    guard.redirect("psycopg", (URL,), {})
    with pytest.raises(Refused, match=r"`orders` at db\.example:6432 and `billing` at other:5432") as refused:
        guard.redirect("psycopg", (), {"host": "other", "dbname": "billing", "password": "s3cret"})
    assert not isinstance(refused.value, Exception)
    assert "s3cret" not in str(refused.value)
    with pytest.raises(Refused):
        guard.redirect("psycopg", (), {"host": "third", "dbname": "x"})
    assert "billing" in (guard.refusal or "")


def test_the_maintenance_database_of_the_same_server_is_only_a_way() -> None:
    """A project may look there whether its own database exists."""
    guard = Guard(TARGET)
    for name in ("postgres", "orders", "postgres"):
        guard.redirect("psycopg", (), {"host": "h", "dbname": name})
    assert guard.refusal is None
    with pytest.raises(Refused):
        guard.redirect("psycopg", (), {"host": "elsewhere", "dbname": "postgres"})


def test_the_scratch_database_counts_as_one() -> None:
    """A replaced variable names it, and then another database is a second one."""
    guard = Guard(TARGET)
    guard.redirect("psycopg", (), {"host": "/run/pg", "port": 5433, "dbname": "scratch_db"})
    with pytest.raises(Refused):
        guard.redirect("psycopg", (), {"host": "db.example", "dbname": "orders"})


class Dialect:
    """The part of SQLAlchemy's dialect that is asked."""

    def __init__(self, name: str, driver: str) -> None:
        self.name = name
        self.driver = driver
        self.given: tuple[tuple[object, ...], dict[str, object]] | None = None

    def connect(self, *args: object, **kwargs: object) -> None:
        self.given = args, kwargs


@pytest.mark.parametrize("name", ["sqlite", "mysql", "oracle", "mssql"])
def test_another_dialect_is_refused(name: str) -> None:
    """Before its driver is called."""
    with pytest.raises(Refused, match=f"dialect {name}"):
        Guard(TARGET)._on_do_connect(Dialect(name, "x"), None, ["x"], {})


@pytest.mark.parametrize("driver", ["psycopg", "psycopg_async", "psycopg2", "asyncpg", "pg8000"])
def test_an_engine_connects_with_our_arguments(driver: str) -> None:
    """Whatever the project gave it."""
    dialect = Dialect("postgresql", driver)
    Guard(TARGET)._on_do_connect(dialect, None, [URL], {"host": "db.example", "password": "s3cret"})
    assert dialect.given is not None
    args, kwargs = dialect.given
    assert args == ()
    assert kwargs["user"] == "scratch_user"
    assert "db.example" not in str(kwargs)
