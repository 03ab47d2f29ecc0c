"""ALTER TABLE ... ALTER COLUMN ... TYPE: which pairs of types share their form on disk; and types by themselves."""

from .case import Case
from .columns import MOOD, REWRITE, SHORT

SOME = "INSERT INTO t SELECT g, {} FROM generate_series(1, 20) g"


def given(column: str, value: str = "NULL") -> str:
    """A table with a column `c` of a type, and an index on another one."""
    return f"CREATE TABLE t (id int PRIMARY KEY, c {column}); {SOME.format(value)}"


def same(name: str, before: str, value: str, after: str, **more: object) -> Case:
    """A change of type after which every row is as it was."""
    return Case(name, given(before, value), f"ALTER TABLE t ALTER COLUMN c TYPE {after}", SHORT, **more)  # type: ignore[arg-type]


def other(name: str, before: str, value: str, after: str, **more: object) -> Case:
    """A change of type that writes every row anew."""
    made = f"ALTER TABLE t ALTER COLUMN c TYPE {after}"
    return Case(name, given(before, value), made, REWRITE, rebuilt=("t_pkey",), **more)  # type: ignore[arg-type]


INDEXED = "; CREATE INDEX i ON t (c)"
FK = """CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent VALUES (1), (2);
CREATE TABLE child (id int PRIMARY KEY, parent_id int CONSTRAINT fk REFERENCES parent);
INSERT INTO child SELECT g, 1 FROM generate_series(1, 20) g"""

COLUMNS = (
    same("wider varchar", "varchar(50)", "'s'", "varchar(100)"),
    Case(
        "wider varchar with an index",
        given("varchar(50)", "'s'") + INDEXED,
        "ALTER TABLE t ALTER COLUMN c TYPE varchar(100)",
        SHORT,
    ),
    same("varchar to text", "varchar(50)", "'s'", "text"),
    same("text to varchar", "text", "'s'", "varchar"),
    same("wider numeric", "numeric(10,2)", "1.5", "numeric(12,2)"),
    same("numeric to unbounded", "numeric(10,2)", "1.5", "numeric"),
    same("finer timestamp", "timestamp(3)", "'2024-01-01'", "timestamp(6)"),
    same("finer interval", "interval(3)", "'1 day'", "interval(6)"),
    same("cidr to inet", "cidr", "'10.0.0.0/8'", "inet"),
    same("using without a change", "varchar(50)", "'s'", "varchar(50) USING c"),
    same("wider bit varying", "bit varying(8)", "B'1'", "bit varying(16)"),
    Case(
        "domain to its base",
        "CREATE DOMAIN d AS int CHECK (value > 0); " + given("d", "g"),
        "ALTER TABLE t ALTER COLUMN c TYPE int",
        SHORT,
    ),
    Case(
        "base to a domain with a check",
        "CREATE DOMAIN d AS int CHECK (value > 0); " + given("int", "g"),
        "ALTER TABLE t ALTER COLUMN c TYPE d",
        REWRITE,
        rebuilt=("t_pkey",),
    ),
    Case(
        "base to a free domain",
        "CREATE DOMAIN d AS int; " + given("int", "g"),
        "ALTER TABLE t ALTER COLUMN c TYPE d",
        SHORT,
    ),
    other("narrower varchar", "varchar(50)", "'s'", "varchar(20)"),
    other("text to bounded varchar", "text", "'s'", "varchar(100)"),
    other("int to bigint", "int", "g", "bigint"),
    other("bigint to int", "bigint", "g", "int"),
    other("int to text", "int", "g", "text"),
    other("other scale", "numeric(10,2)", "1.5", "numeric(12,4)"),
    other("coarser timestamp", "timestamp(6)", "'2024-01-01'", "timestamp(3)"),
    other("char to varchar", "char(10)", "'s'", "varchar"),
    other("wider char", "char(10)", "'s'", "char(20)"),
    other("using a function", "text", "'s'", "text USING upper(c)"),
    other("text to jsonb", "text", "'{}'", "jsonb USING c::jsonb"),
    other("date to timestamp", "date", "'2024-01-01'", "timestamp"),
    other("real to double precision", "real", "1.5", "double precision"),
    Case(
        "enum to text",
        f"{MOOD}; " + given("mood", "'ok'::mood"),
        "ALTER TABLE t ALTER COLUMN c TYPE text",
        REWRITE,
        rebuilt=("t_pkey",),
    ),
    Case(
        "text to enum",
        f"{MOOD}; " + given("text CHECK (c IN ('ok', 'sad'))", "'ok'") + "; ALTER TABLE t DROP CONSTRAINT t_c_check",
        "ALTER TABLE t ALTER COLUMN c TYPE mood USING 'ok'::mood",
        REWRITE,
        rebuilt=("t_pkey",),
    ),
    same("other collation", "text", "'s'", 'text COLLATE "C"'),
    Case(
        "other collation with an index",
        given("text", "'s'") + INDEXED,
        'ALTER TABLE t ALTER COLUMN c TYPE text COLLATE "C"',
        {"t": "AccessExclusive scanned"},
        rebuilt=("i",),
    ),
    Case(
        "timestamp to timestamptz in utc",
        given("timestamp", "'2024-01-01'") + INDEXED,
        "SET LOCAL TimeZone = 'UTC'; ALTER TABLE t ALTER COLUMN c TYPE timestamptz",
        {"t": "AccessExclusive scanned"},
        rebuilt=("i",),
    ),
    Case(
        "timestamp to timestamptz elsewhere",
        given("timestamp", "'2024-01-01'") + INDEXED,
        "SET LOCAL TimeZone = 'Europe/Oslo'; ALTER TABLE t ALTER COLUMN c TYPE timestamptz",
        REWRITE,
        rebuilt=("i", "t_pkey"),
    ),
    Case(
        "type of a referencing column",
        FK,
        "ALTER TABLE child ALTER COLUMN parent_id TYPE bigint",
        {"child": "AccessExclusive rewritten", "parent": "AccessExclusive"},
        rebuilt=("child_pkey",),
        plan=("parent",),
        why="the foreign key is dropped and made again",
    ),
    Case(
        "type of a referenced column",
        FK,
        "ALTER TABLE parent ALTER COLUMN id TYPE bigint",
        {"parent": "AccessExclusive rewritten", "child": "AccessExclusive scanned"},
        rebuilt=("parent_pkey",),
        why="the foreign key is dropped and made again",
    ),
    Case(
        "type of a partitioned column",
        "CREATE TABLE t (a int, c int) PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); "
        "CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2); INSERT INTO t VALUES (1, 1), (2, 2)",
        "ALTER TABLE t ALTER COLUMN c TYPE bigint",
        {"t": "AccessExclusive", "t1": "AccessExclusive rewritten", "t2": "AccessExclusive rewritten"},
    ),
)
TYPES = (
    Case("create enum", "", MOOD),
    Case("add value", f"{MOOD}; " + given("mood"), "ALTER TYPE mood ADD VALUE 'happy'"),
    Case(
        "add value before", f"{MOOD}; " + given("mood"), "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'angry' BEFORE 'sad'"
    ),
    Case("add value in autocommit", f"{MOOD}; " + given("mood"), "ALTER TYPE mood ADD VALUE 'happy'", autocommit=True),
    Case("rename value", f"{MOOD}; " + given("mood"), "ALTER TYPE mood RENAME VALUE 'sad' TO 'low'"),
    Case("rename type", f"{MOOD}; " + given("mood"), "ALTER TYPE mood RENAME TO feeling"),
    Case("drop type with its column", f"{MOOD}; " + given("mood"), "DROP TYPE mood CASCADE", SHORT),
    Case(
        "add check to a domain",
        "CREATE DOMAIN d AS int; " + given("d", "g"),
        "ALTER DOMAIN d ADD CONSTRAINT ck CHECK (value > -10000000000)",
        {"t": "Share scanned"},
        why="every table with a column of the domain",
    ),
    Case(
        "add check to a domain not valid",
        "CREATE DOMAIN d AS int; " + given("d", "g"),
        "ALTER DOMAIN d ADD CONSTRAINT ck CHECK (value > 0) NOT VALID",
    ),
    Case(
        "validate check of a domain",
        "CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CONSTRAINT ck CHECK (value > -10000000000) NOT VALID; "
        + given("d", "g"),
        "ALTER DOMAIN d VALIDATE CONSTRAINT ck",
        {"t": "Share scanned"},
    ),
    Case(
        "set domain not null",
        "CREATE DOMAIN d AS int; " + given("d", "g"),
        "ALTER DOMAIN d SET NOT NULL",
        {"t": "Share scanned"},
    ),
    Case(
        "drop check of a domain",
        "CREATE DOMAIN d AS int CONSTRAINT ck CHECK (value > 0); " + given("d", "g"),
        "ALTER DOMAIN d DROP CONSTRAINT ck",
    ),
    Case("set default of a domain", "CREATE DOMAIN d AS int; " + given("d", "g"), "ALTER DOMAIN d SET DEFAULT 1"),
    Case("drop domain with its column", "CREATE DOMAIN d AS int; " + given("d", "g"), "DROP DOMAIN d CASCADE", SHORT),
)
