"""Downgrades that run, and do not restore the schema; each leaves one thing behind, or loses one.

Lost rows are not here: the walk is about the schema.
"""

from .case import leak

T = "CREATE TABLE t (id int PRIMARY KEY, a int, b text)"
NOTHING = "SELECT 1"

TABLES = (
    leak(
        "table kept",
        "",
        'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), schema="own")\nop.execute("SELECT 1")',
        NOTHING,
        "extra table own.t",
    ),
    leak("table lost", T, "CREATE TABLE n (id int)", "DROP TABLE n; DROP TABLE t", "missing table own.t"),
    leak(
        "table renamed",
        "CREATE TABLE t (a int)",
        "ALTER TABLE t RENAME TO u",
        "ALTER TABLE u RENAME TO tt",
        "extra table own.tt",
        "missing table own.t",
    ),
    leak(
        "schema and its table kept",
        "",
        "CREATE SCHEMA apart; CREATE TABLE apart.t (id int)",
        "DROP TABLE apart.t",
        "extra schema apart",
        words=("apart",),
    ),
    leak("option kept", T, "ALTER TABLE t SET (fillfactor=70)", NOTHING, "changed table own.t: options"),
    leak("unlogged kept", T, "ALTER TABLE t SET UNLOGGED", NOTHING, "changed table own.t: persistence"),
    leak(
        "row security kept",
        T,
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY y ON t",
        "DROP POLICY y ON t",
        "changed table own.t: row security",
    ),
    leak(
        "replica identity kept",
        T,
        "ALTER TABLE t REPLICA IDENTITY FULL",
        NOTHING,
        "changed table own.t: replica identity",
    ),
    leak(
        "comment kept", T, 'op.create_table_comment("t", "told", schema="own")', NOTHING, "changed table own.t: comment"
    ),
    leak(
        "owner kept",
        f"{T}; GRANT CREATE ON SCHEMA own TO writer",
        "ALTER TABLE t OWNER TO writer",
        NOTHING,
        "changed table own.t: owner",
    ),
    leak("grant kept", T, "GRANT SELECT ON t TO reader", NOTHING, "changed table own.t: grants"),
    leak(
        "partition kept",
        "CREATE TABLE t (a int) PARTITION BY LIST (a)",
        "CREATE TABLE c PARTITION OF t DEFAULT",
        "ALTER TABLE t DETACH PARTITION c",
        "extra table own.c",
    ),
    leak(
        "inheritance kept",
        "CREATE TABLE t (a int); CREATE TABLE c (a int)",
        "ALTER TABLE c INHERIT t",
        NOTHING,
        "changed table own.c: inherits",
        "changed column own.c.a: inherited",
    ),
)

COLUMNS = (
    leak(
        "column kept", T, 'op.add_column("t", sa.Column("c", sa.Text), schema="own")', NOTHING, "extra column own.t.c"
    ),
    leak("column not restored", T, 'op.drop_column("t", "b", schema="own")', NOTHING, "missing column own.t.b"),
    leak(
        "column restored nullable",
        "CREATE TABLE t (id int, a int NOT NULL)",
        'op.drop_column("t", "a", schema="own")',
        'op.add_column("t", sa.Column("a", sa.Integer), schema="own")',
        "changed column own.t.a: not null",
    ),
    leak(
        "column without its default",
        "CREATE TABLE t (id int, a int DEFAULT 3)",
        'op.drop_column("t", "a", schema="own")',
        'op.add_column("t", sa.Column("a", sa.Integer), schema="own")',
        "changed column own.t.a: default",
    ),
    leak(
        "column without its comment",
        "CREATE TABLE t (id int, a int); COMMENT ON COLUMN t.a IS 'told'",
        'op.drop_column("t", "a", schema="own")',
        'op.add_column("t", sa.Column("a", sa.Integer), schema="own")',
        "changed column own.t.a: comment",
    ),
    leak(
        "nullable kept",
        "CREATE TABLE t (a int NOT NULL)",
        'op.alter_column("t", "a", nullable=True, schema="own")',
        NOTHING,
        "changed column own.t.a: not null",
    ),
    leak(
        "server default kept",
        T,
        'op.alter_column("t", "a", server_default="3", schema="own")',
        NOTHING,
        "changed column own.t.a: default",
    ),
    leak(
        "server default lost",
        "CREATE TABLE t (a int DEFAULT 3)",
        'op.alter_column("t", "a", server_default=None, schema="own")',
        NOTHING,
        "changed column own.t.a: default",
    ),
    leak(
        "server default of another kind",
        "CREATE TABLE t (at timestamptz DEFAULT now())",
        "ALTER TABLE t ALTER at SET DEFAULT clock_timestamp()",
        "ALTER TABLE t ALTER at SET DEFAULT '2026-11-23 00:00:00+00'",
        "changed column own.t.at: default",
    ),
    leak(
        "varchar widened",
        "CREATE TABLE t (a varchar(20))",
        'op.alter_column("t", "a", type_=sa.String(50), schema="own")',
        NOTHING,
        "changed column own.t.a: type",
    ),
    leak(
        "length lost",
        "CREATE TABLE t (a varchar(20))",
        'op.alter_column("t", "a", type_=sa.Text(), schema="own")',
        'op.alter_column("t", "a", type_=sa.String(), schema="own")',
        "changed column own.t.a: type",
    ),
    leak(
        "int to array of int",
        T,
        "ALTER TABLE t ALTER a TYPE int[] USING ARRAY[a]",
        NOTHING,
        "changed column own.t.a: type",
    ),
    leak(
        "collation lost",
        'CREATE TABLE t (a text COLLATE "C")',
        "ALTER TABLE t ALTER a TYPE varchar",
        "ALTER TABLE t ALTER a TYPE text",
        "changed column own.t.a: collation",
    ),
    leak(
        "identity lost",
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)",
        "ALTER TABLE t ALTER id DROP IDENTITY",
        "ALTER TABLE t ALTER id ADD GENERATED BY DEFAULT AS IDENTITY",
        "changed column own.t.id: identity",
    ),
    leak(
        "generated expression lost",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
        "ALTER TABLE t ALTER b DROP EXPRESSION",
        NOTHING,
        "changed column own.t.b: generated",
    ),
    leak(
        "serial default lost",
        "CREATE TABLE t (id serial)",
        "ALTER TABLE t ALTER id DROP DEFAULT",
        NOTHING,
        "changed column own.t.id: default",
    ),
    leak("storage kept", T, "ALTER TABLE t ALTER b SET STORAGE EXTERNAL", NOTHING, "changed column own.t.b: storage"),
    leak("column grant kept", T, "GRANT UPDATE (a) ON t TO reader", NOTHING, "changed column own.t.a: grants"),
)

CONSTRAINTS = (
    leak(
        "check kept",
        T,
        'op.create_check_constraint("k", "t", "a > 0", schema="own")',
        NOTHING,
        "extra constraint own.t.k",
    ),
    leak(
        "check text",
        "CREATE TABLE t (a int CONSTRAINT k CHECK (a > 0))",
        "ALTER TABLE t DROP CONSTRAINT k, ADD CONSTRAINT k CHECK (a > 1)",
        "ALTER TABLE t DROP CONSTRAINT k, ADD CONSTRAINT k CHECK (a >= 0)",
        "changed constraint own.t.k: definition",
    ),
    leak(
        "check restored not valid",
        "CREATE TABLE t (a int CONSTRAINT k CHECK (a > 0))",
        "ALTER TABLE t DROP CONSTRAINT k",
        "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID",
        "changed constraint own.t.k: definition",
    ),
    leak("primary key lost", T, "ALTER TABLE t DROP CONSTRAINT t_pkey", NOTHING, "missing constraint own.t.t_pkey"),
    leak(
        "primary key under another name",
        T,
        "ALTER TABLE t DROP CONSTRAINT t_pkey",
        "ALTER TABLE t ADD CONSTRAINT t_pk PRIMARY KEY (id)",
        "extra constraint own.t.t_pk",
        "missing constraint own.t.t_pkey",
    ),
    leak(
        "foreign key on delete",
        f"{T}; CREATE TABLE c (t_id int CONSTRAINT k REFERENCES t ON DELETE CASCADE)",
        "ALTER TABLE c DROP CONSTRAINT k, ADD CONSTRAINT k FOREIGN KEY (t_id) REFERENCES t ON DELETE SET NULL",
        'op.drop_constraint("k", "c", schema="own")\n'
        'op.create_foreign_key("k", "c", "t", ["t_id"], ["id"], source_schema="own", referent_schema="own")',
        "changed constraint own.c.k: definition",
    ),
    leak(
        "foreign key deferrable",
        f"{T}; CREATE TABLE c (t_id int CONSTRAINT k REFERENCES t)",
        "ALTER TABLE c ALTER CONSTRAINT k DEFERRABLE",
        NOTHING,
        "changed constraint own.c.k: definition",
    ),
    leak(
        "foreign key kept",
        f"{T}; CREATE TABLE c (t_id int)",
        "ALTER TABLE c ADD CONSTRAINT k FOREIGN KEY (t_id) REFERENCES t",
        NOTHING,
        "extra constraint own.c.k",
    ),
    leak(
        "unique column order",
        "CREATE TABLE t (a int, b int, CONSTRAINT k UNIQUE (a, b))",
        "ALTER TABLE t DROP CONSTRAINT k",
        "ALTER TABLE t ADD CONSTRAINT k UNIQUE (b, a)",
        "changed constraint own.t.k: definition",
    ),
    leak(
        "exclusion lost",
        "CREATE TABLE t (a int4range, CONSTRAINT k EXCLUDE USING gist (a WITH &&))",
        "ALTER TABLE t DROP CONSTRAINT k",
        NOTHING,
        "missing constraint own.t.k",
    ),
)

INDEXES = (
    leak("index kept", T, 'op.create_index("i", "t", ["a"], schema="own")', NOTHING, "extra index own.i"),
    leak(
        "index lost with its column",
        f"{T}; CREATE INDEX i ON t (a)",
        'op.drop_column("t", "a", schema="own")',
        'op.add_column("t", sa.Column("a", sa.Integer), schema="own")',
        "missing index own.i",
    ),
    leak(
        "index without its predicate",
        f"{T}; CREATE INDEX i ON t (a) WHERE a > 3",
        'op.drop_index("i", "t", schema="own")',
        'op.create_index("i", "t", ["a"], schema="own")',
        "changed index own.i: definition",
    ),
    leak(
        "index no longer unique",
        f"{T}; CREATE UNIQUE INDEX i ON t (a)",
        "DROP INDEX i",
        "CREATE INDEX i ON t (a)",
        "changed index own.i: definition",
    ),
    leak(
        "index method",
        f"{T}; CREATE INDEX i ON t USING hash (a)",
        "DROP INDEX i",
        "CREATE INDEX i ON t (a)",
        "changed index own.i: definition",
    ),
    leak(
        "index kept by concurrently",
        T,
        'with op.get_context().autocommit_block():\n    op.execute("CREATE INDEX CONCURRENTLY i ON own.t (a)")',
        NOTHING,
        "extra index own.i",
    ),
    leak("statistics kept", T, "CREATE STATISTICS s ON a, b FROM t", NOTHING, "extra statistics own.s"),
)

TYPES = (
    leak(
        "enum of create table kept",
        "",
        'op.create_table("t", sa.Column("m", sa.Enum("low", "high", name="mood", schema="own")), schema="own")',
        'op.drop_table("t", schema="own")',
        "extra enum own.mood",
    ),
    leak(
        "enum guarded",
        "",
        'sa.Enum("low", name="mood", schema="own").create(op.get_bind(), checkfirst=True)',
        NOTHING,
        "extra enum own.mood",
    ),
    leak(
        "enum value added",
        "CREATE TYPE mood AS ENUM ('low')",
        "ALTER TYPE mood ADD VALUE 'high'",
        NOTHING,
        "changed enum own.mood: labels",
    ),
    leak(
        "enum value in another place",
        "CREATE TYPE mood AS ENUM ('low', 'mid', 'high')",
        "DROP TYPE mood; CREATE TYPE mood AS ENUM ('low', 'high')",
        "DROP TYPE mood; CREATE TYPE mood AS ENUM ('low', 'high', 'mid')",
        "changed enum own.mood: labels",
    ),
    leak(
        "enum value renamed",
        "CREATE TYPE mood AS ENUM ('low')",
        "ALTER TYPE mood RENAME VALUE 'low' TO 'down'",
        NOTHING,
        "changed enum own.mood: labels",
    ),
    leak(
        "domain check lost",
        "CREATE DOMAIN d AS int CONSTRAINT k CHECK (VALUE > 0)",
        "ALTER DOMAIN d DROP CONSTRAINT k",
        NOTHING,
        "missing constraint own.d.k",
    ),
    leak(
        "composite attribute kept",
        "CREATE TYPE c AS (x int)",
        "ALTER TYPE c ADD ATTRIBUTE y int",
        NOTHING,
        "changed composite type own.c: attributes",
    ),
    leak("sequence kept", "", "CREATE SEQUENCE s", NOTHING, "extra sequence own.s"),
    leak(
        "sequence increment",
        "CREATE SEQUENCE s",
        "ALTER SEQUENCE s INCREMENT 10",
        NOTHING,
        "changed sequence own.s: increment",
    ),
)

F = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$"

CODE = (
    leak("function kept", "", F, NOTHING, "extra function own.f()"),
    leak(
        "function body not restored",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$",
        NOTHING,
        "changed function own.f(): definition",
    ),
    leak(
        "function security definer lost",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 2 $$",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$",
        "changed function own.f(): definition",
    ),
    leak(
        "function grants lost",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; REVOKE ALL ON FUNCTION f FROM PUBLIC",
        "DROP FUNCTION f; CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS $$ SELECT 1::bigint $$",
        "DROP FUNCTION f; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$",
        "changed function own.f(): grants",
    ),
    leak("view kept", T, "CREATE VIEW v AS SELECT a FROM t", NOTHING, "extra view own.v"),
    leak(
        "view text not restored",
        f"{T}; CREATE VIEW v AS SELECT a FROM t",
        "CREATE OR REPLACE VIEW v AS SELECT a FROM t WHERE a > 1",
        NOTHING,
        "changed view own.v: definition",
    ),
    leak(
        "view lost by cascade",
        f"{T}; CREATE VIEW v AS SELECT a FROM t",
        "DROP TABLE t CASCADE",
        T,
        "missing view own.v",
    ),
    leak(
        "materialized view without index",
        f"{T}; CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE INDEX i ON m (a)",
        "DROP MATERIALIZED VIEW m",
        "CREATE MATERIALIZED VIEW m AS SELECT a FROM t",
        "missing index own.i",
    ),
    leak(
        "materialized view without rows",
        f"{T}; CREATE MATERIALIZED VIEW m AS SELECT a FROM t",
        "DROP MATERIALIZED VIEW m",
        "CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA",
        "changed materialized view own.m: populated",
        pg_dump="creates every materialized view WITH NO DATA",
    ),
    leak(
        "trigger kept",
        f"{T}; {F}",
        "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
        NOTHING,
        "extra trigger own.t.g",
    ),
    leak(
        "trigger left disabled",
        f"{T}; {F}; CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "ALTER TABLE t DISABLE TRIGGER g",
        NOTHING,
        "changed trigger own.t.g: enabled",
    ),
    leak("rule kept", T, "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING", NOTHING, "extra rule own.t.r"),
    leak(
        "policy text",
        f"{T}; CREATE POLICY y ON t USING (a > 1)",
        "ALTER POLICY y ON t USING (a > 2)",
        NOTHING,
        "changed policy own.t.y: using",
    ),
    leak(
        "default grants kept",
        "",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA own GRANT SELECT ON TABLES TO reader",
        NOTHING,
        "extra default grants on tables by (owner) in own",
    ),
    leak("publication kept", T, "CREATE PUBLICATION own FOR TABLE t", NOTHING, "extra publication own"),
    leak(
        "comment of an index kept",
        f"{T}; CREATE INDEX i ON t (a)",
        "COMMENT ON INDEX i IS 'told'",
        NOTHING,
        "changed index own.i: comment",
    ),
)

LEAKY = (*TABLES, *COLUMNS, *CONSTRAINTS, *INDEXES, *TYPES, *CODE)
