"""What became of rows: what is lost is told, what is only written in another way is not."""

from typing import Any

import pytest

from alembic_proof.catalog.shapes import read_shapes
from alembic_proof.rows.contents import CAP, compare, contents_sql, read_contents, unread

from .conftest import Run
from .rows_help import became, contents, execute, filled

GIVEN = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (id int PRIMARY KEY, name varchar(40), price numeric(12,2), at timestamptz, local timestamp, day date,
  code char(8), j json, n int, m mood, flag bool, nums numeric(6,2)[], u text);
INSERT INTO t VALUES
  (1, 'a long name', 10.55, '2026-01-02 03:04:05.678+00', '2026-01-02 03:04:05.678', '2026-01-02', 'ab',
   '{"b": 1.50, "a": 2}', 5, 'sad', true, '{1.50,2}', 'a9f0cafe-0000-4000-8000-00000000000A'),
  (2, 'short', 20.00, '2026-07-02 03:04:05+00', '2026-07-02 03:04:05', '2026-01-03',
   'abc', '[]', -5, 'ok', false, '{}', NULL),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE keyless (a int, b text);
INSERT INTO keyless VALUES (1, 'x'), (1, 'x'), (2, NULL), (3, 'y');
"""
LOSSES = {
    "rounding": ("ALTER TABLE t ALTER price TYPE numeric(12,0)", ("values changed", 1, ("price",))),
    "cutting": ("ALTER TABLE t ALTER name TYPE varchar(6) USING left(name, 6)", ("values changed", 1, ("name",))),
    "fractions of seconds": ("ALTER TABLE t ALTER at TYPE timestamptz(0)", ("values changed", 1, ("at",))),
    "the time of day": ("ALTER TABLE t ALTER at TYPE date", ("values changed", 2, ("at",))),
    "an update to NULL": ("UPDATE t SET n = NULL", ("values changed", 2, ("n",))),
    "another value": ("UPDATE t SET n = 7 WHERE id = 1", ("values changed", 1, ("n",))),
    "deleted rows": ("DELETE FROM t WHERE id > 1", ("rows gone", 2, ())),
    "truncation": ("TRUNCATE t", ("rows gone", 3, ())),
    "a dropped column": ("ALTER TABLE t DROP name", ("values gone", 2, ("name",))),
    "a column dropped and added again": (
        "ALTER TABLE t DROP name; ALTER TABLE t ADD name varchar(40)",
        ("values gone", 2, ("name",)),
    ),
    "a dropped table": ("DROP TABLE t", ("values gone", 3, ())),
    "a table made again": ("DROP TABLE t; CREATE TABLE t (id int PRIMARY KEY)", ("rows gone", 3, ())),
    "numbers to truth": ("ALTER TABLE t ALTER n TYPE bool USING n <> 0", ("values changed", 2, ("n",))),
    "a key in another table's place": ("UPDATE t SET id = id + 100 WHERE id = 3", ("rows gone", 1, ())),
    "one of two rows alike": (
        "DELETE FROM keyless WHERE ctid = (SELECT min(ctid) FROM keyless)",
        ("rows gone", 1, ()),
    ),
    "a value in a table without a key": ("UPDATE keyless SET b = 'z' WHERE a = 3", ("values changed", 1, ("b",))),
    "a label merged into another": (
        "ALTER TABLE t ALTER m TYPE text; UPDATE t SET m = 'ok'",
        ("values changed", 1, ("m",)),
    ),
}
NO_LOSSES = {
    "int to bigint": "ALTER TABLE t ALTER n TYPE bigint; ALTER TABLE t ALTER id TYPE bigint",
    "a key as text": "ALTER TABLE t ALTER id TYPE text",
    "varchar to text": "ALTER TABLE t ALTER name TYPE text",
    "wider numeric": "ALTER TABLE t ALTER price TYPE numeric(14,4)",
    "numeric to real": "ALTER TABLE t ALTER price TYPE real",
    "numeric to text": "ALTER TABLE t ALTER price TYPE text",
    "numbers in arrays": "ALTER TABLE t ALTER nums TYPE numeric(8,4)[]",
    "an enum made again": "ALTER TYPE mood RENAME TO old; CREATE TYPE mood AS ENUM ('ok', 'sad', 'new');"
    " ALTER TABLE t ALTER m TYPE mood USING m::text::mood; DROP TYPE old",
    "a renamed label": "ALTER TYPE mood RENAME VALUE 'sad' TO 'low'",
    "json to jsonb": "ALTER TABLE t ALTER j TYPE jsonb",
    "padding": "ALTER TABLE t ALTER code TYPE char(20); ALTER TABLE t ALTER code TYPE text",
    "date to timestamp": "ALTER TABLE t ALTER day TYPE timestamp",
    "date to timestamptz in UTC": "SET LOCAL timezone = 'UTC'; ALTER TABLE t ALTER day TYPE timestamptz",
    "text to uuid": "ALTER TABLE t ALTER u TYPE uuid USING u::uuid",
    "a boolean as a number": "ALTER TABLE t ALTER flag TYPE int USING flag::int",
    "a backfill": "UPDATE t SET name = 'none', price = 0 WHERE id = 3",
    "renames": "ALTER TABLE t RENAME name TO title; ALTER TABLE t RENAME TO things; ALTER TABLE keyless RENAME a TO z",
    "a new column": "ALTER TABLE t ADD more int NOT NULL DEFAULT 5; ALTER TABLE keyless ADD id serial PRIMARY KEY",
    "new rows": "INSERT INTO t (id) VALUES (9); INSERT INTO keyless VALUES (9, 'x')",
    "a column moved into a new one": "ALTER TABLE t ADD title text; UPDATE t SET title = name; ALTER TABLE t DROP name",
    "a table copied": "CREATE TABLE c (LIKE t INCLUDING ALL); INSERT INTO c SELECT * FROM t; DROP TABLE t;"
    " ALTER TABLE c RENAME TO t",
    "a table partitioned": "ALTER TABLE t RENAME TO old; CREATE TABLE t (LIKE old) PARTITION BY RANGE (id);"
    " CREATE TABLE p1 PARTITION OF t FOR VALUES FROM (0) TO (2); CREATE TABLE p2 PARTITION OF t DEFAULT;"
    " INSERT INTO t SELECT * FROM old; DROP TABLE old",
    "a dropped key": "ALTER TABLE t DROP CONSTRAINT t_pkey",
    "another schema": "CREATE SCHEMA s; ALTER TABLE t SET SCHEMA s",
    "a changed primary key": "ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ADD new serial PRIMARY KEY",
    "an explicit zone": "ALTER TABLE t ALTER local TYPE timestamptz USING local AT TIME ZONE 'America/New_York'",
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_told_once_with_its_number(run: Run, name: str) -> None:
    statement, wanted = LOSSES[name]

    async def work(connection: Any) -> None:
        changes = await became(connection, GIVEN, statement)
        assert [(c.how, c.count, c.columns) for c in changes] == [wanted]
        assert changes[0].samples

    run(work)


@pytest.mark.parametrize("name", NO_LOSSES)
def test_what_keeps_the_values_is_no_change(run: Run, name: str) -> None:
    async def work(connection: Any) -> None:
        assert await became(connection, GIVEN, f"BEGIN; {NO_LOSSES[name]}; COMMIT") == ()

    run(work)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Oslo"])
@pytest.mark.parametrize(("column", "kind"), [("local", "timestamptz"), ("at", "timestamp")])
def test_what_only_the_time_zone_of_the_session_decides_names_it(run: Run, zone: str, column: str, kind: str) -> None:
    async def work(connection: Any) -> None:
        await connection.execute(f"SET timezone = '{zone}'")
        (change,) = await became(connection, GIVEN, f"ALTER TABLE t ALTER {column} TYPE {kind}")
        assert (change.zone, change.columns, change.count) == (zone, (column,), 2)

    run(work)


def test_the_text_is_the_same_under_all_settings_and_leaves_none_changed(run_on_each: Run) -> None:
    odd = {
        "DateStyle": "German, DMY",
        "TimeZone": "UTC",
        "IntervalStyle": "sql_standard",
        "extra_float_digits": "-5",
        "bytea_output": "escape",
        "search_path": "public, pg_temp",
        "quote_all_identifiers": "on",
    }
    asked = "SELECT array_agg(setting ORDER BY name) FROM pg_settings WHERE name <> 'transaction_isolation'"
    given = "CREATE TABLE s (id serial, f float8, t timestamptz, i interval, b bytea, d date, r regclass, p public.t)"

    async def work(connection: Any) -> None:
        await execute(connection, GIVEN + given)
        await filled(connection)
        sql = contents_sql(await read_shapes(connection))
        await connection.execute("SET timezone = 'UTC'")
        plain = await connection.fetchval(sql)
        for name, value in odd.items():
            await connection.execute(f"SELECT set_config('{name}', '{value}', false)")
        settings = await connection.fetchval(asked)
        assert await connection.fetchval(sql) == plain
        assert await connection.fetchval(asked) == settings
        async with connection.transaction():
            assert await connection.fetchval(sql) == plain
            assert await connection.fetchval(asked) == settings
        await connection.execute("SET timezone = 'Asia/Tokyo'")
        tokyo = await connection.fetchval(sql)
        assert read_contents(tokyo).zone == "Asia/Tokyo"
        assert read_contents(tokyo).tables == read_contents(plain).tables

    run_on_each(work)


def test_a_partition_that_is_dropped_takes_its_rows_and_rows_that_move_do_not(run: Run) -> None:
    given = """CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE p2 PARTITION OF p DEFAULT;
      INSERT INTO p VALUES (1), (20)"""

    async def work(connection: Any) -> None:
        assert (
            await became(
                connection,
                given,
                "ALTER TABLE p DETACH PARTITION p1; ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (0) TO (5)",
            )
            == ()
        )
        before = await contents(connection)
        await execute(connection, "ALTER TABLE p DETACH PARTITION p1; INSERT INTO p SELECT * FROM p1; DROP TABLE p1")
        between = await contents(connection)
        assert compare(before, between, "upgrade") == ()
        await execute(connection, "DROP TABLE p2")
        assert [(c.table, c.count) for c in compare(between, await contents(connection), "upgrade")] == [
            ("public.p2", 2)
        ]

    run(work)


def test_more_rows_than_the_cap_are_compared_by_sums_and_that_is_told(run: Run) -> None:
    given = (
        f"CREATE TABLE big (id int PRIMARY KEY, n numeric(10,2), j json, o text);"
        f" INSERT INTO big SELECT i, i / 7.0, '{{}}', NULL FROM generate_series(1, {CAP + 5}) i"
    )

    async def work(connection: Any) -> None:
        changes = await became(
            connection,
            given,
            "ALTER TABLE big ALTER id TYPE bigint, ALTER n TYPE numeric(12,4), ALTER j TYPE jsonb;"
            " UPDATE big SET o = 'x'",
        )
        assert changes == ()
        before = await contents(connection)
        assert unread(before) == (f"public.big: more than {CAP} rows, compared as sums",)
        await execute(connection, "UPDATE big SET n = round(n)")
        (change,) = compare(before, await contents(connection), "upgrade")
        assert (change.how, change.columns) == ("values changed", ("n",))
        await execute(connection, "DELETE FROM big WHERE id < 5")
        assert ("rows gone", 4) in [(c.how, c.count) for c in compare(before, await contents(connection), "upgrade")]

    run(work)


def test_rows_of_every_version_are_read_and_are_their_own_equals(run_on_each: Run) -> None:
    async def work(connection: Any) -> None:
        await execute(connection, GIVEN)
        await filled(connection)
        before = await contents(connection)
        await execute(connection, "ALTER TABLE t ADD x int; ALTER TABLE t DROP x")
        assert compare(before, await contents(connection), "again") == ()

    run_on_each(work)
