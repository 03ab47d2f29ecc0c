"""Statements on rows, and texts that do more than they seem to: several statements, blocks, functions, procedures."""

from .case import Case
from .columns import ALL, REWRITE, SCAN, SHORT, T
from .types import FK

U = f"{T}; CREATE TABLE u (id int PRIMARY KEY, a int); INSERT INTO u SELECT g, g FROM generate_series(1, 20) g"
SCANNED = {"t": "RowExclusive scanned"}
CASCADING = FK.replace("REFERENCES parent", "REFERENCES parent ON DELETE CASCADE")

ROWS = (
    Case("select", T, "SELECT count(*) FROM t", {"t": "AccessShare scanned"}),
    Case("select for update", T, "SELECT id FROM t FOR UPDATE", {"t": "RowShare scanned"}),
    Case("insert", T, "INSERT INTO t (id, a) VALUES (-1, 1)", {"t": "RowExclusive"}),
    Case(
        "insert from another",
        U,
        "INSERT INTO t (id, a) SELECT -id - 5, a FROM u WHERE id = 7 AND a = 7",
        {"t": "RowExclusive", "u": "AccessShare"},
        plan=("u",),
    ),
    Case(
        "insert beside what is there", T, "INSERT INTO t (id) VALUES (1) ON CONFLICT DO NOTHING", {"t": "RowExclusive"}
    ),
    Case(
        "insert a reference",
        FK,
        "INSERT INTO child VALUES (-1, 1)",
        {"child": "RowExclusive", "parent": "RowShare"},
        plan=("parent",),
    ),
    Case("update of all rows", T, "UPDATE t SET x = 'y'", SCANNED),
    Case("update of one row", T, "UPDATE t SET x = 'y' WHERE id = 3", {"t": "RowExclusive"}, plan=("t",)),
    Case(
        "update in a batch",
        T,
        "UPDATE t SET x = 'y' WHERE id IN (SELECT id FROM t WHERE a IS NOT NULL LIMIT 5 FOR UPDATE SKIP LOCKED)",
        SCANNED,
    ),
    Case(
        "update from another",
        U,
        "UPDATE t SET a = u.a FROM u WHERE u.id = t.id",
        {"t": "RowExclusive", "u": "AccessShare"},
        plan=("t", "u"),
    ),
    Case("delete of all rows", T, "DELETE FROM t", SCANNED),
    Case(
        "delete of what is referenced",
        FK,
        "DELETE FROM parent WHERE id = 2",
        {"parent": "RowExclusive", "child": "RowShare scanned"},
        plan=("parent",),
        why="nothing indexes the referencing column",
    ),
    Case(
        "delete that cascades",
        CASCADING,
        "DELETE FROM parent WHERE id = 1",
        {"parent": "RowExclusive", "child": "RowExclusive scanned"},
        plan=("parent",),
    ),
    Case(
        "merge",
        U,
        "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET a = u.a",
        {"t": "RowExclusive", "u": "AccessShare"},
        plan=("t", "u"),
    ),
    Case(
        "delete and insert at once",
        U,
        "WITH gone AS (DELETE FROM u RETURNING id) INSERT INTO t (id) SELECT -id FROM gone",
        {"t": "RowExclusive", "u": "RowExclusive scanned"},
    ),
)
HIDDEN = (
    Case("ddl in a block", T, "DO $$ BEGIN ALTER TABLE t ALTER COLUMN a TYPE bigint; END $$", REWRITE, rebuilt=ALL),
    Case(
        "ddl in dynamic sql",
        T,
        "DO $$ BEGIN EXECUTE format('CREATE INDEX %I ON t (a)', 'j'); END $$",
        {"t": "Share scanned"},
    ),
    Case(
        "ddl in a function",
        f"{T}; CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'ALTER TABLE t ADD CHECK (a > -10000000000)'",
        "SELECT f()",
        SCAN,
    ),
    Case(
        "ddl in a loop",
        U,
        "DO $$ DECLARE name text; BEGIN FOREACH name IN ARRAY ARRAY['t', 'u'] LOOP "
        "EXECUTE 'ALTER TABLE ' || name || ' ADD COLUMN z int'; END LOOP; END $$",
        {"t": "AccessExclusive", "u": "AccessExclusive"},
    ),
    Case("truncate in a block", T, "DO $$ BEGIN TRUNCATE t; END $$", {"t": "AccessExclusive emptied"}),
    Case(
        "ddl that is undone in its block",
        T,
        "DO $$ BEGIN ALTER TABLE t ADD z int; RAISE EXCEPTION 'no'; EXCEPTION WHEN raise_exception THEN NULL; END $$",
        why="what the block took it gave back",
    ),
    Case(
        "rewrite of a table in a trigger",
        f"{U}; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN ALTER TABLE u ADD COLUMN z uuid DEFAULT gen_random_uuid(); RETURN NULL; END'; "
        "CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "INSERT INTO t (id) VALUES (-1)",
        {"t": "RowExclusive", "u": "AccessExclusive rewritten"},
        rebuilt=("u_pkey",),
    ),
    Case("column and backfill", T, "ALTER TABLE t ADD COLUMN z int; UPDATE t SET z = a", SCAN),
    Case(
        "several tables in one text",
        U,
        "ALTER TABLE t ADD COLUMN z int; CREATE INDEX j ON u (a); COMMENT ON TABLE u IS 'u'",
        {"t": "AccessExclusive", "u": "Share scanned"},
    ),
    Case(
        "truncate first in a text",
        U,
        "TRUNCATE u; ALTER TABLE t ALTER COLUMN a TYPE bigint",
        {"t": "AccessExclusive rewritten", "u": "AccessExclusive emptied"},
        rebuilt=ALL,
    ),
    Case(
        "truncate last in a text",
        U,
        "ALTER TABLE t ALTER COLUMN a TYPE bigint; TRUNCATE u",
        {"t": "AccessExclusive rewritten", "u": "AccessExclusive emptied"},
        rebuilt=ALL,
    ),
    Case("drop schema", U, "DROP SCHEMA own CASCADE", {"t": "AccessExclusive", "u": "AccessExclusive"}),
    Case("index made and dropped", T, "CREATE INDEX j ON t (a); DROP INDEX j", SCAN),
    Case("table made again", T, "DROP TABLE t; CREATE TABLE t (id int PRIMARY KEY, z int)", SHORT),
    Case("only settings", T, "SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '5s'"),
    Case("update in autocommit", T, "UPDATE t SET x = 'y'", SCANNED, autocommit=True),
    Case("select in autocommit", T, "SELECT count(*) FROM t", {"t": "AccessShare scanned"}, autocommit=True),
    Case("truncate in autocommit", T, "TRUNCATE t", {"t": "AccessExclusive emptied"}, autocommit=True),
    Case("rewrite in autocommit", T, "ALTER TABLE t ALTER COLUMN a TYPE bigint", REWRITE, rebuilt=ALL, autocommit=True),
    Case(
        "batches that commit",
        f"{T}; CREATE PROCEDURE batches() LANGUAGE plpgsql AS "
        "'BEGIN UPDATE t SET x = 1; COMMIT; UPDATE t SET x = 2; END'",
        "CALL batches()",
        SCANNED,
        autocommit=True,
    ),
)
