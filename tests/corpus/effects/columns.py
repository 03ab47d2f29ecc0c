"""ALTER TABLE: columns, and what is said of them."""

from .case import Case

T = """CREATE TABLE t (id int PRIMARY KEY, a int, s varchar(50), x text); CREATE INDEX i ON t (s);
INSERT INTO t SELECT g, g, 's' || g, 'x' || g FROM generate_series(1, 20) g"""
ALL = ("t_pkey", "i")
SHORT = {"t": "AccessExclusive"}
REWRITE = {"t": "AccessExclusive rewritten"}
SCAN = {"t": "AccessExclusive scanned"}
PARENT = "CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent VALUES (1), (2)"
MOOD = "CREATE TYPE mood AS ENUM ('sad', 'ok')"


def _short(name: str, statement: str, given: str = T, **more: object) -> Case:
    return Case(name, given, statement, SHORT, **more)  # type: ignore[arg-type]


def _rewrites(name: str, statement: str, given: str = T, **more: object) -> Case:
    return Case(name, given, statement, REWRITE, rebuilt=ALL, **more)  # type: ignore[arg-type]


CASES = (
    _short("add column", "ALTER TABLE t ADD COLUMN z int"),
    _short("add column with a constant", "ALTER TABLE t ADD COLUMN z text DEFAULT 'none'"),
    _short("add column not null with a constant", "ALTER TABLE t ADD COLUMN z int NOT NULL DEFAULT 5"),
    _short("add column with now", "ALTER TABLE t ADD COLUMN z timestamptz DEFAULT now()"),
    _short("add column with current timestamp", "ALTER TABLE t ADD COLUMN z timestamptz DEFAULT current_timestamp"),
    _short("add column with an immutable function", "ALTER TABLE t ADD COLUMN z text DEFAULT lower('A')"),
    _short("add column of an enum", "ALTER TABLE t ADD COLUMN z mood NOT NULL DEFAULT 'ok'", f"{T}; {MOOD}"),
    _short("add column of a free domain", "ALTER TABLE t ADD COLUMN z d", f"{T}; CREATE DOMAIN d AS int"),
    _short("add column that is there", "ALTER TABLE t ADD COLUMN IF NOT EXISTS a int"),
    _short("add column virtual", "ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a * 2) VIRTUAL", since=18),
    _rewrites(
        "add column with a volatile function", "ALTER TABLE t ADD COLUMN z timestamptz DEFAULT clock_timestamp()"
    ),
    _rewrites("add column with a uuid", "ALTER TABLE t ADD COLUMN z uuid NOT NULL DEFAULT gen_random_uuid()"),
    _rewrites("add column bigserial", "ALTER TABLE t ADD COLUMN z bigserial"),
    _rewrites("add column identity", "ALTER TABLE t ADD COLUMN z bigint GENERATED ALWAYS AS IDENTITY"),
    _rewrites("add column stored", "ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a * 2) STORED"),
    _rewrites(
        "add column of a domain with a check",
        "ALTER TABLE t ADD COLUMN z d",
        f"{T}; CREATE DOMAIN d AS int CHECK (value > 0)",
    ),
    Case(
        "add column not null",
        "CREATE TABLE t (id int PRIMARY KEY)",
        "ALTER TABLE t ADD COLUMN z int NOT NULL",
        SCAN,
        why="runs only on an empty table",
    ),
    Case("add column with a check", T, "ALTER TABLE t ADD COLUMN z int CHECK (z > 0)", SCAN),
    Case("add column unique", T, "ALTER TABLE t ADD COLUMN z int UNIQUE", SCAN),
    Case(
        "add column with a reference",
        f"{T}; {PARENT}",
        "ALTER TABLE t ADD COLUMN z int REFERENCES parent",
        {"t": "AccessExclusive", "parent": "ShareRowExclusive"},
        why="every value is NULL, so that there is nothing to check",
    ),
    Case(
        "add column with a reference and a default",
        f"{T}; {PARENT}",
        "ALTER TABLE t ADD COLUMN z int DEFAULT 1 REFERENCES parent",
        {"t": "AccessExclusive scanned", "parent": "ShareRowExclusive"},
        plan=("parent",),
    ),
    _short("drop column", "ALTER TABLE t DROP COLUMN a"),
    _short("drop column with its index", "ALTER TABLE t DROP COLUMN s"),
    Case(
        "drop column with its view",
        f"{T}; CREATE VIEW v AS SELECT a FROM t",
        "ALTER TABLE t DROP COLUMN a CASCADE",
        {"t": "AccessExclusive", "v": "AccessExclusive view"},
    ),
    _short("rename column", "ALTER TABLE t RENAME COLUMN a TO b"),
    _short("set default", "ALTER TABLE t ALTER COLUMN a SET DEFAULT 7"),
    _short("drop default", "ALTER TABLE t ALTER COLUMN a DROP DEFAULT"),
    Case("set not null", T, "ALTER TABLE t ALTER COLUMN a SET NOT NULL", SCAN),
    _short(
        "set not null with a check",
        "ALTER TABLE t ALTER COLUMN a SET NOT NULL",
        f"{T}; ALTER TABLE t ADD CONSTRAINT ck CHECK (a IS NOT NULL)",
        why="the valid CHECK proves it",
    ),
    Case(
        "set not null with a check that is not valid",
        f"{T}; ALTER TABLE t ADD CONSTRAINT ck CHECK (a IS NOT NULL) NOT VALID",
        "ALTER TABLE t ALTER COLUMN a SET NOT NULL",
        SCAN,
    ),
    _short("set not null again", "ALTER TABLE t ALTER COLUMN id SET NOT NULL"),
    _short("drop not null", "ALTER TABLE t ALTER COLUMN a DROP NOT NULL", f"{T}; ALTER TABLE t ALTER a SET NOT NULL"),
    Case("set statistics", T, "ALTER TABLE t ALTER COLUMN a SET STATISTICS 200", {"t": "ShareUpdateExclusive"}),
    Case(
        "set options of a column", T, "ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5)", {"t": "ShareUpdateExclusive"}
    ),
    _short("set storage", "ALTER TABLE t ALTER COLUMN x SET STORAGE EXTERNAL"),
    _short("set compression", "ALTER TABLE t ALTER COLUMN x SET COMPRESSION pglz"),
    _short(
        "add identity",
        "ALTER TABLE t ALTER COLUMN a ADD GENERATED BY DEFAULT AS IDENTITY",
        f"{T}; ALTER TABLE t ALTER a SET NOT NULL",
    ),
    Case(
        "set identity",
        "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY)",
        "ALTER TABLE t ALTER COLUMN id SET GENERATED ALWAYS",
        {"t": "AccessExclusive", "t_id_seq": "ShareRowExclusive sequence"},
    ),
    Case(
        "drop identity",
        "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY)",
        "ALTER TABLE t ALTER COLUMN id DROP IDENTITY",
        {"t": "AccessExclusive", "t_id_seq": "AccessExclusive sequence"},
    ),
    _short(
        "drop expression",
        "ALTER TABLE t ALTER COLUMN z DROP EXPRESSION",
        f"{T}; ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a * 2) STORED",
    ),
    _rewrites(
        "set expression",
        "ALTER TABLE t ALTER COLUMN z SET EXPRESSION AS (a * 3)",
        f"{T}; ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a * 2) STORED",
        since=17,
    ),
    _rewrites(
        "several changes at once",
        "ALTER TABLE t ADD COLUMN z int, ALTER COLUMN a TYPE bigint, ALTER COLUMN x SET NOT NULL",
        why="one pass over the table for all of them",
    ),
)
