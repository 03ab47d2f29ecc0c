"""Every kind of column and key can be written again, nothing stays of it, and other rows are not another schema."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from compat_help import VERSION_TABLE, Ground, session

from alembic_proof.compat.replies import owners, read_results, replay_sql
from alembic_proof.compat.verdict import broken, unproven
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.walk.replay import read_side, replay

ALL_KINDS = Path(__file__).with_name("all_kinds.sql").read_text("utf-8")


@pytest.fixture(scope="module")
def database(ground: Ground) -> Iterator[ScratchDatabase]:
    """All kinds of tables."""
    with ground.database() as made:
        asyncio.run(_fill(made))
        yield made


async def _fill(made: ScratchDatabase) -> None:
    async with session(made.endpoint) as owner:
        await owner.execute(ALL_KINDS)


def on(database: ScratchDatabase, work: Callable[[asyncpg.Connection], Awaitable[None]]) -> None:
    """Work on an administrator's session, rolled back."""

    async def run() -> None:
        async with session(database.admin) as admin:
            transaction = admin.transaction()
            await transaction.start()
            await work(admin)
            await transaction.rollback()

    asyncio.run(run())


def test_every_operation_on_every_table_with_rows_is_proven(database: ScratchDatabase) -> None:
    async def work(admin: asyncpg.Connection) -> None:
        side = await read_side(admin, VERSION_TABLE)
        assert unproven(side.usages, side.control) == (
            "insert on public.empty: there is no row to do it with",
            "update on public.empty: there is no row to do it with",
        )
        assert len(side.usages) > 400

    on(database, work)


async def state(admin: asyncpg.Connection) -> list[object]:
    """All rows, and where the sequences stand."""
    relations = await admin.fetch(
        "SELECT c.oid::regclass::text AS name, c.relkind = 'S' AS counts FROM pg_class c WHERE c.relkind IN ('r', 'S') "
        "AND c.relnamespace::regnamespace::text IN ('public', '\"Other\"') ORDER BY 1"
    )
    counts = [await admin.fetchrow(f"SELECT last_value, is_called FROM {r['name']}") for r in relations if r["counts"]]
    rows = [await admin.fetch(f"SELECT t::text FROM {r['name']} t ORDER BY 1") for r in relations if not r["counts"]]
    return [*map(tuple, counts), *rows]


def test_nothing_stays_of_what_is_run(database: ScratchDatabase) -> None:
    async def work(admin: asyncpg.Connection) -> None:
        await admin.execute("SELECT nextval('room_id_seq')")
        before = await state(admin)
        side = await read_side(admin, VERSION_TABLE)
        await admin.fetchval(replay_sql(side.usages))
        assert await state(admin) == before

    on(database, work)


CHANGED_ROWS = {
    "rows-gone": """
        DELETE FROM all_pairs;
        DELETE FROM some_pairs;
        DELETE FROM booking;
        DELETE FROM purchase;
        DELETE FROM profile;
        DELETE FROM room WHERE id = 1;
        DELETE FROM member WHERE id = 1;
        DELETE FROM small;
        DELETE FROM "Odd name";
    """,
    "more-rows": """
        INSERT INTO member (email, name) SELECT 'm' || g, 'n' || g FROM generate_series(1, 9) g;
        INSERT INTO room SELECT g, 'r' FROM generate_series(10, 20) g;
        INSERT INTO all_pairs SELECT m.id, r.id FROM member m, room r ON CONFLICT DO NOTHING;
        INSERT INTO customer (name, email) SELECT 'c', left(md5(g::text), 6) || 'ann@example.com'
          FROM generate_series(1, 9) g;
        INSERT INTO ticket SELECT g FROM generate_series(20011, 20030) g;
    """,
    "other-values": """
        UPDATE customer SET name = 'z', email = 'q' || id, level = 77, note = NULL;
        UPDATE purchase SET state = 'sent', quantity = -5, price = NULL, at = now();
        UPDATE member SET name = 'v' || id, email = NULL;
        UPDATE "Odd name" SET code = 'q', amount = 99;
    """,
    "other-keys": """
        UPDATE "Odd name" SET "Id" = gen_random_uuid();
        UPDATE small SET n = 55 WHERE n > 9;
        UPDATE "Other".t SET a = 4;
        DELETE FROM line;
        UPDATE ticket SET id = id + 100;
    """,
    "keys-rebuilt": """
        ALTER TABLE customer DROP CONSTRAINT customer_email_key;
        ALTER TABLE customer ADD CONSTRAINT uq UNIQUE (email);
        ALTER TABLE purchase DROP CONSTRAINT purchase_customer_id_fkey;
        ALTER TABLE purchase ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customer;
    """,
}


@pytest.mark.parametrize("sql", CHANGED_ROWS.values(), ids=CHANGED_ROWS)
def test_other_rows_break_no_code_on_either_side(database: ScratchDatabase, sql: str) -> None:
    async def work(admin: asyncpg.Connection) -> None:
        before = await read_side(admin, VERSION_TABLE)
        inner = admin.transaction()
        await inner.start()
        await admin.execute(sql)
        after = await read_side(admin, VERSION_TABLE)
        assert broken(before.usages, before.control, await replay(admin, before.usages), "old") == ()
        await inner.rollback()
        assert broken(after.usages, after.control, await replay(admin, after.usages), "new") == ()

    on(database, work)


def test_work_that_a_transaction_has_put_off_is_no_statements_fault(database: ScratchDatabase) -> None:
    async def work(admin: asyncpg.Connection) -> None:
        before = await read_side(admin, VERSION_TABLE)
        await admin.execute("SET CONSTRAINTS ALL DEFERRED; UPDATE booking SET room_id = 99")
        assert broken(before.usages, before.control, await replay(admin, before.usages), "old") == ()

    on(database, work)


def test_within_the_projects_own_transaction_the_owners_statements_run_as_whoever_is_there(
    database: ScratchDatabase,
) -> None:
    async def run() -> None:
        async with session(database.admin) as admin, session(database.endpoint) as project:
            side = await read_side(admin, VERSION_TABLE)
            transaction = project.transaction()
            await transaction.start()
            await project.execute("ALTER TABLE customer RENAME note TO remark")
            answer = await project.fetchval(replay_sql(side.usages))
            found = broken(side.usages, side.control, read_results(owners(side.usages), answer), "new")
            assert await project.fetchval("SELECT count(*) FROM customer WHERE remark IS NOT NULL") == 2
            await transaction.rollback()
            assert {b.column for b in found} == {"note"}

    asyncio.run(run())


def test_what_did_not_change_is_not_run_again(database: ScratchDatabase) -> None:
    async def work(admin: asyncpg.Connection) -> None:
        before = await read_side(admin, VERSION_TABLE)
        await admin.execute("UPDATE room SET name = 'x'; ANALYZE; CREATE TABLE one_more (id int)")
        always = {"public.ticket", "public.parent", "public.part", "public.rooms", "public.counts"}  # code, children
        after = await read_side(admin, VERSION_TABLE, since=before.usable)
        assert {u.table for u in before.against(after.usable)} == always
        assert {u.table for u in after.usages} == {*always, "public.one_more"}
        whole = after.with_rest_of(before)
        assert {u.table for u in whole.usages} == {u.table for u in before.usages} | {"public.one_more"}

    on(database, work)
