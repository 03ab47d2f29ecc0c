"""Every table gets rows; what cannot be filled is told."""

import os
import time
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from alembic_proof.catalog.shapes import read_shapes
from alembic_proof.walk.rows import fill, remove

from .conftest import Run
from .rows_help import execute, filled

HOSTILE = (Path(__file__).parent / "hostile.sql").read_text("utf-8")
HOLD_NOTHING = {
    "public.impossible": "no value of id (integer) is known that satisfies what it must",
    "public.child_of_impossible": "public.impossible, which it refers to, has no rows",
    "public.no_parts": "it has no partition",
    "public.swallowed": "what is inserted does not arrive: a trigger or a rule does something else",
}


async def everything(connection: Any) -> list[tuple[str, list[str]]]:
    shapes = [s for s in await read_shapes(connection) if s.kind == "r"]
    return [
        (s.name, [str(r[0]) for r in await connection.fetch(f"SELECT x::text FROM ONLY {s.name} x")]) for s in shapes
    ]


def test_a_hostile_schema_is_filled_but_for_what_can_hold_nothing_and_that_is_told(run_on_each: Run) -> None:
    async def work(connection: Any) -> None:
        await execute(connection, HOSTILE)
        for level in ("all", "plain"):
            done = await filled(connection, level)
            assert {u.table: u.why for u in done.unfilled} == HOLD_NOTHING
            assert await remove(connection, done)
            assert not any(rows for _, rows in await everything(connection))

    run_on_each(work)


def test_filling_the_same_schema_twice_gives_the_same_rows(run: Run) -> None:
    async def work(connection: Any) -> list[tuple[str, list[str]]]:
        await execute(connection, HOSTILE)
        await filled(connection)
        return await everything(connection)

    assert run(work) == run(work)


def test_every_nullable_column_is_both_null_and_filled_and_every_label_is_there(run: Run) -> None:
    async def work(connection: Any) -> None:
        await execute(connection, HOSTILE)
        await filled(connection)
        for table, unknown in (("everything", set()), ("checks", set()), ("refers_part", set()), ("self", set())):
            shape = next(s for s in await read_shapes(connection) if s.name == f"public.{table}")
            for column in (c for c in shape.written if c.nullable):
                values, rows = await connection.fetchrow(f"SELECT count({column.quoted}), count(*) FROM public.{table}")
                assert 0 < values < rows or column.name in unknown, (table, column.name)
        labels = await connection.fetchval("SELECT count(DISTINCT e) FROM public.everything")
        assert labels == 3

    run(work)


def test_limits_long_texts_and_duplicates_are_among_the_rows(run: Run) -> None:
    async def work(connection: Any) -> None:
        await execute(
            connection,
            "CREATE TABLE t (id serial PRIMARY KEY, i int, s smallint, v varchar(30), x text, n numeric(6,2))",
        )
        await filled(connection)
        row = await connection.fetchrow(
            "SELECT min(i) = -2147483648, max(i) = 2147483647, max(s) = 32767, max(length(v)) = 30, bool_or(v = ''),"
            " max(length(x)) > 255, max(n) = 9999.99, bool_or(n <> round(n, 1)),"
            " count(*) > count(DISTINCT (i, s, v, x, n)) FROM public.t"
        )
        assert list(row) == [True] * 9

    run(work)


def test_a_later_insert_of_the_migration_meets_no_row_and_no_sequence_of_ours(run: Run) -> None:
    async def work(connection: Any) -> None:
        await execute(
            connection,
            "CREATE TABLE t (id serial PRIMARY KEY, name text UNIQUE);"
            " CREATE TABLE i (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY)",
        )
        await filled(connection)
        await execute(connection, "INSERT INTO t VALUES (1, 'admin'), (2, ''), (3, 'a'); INSERT INTO i DEFAULT VALUES")
        assert await connection.fetchval("SELECT nextval('public.t_id_seq')") == 1
        assert await connection.fetchval("SELECT min(id) FROM public.i") == 1

    run(work)


def test_rows_that_are_there_stay_and_are_referred_to(run: Run) -> None:
    async def work(connection: Any) -> None:
        await execute(
            connection,
            "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);"
            " INSERT INTO a VALUES (5)",
        )
        done = await filled(connection, "all", ["public.b"])
        assert list(done.rows) == ["public.b"]
        assert await connection.fetchval("SELECT bool_and(a = 5) FROM public.b")
        assert await remove(connection, done)
        assert await connection.fetchval("SELECT array_agg(id) FROM public.a") == [5]

    run(work)


def test_a_table_that_others_need_and_that_is_empty_is_filled_with_them(run: Run) -> None:
    async def work(connection: Any) -> None:
        await execute(
            connection,
            "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int NOT NULL REFERENCES a);"
            " CREATE TABLE c (id int)",
        )
        assert set((await filled(connection, "plain", ["public.b"])).rows) == {"public.a", "public.b"}

    run(work)


def test_a_second_fill_adds_rows_beside_the_first(run: Run) -> None:
    async def work(connection: Any) -> None:
        await execute(connection, "CREATE TABLE a (id serial PRIMARY KEY, t text UNIQUE, e bigint UNIQUE)")
        first = await filled(connection)
        second = await filled(connection)
        assert first.rows == second.rows == {"public.a": 6}
        assert await remove(connection, first)
        assert await connection.fetchval("SELECT count(*) FROM public.a") == 6

    run(work)


def test_rows_that_somebody_changed_are_not_removed_and_that_is_told(run: Run) -> None:
    async def work(connection: Any) -> None:
        await execute(connection, "CREATE TABLE a (n int, t text)")
        done = await filled(connection)
        await execute(connection, "UPDATE a SET t = 'other'")
        assert not await remove(connection, done)
        assert await connection.fetchval("SELECT count(*) FROM public.a") == len(done.puts[0].keys)

    run(work)


def test_rows_alike_that_were_there_before_stay_when_ours_go(run: Run) -> None:
    async def work(connection: Any) -> None:
        await execute(connection, "CREATE TABLE a (n int, t text); INSERT INTO a VALUES (8, NULL), (NULL, NULL)")
        assert await remove(connection, await filled(connection))
        assert await connection.fetchval("SELECT count(*) FROM public.a") == 2

    run(work)


def test_what_triggers_wrote_elsewhere_is_told_and_cannot_be_removed(run: Run) -> None:
    audited = """CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE log (id int);
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO log VALUES (new.id); RETURN new; END$$;
      CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()"""

    async def work(connection: Any) -> None:
        await execute(connection, audited)
        done = await filled(connection, "plain", ["public.a"])
        assert done.others == (("public.log", 3),)
        assert not await remove(connection, done)

    run(work)


def test_a_table_in_which_the_role_may_not_insert_is_told(run: Run) -> None:
    async def work(connection: Any) -> None:
        await execute(connection, "CREATE TABLE a (id int); REVOKE INSERT ON a FROM CURRENT_USER")
        (told,) = (await filled(connection)).unfilled
        assert told.why.startswith("42501: permission denied")

    run(work)


async def spent(connection: Any) -> float:
    """Processor time of this process and of the server's."""
    pid = await connection.fetchval("SELECT pg_backend_pid()")
    return time.process_time() + of_process(pid)


def of_process(pid: int) -> float:
    ticks = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processor time of the server is read from /proc")
def test_three_hundred_tables_are_filled_in_a_second_of_processor_time_and_one_of_them_in_a_tenth(run: Run) -> None:
    async def work(connection: Any) -> float:
        for n in range(300):
            keys = f", p int REFERENCES t{n - 1}, q int NOT NULL REFERENCES t{n // 2}" if n else ""
            await execute(
                connection,
                f"CREATE TABLE t{n} (id serial PRIMARY KEY, name varchar(40) NOT NULL UNIQUE,"
                " n numeric(10,2) CHECK (n > 0),"
                f" at timestamptz DEFAULT now(), b bool NOT NULL, j jsonb,"
                f" state text NOT NULL CHECK (state IN ('a', 'b')){keys})",
            )
        shapes = await read_shapes(connection)
        started = await spent(connection)
        done = await fill(connection, shapes, "all")
        seconds = await spent(connection) - started
        assert len(done.rows) == 300
        assert not done.unfilled
        started = await spent(connection)
        await fill(connection, shapes, "all", ["public.t299"])
        assert await spent(connection) - started < 0.15
        return seconds

    # 0.9 s when it was written; no clock on the wall, as other work may share the processors
    assert run(work) < 1.5


GIVEN = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE t (id serial PRIMARY KEY, a text, b text, c int, d bigint, e varchar(50), f text, g text, h int, i text,
  n numeric(12,2));
"""
FAILS = [
    ("ALTER TABLE t ADD COLUMN z int NOT NULL", "23502"),
    ("ALTER TABLE t ALTER a SET NOT NULL", "23502"),
    ("ALTER TABLE t ADD UNIQUE (b)", "23505"),
    ("ALTER TABLE t ADD CHECK (c > 0)", "23514"),
    ("ALTER TABLE t ALTER e TYPE varchar(10)", "22001"),
    ("ALTER TABLE t ALTER d TYPE int", "22003"),
    ("ALTER TABLE t ALTER f TYPE int USING f::int", "22P02"),
    ("ALTER TABLE t ALTER g TYPE date USING g::date", "22007"),
    ("ALTER TABLE t ADD FOREIGN KEY (h) REFERENCES parent", "23503"),
    ("ALTER TABLE t ALTER i TYPE mood USING i::mood", "22P02"),
    ("ALTER TABLE t ALTER n TYPE numeric(4,2)", "22003"),
]


@pytest.mark.parametrize(("statement", "sqlstate"), FAILS, ids=[s for s, _ in FAILS])
def test_what_passes_on_an_empty_table_fails_on_the_rows(run_on_each: Run, statement: str, sqlstate: str) -> None:
    async def work(connection: Any) -> None:
        await execute(connection, GIVEN)
        await execute(connection, f"BEGIN; {statement}; ROLLBACK")
        await filled(connection)
        with pytest.raises(asyncpg.PostgresError) as told:
            await execute(connection, statement)
        assert told.value.sqlstate == sqlstate

    run_on_each(work)
