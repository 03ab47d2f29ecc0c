"""Downgrades that look unusual, and restore the schema all the same."""

from .case import Way

T = "CREATE TABLE t (id int PRIMARY KEY, a int, b text)"
MOOD = "CREATE TYPE mood AS ENUM ('low', 'high'); CREATE TABLE t (m mood NOT NULL DEFAULT 'low')"


def concurrently(statement: str) -> str:
    """A statement that may run in no transaction."""
    return f'with op.get_context().autocommit_block():\n    op.execute("{statement}")'


CORRECT = (
    Way(
        "index concurrently",
        T,
        concurrently("CREATE INDEX CONCURRENTLY i ON own.t (a)"),
        concurrently("DROP INDEX CONCURRENTLY own.i"),
    ),
    Way(
        "index concurrently dropped",
        f"{T}; CREATE INDEX i ON t (a)",
        "with op.get_context().autocommit_block():\n"
        '    op.drop_index("i", "t", schema="own", postgresql_concurrently=True, if_exists=True)',
        "with op.get_context().autocommit_block():\n"
        '    op.create_index("i", "t", ["a"], schema="own", postgresql_concurrently=True, if_not_exists=True)',
    ),
    Way(
        "index rebuilt concurrently",
        f"{T}; CREATE INDEX i ON t (a)",
        concurrently("REINDEX INDEX CONCURRENTLY own.i"),
        concurrently("REINDEX INDEX CONCURRENTLY own.i"),
    ),
    Way(
        "enum value by decision",
        "CREATE TYPE mood AS ENUM ('low')",
        "ALTER TYPE mood ADD VALUE 'high'",
        'raise NotImplementedError("Postgres cannot remove a label")',
        rule="downgrade/irreversible",
    ),
    Way(
        "enum swapped",
        MOOD,
        "ALTER TYPE mood ADD VALUE 'mid'",
        "ALTER TABLE t ALTER m DROP DEFAULT; ALTER TYPE mood RENAME TO old; CREATE TYPE mood AS ENUM ('low', 'high');"
        "ALTER TABLE t ALTER m TYPE mood USING m::text::mood; ALTER TABLE t ALTER m SET DEFAULT 'low'; DROP TYPE old",
    ),
    Way(
        "enum swapped twice",
        MOOD,
        "ALTER TABLE t ALTER m DROP DEFAULT, ALTER m TYPE text; DROP TYPE mood",
        "CREATE TYPE mood AS ENUM ('low', 'high');"
        "ALTER TABLE t ALTER m TYPE mood USING m::mood; ALTER TABLE t ALTER m SET DEFAULT 'low'",
    ),
    Way(
        "view dropped and recreated",
        f"{T}; CREATE VIEW v AS SELECT a FROM t",
        "DROP VIEW v; ALTER TABLE t ALTER a TYPE bigint; CREATE VIEW v AS SELECT a FROM t",
        "DROP VIEW v; ALTER TABLE t ALTER a TYPE int; CREATE VIEW v AS SELECT a FROM t",
    ),
    Way(
        "view replaced with more columns",
        f"{T}; CREATE VIEW v AS SELECT a FROM t",
        "CREATE OR REPLACE VIEW v AS SELECT a, b FROM t",
        "DROP VIEW v; create view v as select own.t.a from own.t",
    ),
    Way(
        "column dropped from the end",
        "CREATE TABLE t (id int, a int DEFAULT 3)",
        'op.drop_column("t", "a", schema="own")',
        'op.add_column("t", sa.Column("a", sa.Integer, server_default=sa.text("3")), schema="own")',
    ),
    Way(
        "column dropped from the middle",
        T,
        'op.drop_column("t", "a", schema="own")',
        'op.add_column("t", sa.Column("a", sa.Integer), schema="own")',
        pg_dump="prints the columns in their order, and the column comes last now",
    ),
    Way(
        "column renamed",
        "CREATE TABLE t (id serial PRIMARY KEY, a int NOT NULL CHECK (a > 0))",
        'op.alter_column("t", "a", new_column_name="x", schema="own")',
        'op.alter_column("t", "x", new_column_name="a", schema="own")',
    ),
    Way(
        "table renamed there and back",
        f"{T}; CREATE INDEX i ON t (a)",
        'op.rename_table("t", "u", schema="own")',
        'op.rename_table("u", "t", schema="own")',
    ),
    Way(
        "table split and joined",
        "CREATE TABLE t (id int, a int NOT NULL)",
        "CREATE TABLE u AS SELECT id, a FROM t; ALTER TABLE t DROP a",
        "ALTER TABLE t ADD a int; UPDATE t SET a = u.a FROM u WHERE u.id = t.id; ALTER TABLE t ALTER a SET NOT NULL;"
        "DROP TABLE u",
    ),
    Way(
        "constraint recreated",
        "CREATE TABLE t (a int CONSTRAINT k CHECK (a IN (1, 2)))",
        'op.drop_constraint("k", "t", schema="own")',
        'op.create_check_constraint("k", "t", "a = ANY (ARRAY[1, 2])", schema="own")',
    ),
    Way(
        "constraint validated later",
        "CREATE TABLE t (a int CONSTRAINT k CHECK (a > 0))",
        "ALTER TABLE t DROP CONSTRAINT k",
        "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k",
    ),
    Way(
        "foreign key recreated",
        f"{T}; CREATE TABLE c (t_id int REFERENCES t)",
        'op.drop_constraint("c_t_id_fkey", "c", schema="own")',
        'op.create_foreign_key(None, "c", "t", ["t_id"], ["id"], source_schema="own", referent_schema="own")',
    ),
    Way(
        "unique constraint of an index",
        T,
        "CREATE UNIQUE INDEX x ON t (a); ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX x",
        "ALTER TABLE t DROP CONSTRAINT k",
    ),
    Way(
        "primary key widened",
        "CREATE TABLE t (id serial PRIMARY KEY)",
        "ALTER TABLE t ALTER id TYPE bigint; ALTER SEQUENCE t_id_seq AS bigint",
        "ALTER TABLE t ALTER id TYPE int; ALTER SEQUENCE t_id_seq AS int",
    ),
    Way(
        "serial recreated",
        "CREATE TABLE t (a int, id serial)",
        'op.drop_column("t", "id", schema="own")',
        "ALTER TABLE t ADD id serial",
    ),
    Way(
        "not null by a check",
        "CREATE TABLE t (a int)",
        "ALTER TABLE t ADD CONSTRAINT k CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT k;"
        "ALTER TABLE t ALTER a SET NOT NULL; ALTER TABLE t DROP CONSTRAINT k",
        "ALTER TABLE t ALTER a DROP NOT NULL",
    ),
    Way(
        "grant given and revoked",
        T,
        "GRANT SELECT ON t TO reader",
        "REVOKE ALL ON t FROM reader",
    ),
    Way(
        "function replaced there and back",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$",
        "DROP FUNCTION f; CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '2' $$",
        "DROP FUNCTION f(); CREATE FUNCTION f() RETURNS integer VOLATILE LANGUAGE sql AS ' SELECT 1 '",
    ),
    Way(
        "default of the current moment",
        "CREATE TABLE t (a int)",
        "op.execute(f\"ALTER TABLE own.t ADD at timestamptz DEFAULT '{datetime.datetime.now().isoformat()}'\")",
        'op.drop_column("t", "at", schema="own")',
    ),
    Way(
        "partition detached and attached",
        "CREATE TABLE t (a int) PARTITION BY RANGE (a); CREATE TABLE c PARTITION OF t FOR VALUES FROM (1) TO (9)",
        "ALTER TABLE t DETACH PARTITION c",
        "ALTER TABLE t ATTACH PARTITION c FOR VALUES FROM (1) TO (9)",
    ),
    Way(
        "table moved to another schema",
        "CREATE TABLE t (id serial PRIMARY KEY)",
        "CREATE SCHEMA beside; ALTER TABLE t SET SCHEMA beside",
        "ALTER TABLE beside.t SET SCHEMA own; DROP SCHEMA beside",
    ),
    Way(
        "batch of one table",
        T,
        'with op.batch_alter_table("t", schema="own") as batch:\n'
        '    batch.add_column(sa.Column("c", sa.Integer))\n    batch.create_index("i", ["c"])',
        'with op.batch_alter_table("t", schema="own") as batch:\n    batch.drop_index("i")\n    batch.drop_column("c")',
    ),
    Way("rows only", f"{T}; INSERT INTO t VALUES (1, 1, 'x')", "UPDATE t SET a = 2", "UPDATE t SET a = 1"),
    Way("nothing at all", T, "pass", "pass"),
)
