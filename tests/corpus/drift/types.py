"""Types: enum, domain, composite, range, base; and collations."""

from sqlalchemy import Column, Enum, Integer, Table
from sqlalchemy.dialects.postgresql import DOMAIN

from ..case import changed, equal, extra, missing


def mood(*labels: str, name: str = "mood"):
    """Models of a table with an enum column."""
    return lambda m: Table("t", m, Column("a", Enum(*labels, name=name, metadata=m)))


def domain(**more: object):
    """Models of a table with a column of a domain."""
    return lambda m: Table("t", m, Column("a", DOMAIN("d", Integer, metadata=m, **more)))


E = "enum: own.mood"
USED = "CREATE TABLE t (a mood)"
D = "CREATE DOMAIN d AS int"
OF = "domain: own.d"
C = "composite type: own.c"
TWO = "CREATE TYPE c AS (x int, y text)"
SHELL = (
    "CREATE TYPE b; CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE internal IMMUTABLE STRICT AS 'textin';"
    "CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'"
)

DIFFERENT = (
    changed(
        "enum label missing",
        E,
        "labels",
        f"CREATE TYPE mood AS ENUM ('low', 'mid', 'high'); {USED}",
        f"CREATE TYPE mood AS ENUM ('low', 'high'); {USED}",
        models=mood("low", "mid", "high"),
    ),
    changed(
        "enum label too many",
        E,
        "labels",
        f"CREATE TYPE mood AS ENUM ('low', 'high'); {USED}",
        f"CREATE TYPE mood AS ENUM ('low', 'high'); ALTER TYPE mood ADD VALUE 'mid' BEFORE 'high'; {USED}",
        models=mood("low", "high"),
    ),
    changed(
        "enum order",
        E,
        "labels",
        f"CREATE TYPE mood AS ENUM ('low', 'high'); {USED}",
        f"CREATE TYPE mood AS ENUM ('high', 'low'); {USED}",
        models=mood("low", "high"),
    ),
    changed(
        "enum label in another case",
        E,
        "labels",
        f"CREATE TYPE mood AS ENUM ('low'); {USED}",
        f"CREATE TYPE mood AS ENUM ('Low'); {USED}",
        models=mood("low"),
    ),
    extra(
        "enum orphan",
        E,
        "CREATE TYPE mood AS ENUM ('low'); CREATE TABLE t (a int)",
        "CREATE TABLE t (a int)",
        models=lambda m: Table("t", m, Column("a", Integer)),
    ),
    missing("enum missing", E, "CREATE TYPE mood AS ENUM ('low')"),
    changed(
        "domain check of the models",
        "constraint: own.d.k",
        "definition",
        f"{D} CONSTRAINT k CHECK (VALUE > 0); CREATE TABLE t (a d)",
        f"{D} CONSTRAINT k CHECK (VALUE > 1); CREATE TABLE t (a d)",
        models=domain(check="VALUE > 0", constraint_name="k"),
    ),
    changed(
        "domain default of the models",
        OF,
        "default",
        f"{D} DEFAULT 1; CREATE TABLE t (a d)",
        f"{D} DEFAULT 2; CREATE TABLE t (a d)",
        models=domain(default="1"),
    ),
    changed(
        "domain not null of the models",
        OF,
        "not null",
        f"{D} NOT NULL; CREATE TABLE t (a d)",
        f"{D}; CREATE TABLE t (a d)",
        models=domain(not_null=True),
    ),
    missing("domain missing", OF, D),
    changed("domain type", OF, "base type", D, "CREATE DOMAIN d AS bigint"),
    changed("domain length", OF, "base type", "CREATE DOMAIN d AS varchar(5)", "CREATE DOMAIN d AS varchar(6)"),
    changed("domain default", OF, "default", f"{D} DEFAULT 1", f"{D} DEFAULT 2"),
    changed("domain not null", OF, "not null", f"{D} NOT NULL", D),
    changed("domain collation", OF, "collation", 'CREATE DOMAIN d AS text COLLATE "C"', "CREATE DOMAIN d AS text"),
    changed(
        "domain check",
        "constraint: own.d.k",
        "definition",
        f"{D} CONSTRAINT k CHECK (VALUE > 0)",
        f"{D} CONSTRAINT k CHECK (VALUE > 1)",
    ),
    missing("domain check missing", "constraint: own.d.k", f"{D} CONSTRAINT k CHECK (VALUE > 0)", D),
    changed(
        "domain check not valid",
        "constraint: own.d.k",
        "definition",
        f"{D} CONSTRAINT k CHECK (VALUE > 0)",
        f"{D}; ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE > 0) NOT VALID",
    ),
    missing("composite missing", C, TWO),
    changed("composite attribute missing", C, "attributes", TWO, "CREATE TYPE c AS (x int)"),
    changed("composite attribute type", C, "attributes", TWO, "CREATE TYPE c AS (x bigint, y text)"),
    changed("composite attribute order", C, "attributes", TWO, "CREATE TYPE c AS (y text, x int)"),
    changed("composite attribute collation", C, "attributes", TWO, 'CREATE TYPE c AS (x int, y text COLLATE "C")'),
    missing("range missing", "range: own.r", "CREATE TYPE r AS RANGE (subtype = float8)"),
    changed(
        "range subtype",
        "range: own.r",
        "range",
        "CREATE TYPE r AS RANGE (subtype = float8)",
        "CREATE TYPE r AS RANGE (subtype = float8, subtype_diff = float8mi)",
    ),
    changed(
        "range multirange name",
        "range: own.r",
        "range",
        "CREATE TYPE r AS RANGE (subtype = float8, multirange_type_name = m)",
        "CREATE TYPE r AS RANGE (subtype = float8, multirange_type_name = n)",
    ),
    changed(
        "base type left a shell",
        "base type: own.b",
        "by value, category, defined, input, length, output, storage",
        f"{SHELL}; CREATE TYPE b (INPUT = b_in, OUTPUT = b_out, LIKE = text)",
        SHELL,
    ),
    changed(
        "type owner",
        E,
        "owner",
        "CREATE TYPE mood AS ENUM ('low')",
        "CREATE TYPE mood AS ENUM ('low'); ALTER TYPE mood OWNER TO writer",
    ),
    missing("collation missing", "collation: own.c", "CREATE COLLATION c (provider = libc, locale = 'C')"),
    changed(
        "collation locale",
        "collation: own.c",
        "lc_collate, lc_ctype",
        "CREATE COLLATION c (provider = libc, locale = 'C')",
        "CREATE COLLATION c (provider = libc, locale = 'POSIX')",
    ),
)

EQUAL = (
    equal(
        "enum label added in its place",
        "CREATE TYPE mood AS ENUM ('low', 'mid', 'high')",
        "CREATE TYPE mood AS ENUM ('low', 'high'); ALTER TYPE mood ADD VALUE 'mid' BEFORE 'high'",
    ),
    equal(
        "enum label added at the end",
        f"CREATE TYPE mood AS ENUM ('low', 'high'); {USED}",
        f"CREATE TYPE mood AS ENUM ('low'); {USED}; ALTER TYPE mood ADD VALUE 'high'",
        models=mood("low", "high"),
    ),
    equal(
        "enum label renamed",
        "CREATE TYPE mood AS ENUM ('low')",
        "CREATE TYPE mood AS ENUM ('x'); ALTER TYPE mood RENAME VALUE 'x' TO 'low'",
    ),
    equal(
        "enum swapped",
        f"CREATE TYPE mood AS ENUM ('low', 'high'); {USED}",
        f"CREATE TYPE mood AS ENUM ('low', 'gone', 'high'); {USED}; CREATE TYPE m AS ENUM ('low', 'high');"
        "ALTER TABLE t ALTER a TYPE m USING a::text::m; DROP TYPE mood; ALTER TYPE m RENAME TO mood",
        models=mood("low", "high"),
    ),
    equal(
        "enum default with a cast",
        "CREATE TYPE mood AS ENUM ('low'); CREATE TABLE t (a mood DEFAULT 'low')",
        "CREATE TYPE mood AS ENUM ('low'); CREATE TABLE t (a mood DEFAULT 'low'::own.mood)",
        models=lambda m: Table("t", m, Column("a", Enum("low", name="mood", metadata=m), server_default="low")),
    ),
    equal(
        "domain check later",
        f"{D} CONSTRAINT k CHECK (VALUE > 0)",
        f"{D}; ALTER DOMAIN d ADD CONSTRAINT k CHECK ((VALUE > 0))",
    ),
    equal("domain of a synonym", "CREATE DOMAIN d AS varchar(5)", "CREATE DOMAIN d AS character varying(5) NULL"),
    equal(
        "composite attribute dropped",
        TWO,
        "CREATE TYPE c AS (x int, gone int); ALTER TYPE c DROP ATTRIBUTE gone; ALTER TYPE c ADD ATTRIBUTE y text",
    ),
    equal(
        "range with its defaults",
        "CREATE TYPE r AS RANGE (subtype = float8)",
        "CREATE TYPE r AS RANGE (subtype = double precision, subtype_opclass = float8_ops)",
    ),
)
