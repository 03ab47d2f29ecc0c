"""What a row costs, measured on tables of two sizes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence

import asyncpg
import pytest
from walk_project import NOWHERE, Project, env, ini, revision

from alembic_proof.cost import ROW_COUNTS_SQL, parse_row_counts
from alembic_proof.effects import Estimate
from alembic_proof.provision.scratch import scratch
from alembic_proof.settings import load_settings
from alembic_proof.walk import runs
from alembic_proof.walk.bench import generated
from alembic_proof.walk.estimates import _multiplied as multiplied_anyhow
from alembic_proof.walk.estimates import estimates
from alembic_proof.walk.multiply import CannotMultiply

FIRST = """
op.execute("CREATE TABLE item (id int PRIMARY KEY, label text NOT NULL, amount int, note varchar(80))")
op.execute("INSERT INTO item SELECT n, 'label ' || n, n, repeat('x', 40) FROM generate_series(1, 20) n")
"""


def estimated(
    project: Project,
    upgrade: str,
    statements: Sequence[tuple[int, str]],
    counts: Mapping[str, int] | None = None,
    first: str = FIRST,
) -> tuple[tuple[Estimate, ...], tuple[str, ...]]:
    """The estimates for revision a2."""
    project.write(
        {
            "alembic.ini": ini(url=f"postgresql+psycopg://{NOWHERE}"),
            "migrations/env.py": env(),
            "migrations/versions/a1.py": revision("a1", None, first),
            "migrations/versions/a2.py": revision("a2", "a1", upgrade),
        }
    )
    settings = load_settings(project.folder, {"postgres": project.server.admin.url(), "python": sys.executable})
    ground = runs.Ground(settings, project.server, lambda *_: None)
    return asyncio.run(estimates(ground, "a2", statements, counts, None if first is FIRST else generated("plain")))


def test_a_rewrite_an_index_and_an_update_cost_what_they_are_known_to_cost(project: Project) -> None:
    """Bytes of WAL a row, within a factor of two of what was measured on 200,000 rows."""
    upgrade = """
    op.alter_column("item", "amount", type_=sa.BigInteger)
    op.create_index("item_amount", "item", ["amount"])
    op.execute("UPDATE item SET amount = amount + 1 WHERE label <> ''")
    op.add_column("item", sa.Column("more", sa.Text))
    """
    found, missed = estimated(project, upgrade, [(n, "public.item") for n in range(1, 5)], {"public.item": 5_000_000})
    assert missed == ()
    rewrite, index, update, column = found
    assert 109 / 2 < rewrite.wal_per_row < 109 * 2
    assert 20 / 2 < index.wal_per_row < 20 * 2
    assert 240 / 2 < update.wal_per_row < 240 * 2
    assert column.wal_per_row < 1
    assert rewrite.sql.startswith("ALTER TABLE item ALTER COLUMN amount TYPE")
    assert rewrite.file.endswith("a2.py")
    assert {e.rows for e in found} == {5_000_000}
    assert 0 < rewrite.seconds_per_row < 1e-3


def test_it_is_the_same_per_row_on_larger_tables(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """WAL grows in a line, so that an estimate for millions is one."""
    upgrade = """
    op.alter_column("item", "amount", type_=sa.BigInteger)
    op.create_index("item_amount", "item", ["amount"])
    op.execute("UPDATE item SET amount = amount + 1")
    """
    statements = [(n, "public.item") for n in (1, 2, 3)]
    small, _ = estimated(project, upgrade, statements)
    monkeypatch.setattr("alembic_proof.walk.estimates.SIZES", (20_000, 80_000))
    large, _ = estimated(project, upgrade, statements)
    for one, other in zip(small, large, strict=True):
        assert one.wal_per_row == pytest.approx(other.wal_per_row, rel=0.1)


def test_generated_rows_are_multiplied_with_the_tables_that_refer_to_each_other(project: Project) -> None:
    """A foreign key is read on both sides."""
    first = """
    op.execute("CREATE TABLE customer (id bigint PRIMARY KEY, email varchar(60) UNIQUE, kind text CHECK (kind <> ''))")
    op.execute("CREATE TABLE orders (id int PRIMARY KEY, customer_id bigint NOT NULL, at timestamptz)")
    op.execute("CREATE TABLE line (order_id int REFERENCES orders, n int, PRIMARY KEY (order_id, n))")
    """
    upgrade = """
    op.execute("ALTER TABLE line ALTER n TYPE bigint")
    op.create_index("orders_at", "orders", ["at"])
    op.execute("ALTER TABLE customer ALTER email SET NOT NULL")
    """
    found, missed = estimated(
        project, upgrade, [(1, "public.line"), (2, "public.orders"), (3, "public.customer")], first=first
    )
    assert missed == ()
    assert [e.table for e in found] == ["public.line", "public.orders", "public.customer"]
    assert found[0].wal_per_row > 40
    assert 10 < found[1].wal_per_row < 40


def test_a_unique_index_on_a_column_that_was_not_unique_finds_no_duplicates(project: Project) -> None:
    """Copies would be duplicates: every column gets new values."""
    found, missed = estimated(project, 'op.create_index("u", "item", ["label"], unique=True)', [(1, "public.item")])
    assert missed == ()
    assert 10 < found[0].wal_per_row < 120


def test_values_that_a_constraint_of_the_upgrade_allows_are_copied(project: Project) -> None:
    """New ones would break it."""
    upgrade = 'op.create_check_constraint("small", "item", "amount < 100")'
    found, missed = estimated(project, upgrade, [(1, "public.item")])
    assert missed == ()
    assert found[0].wal_per_row < 1
    assert found[0].seconds_per_row > 0


def test_an_upgrade_that_fails_on_multiplied_rows_has_no_estimate(project: Project) -> None:
    """And it is told why."""
    upgrade = 'op.execute("ALTER TABLE item ADD CONSTRAINT small CHECK (id < 100)")'
    found, missed = estimated(project, upgrade, [(1, "public.item")])
    assert found == ()
    assert len(missed) == 1
    assert "23514" in missed[0] or "small" in missed[0]


def test_a_table_that_cannot_be_multiplied_is_named_and_the_others_are_estimated(project: Project) -> None:
    """Here it has no row."""
    upgrade = 'op.execute("ALTER TABLE item ALTER amount TYPE bigint")\nop.execute("SELECT 1")'
    found, missed = estimated(project, upgrade, [(1, "public.item"), (2, "public.of_others")])
    assert [e.table for e in found] == ["public.item"]
    assert missed == ("a2: what it costs per row of public.of_others: there is no table public.of_others",)


MULTIPLIED = {
    "identity": "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text UNIQUE, n int); "
    "INSERT INTO t (a) VALUES ('x'), ('y'), (NULL)",
    "numbers that are taken": "CREATE TABLE t (n int PRIMARY KEY, r int); INSERT INTO t VALUES (120, 1), (130, 2)",
    "uuid": "CREATE TABLE t (id uuid PRIMARY KEY); INSERT INTO t VALUES (gen_random_uuid())",
    "boundary values": "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (2147483647), (-2147483648)",
    "an expression": "CREATE TABLE t (m varchar(9)); CREATE UNIQUE INDEX ON t (lower(m)); INSERT INTO t VALUES ('A')",
    "two columns": "CREATE TABLE t (kind bool, at timestamptz, UNIQUE (kind, at)); INSERT INTO t VALUES (true, now())",
    "generated": "CREATE TABLE t (id int PRIMARY KEY, d int GENERATED ALWAYS AS (id * 2) STORED); "
    "INSERT INTO t VALUES (1)",
    "partitions": "CREATE TABLE t (id int, d date) PARTITION BY RANGE (d); CREATE UNIQUE INDEX ON t (id, d); "
    "CREATE TABLE p PARTITION OF t FOR VALUES FROM ('2020-01-01') TO ('2021-01-01'); "
    "INSERT INTO t VALUES (1, '2020-02-02')",
    "a check": "CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a < 9)); INSERT INTO t VALUES (1, 1)",
    "a trigger": "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); "
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$; "
    "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
}
REFUSED = {
    "no row": ("CREATE TABLE t (id int PRIMARY KEY)", "has no row"),
    "a boolean key": ("CREATE TABLE t (id bool PRIMARY KEY); INSERT INTO t VALUES (true)", "unique index t_pkey"),
    "a key that refers": (
        (
            "CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1); "
            "CREATE TABLE t (id int PRIMARY KEY REFERENCES p); INSERT INTO t VALUES (1)"
        ),
        "unique index t_pkey",
    ),
    "a check on the key": (
        "CREATE TABLE t (id int PRIMARY KEY CHECK (id < 9)); INSERT INTO t VALUES (1)",
        "violates check",
    ),
    "an exclusion": (
        "CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&)); INSERT INTO t VALUES ('[1,2)')",
        "only 1 differ",
    ),
}


def multiplied(project: Project, setup: str) -> int:
    """How many rows the table has in the end."""

    async def work() -> int:
        async with scratch(project.server, "multiply") as database:
            connection: asyncpg.Connection = await runs.connect(database, admin=True)
            try:
                await connection.execute(setup)
                await connection.execute("SET session_replication_role = replica")
                return await multiplied_anyhow(connection, "public.t", 3_000, every=True)
            finally:
                await connection.close()

    return asyncio.run(work())


@pytest.mark.parametrize("name", MULTIPLIED)
def test_a_table_is_multiplied_with_new_keys(name: str, project: Project) -> None:
    """Rows of which the key is taken are left out."""
    assert 2_900 <= multiplied(project, MULTIPLIED[name]) <= 3_000


@pytest.mark.parametrize("name", REFUSED)
def test_a_table_that_cannot_be_multiplied_says_why(name: str, project: Project) -> None:
    """Nothing is invented."""
    setup, why = REFUSED[name]
    with pytest.raises(CannotMultiply, match=why):
        multiplied(project, setup)


def test_the_query_for_row_counts_gives_the_file(project: Project) -> None:
    """One line for each table that was analyzed; a partitioned one is the sum of its partitions."""

    async def work() -> str:
        async with scratch(project.server, "counts") as database:
            connection = await runs.connect(database, admin=True)
            try:
                await connection.execute(
                    'CREATE TABLE "Odd, name" AS SELECT n FROM generate_series(1, 70) n; '
                    "CREATE TABLE fresh (a int); CREATE TABLE t (id int) PARTITION BY RANGE (id); "
                    "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (50); "
                    "CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (50) TO (99); "
                    "INSERT INTO t SELECT generate_series(0, 98)"
                )
                await connection.execute('ANALYZE "Odd, name", t1, t2')
                rows = await connection.fetch(ROW_COUNTS_SQL)
                return "\n".join(",".join("" if v is None else str(v) for v in row.values()) for row in rows)
            finally:
                await connection.close()

    assert "\n" not in ROW_COUNTS_SQL
    assert parse_row_counts(asyncio.run(work())) == {
        'public."Odd, name"': 70,
        "public.t": 99,
        "public.t1": 50,
        "public.t2": 49,
    }
