"""Grants, default privileges, owners, security labels."""

from sqlalchemy import Column, Integer, Table

from ..case import changed, equal, missing, unsaid
from . import others

T = "CREATE TABLE t (a int, b int)"
F = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$"
ON = "ALTER DEFAULT PRIVILEGES IN SCHEMA own"

GIVEN = (
    changed("grant missing", "table: own.t", "grants", "GRANT SELECT ON t TO reader", "SELECT 1", base=T),
    changed(
        "grant too many",
        "table: own.t",
        "grants",
        "GRANT SELECT ON t TO reader",
        "GRANT SELECT, UPDATE ON t TO reader",
        base=T,
    ),
    changed("grant to everybody", "table: own.t", "grants", "SELECT 1", "GRANT SELECT ON t TO PUBLIC", base=T),
    changed(
        "grant option",
        "table: own.t",
        "grants",
        "GRANT SELECT ON t TO reader WITH GRANT OPTION",
        "GRANT SELECT ON t TO reader",
        base=T,
    ),
    changed(
        "grant revoked from the owner", "table: own.t", "grants", "SELECT 1", "REVOKE DELETE ON t FROM postgres", base=T
    ),
    changed("grant of a column", "column: own.t.a", "grants", "GRANT UPDATE (a) ON t TO reader", "SELECT 1", base=T),
    changed(
        "grant of a sequence",
        "sequence: own.s",
        "grants",
        "GRANT USAGE ON SEQUENCE s TO reader",
        "SELECT 1",
        base="CREATE SEQUENCE s",
    ),
    changed(
        "grant of a function revoked",
        "function: own.f()",
        "grants",
        "SELECT 1",
        "REVOKE ALL ON FUNCTION f FROM PUBLIC",
        base=F,
    ),
    changed("grant of a schema", "schema: own", "grants", "GRANT USAGE ON SCHEMA own TO reader", "SELECT 1"),
    changed(
        "grant of a type",
        "enum: own.e",
        "grants",
        "REVOKE ALL ON TYPE e FROM PUBLIC",
        "SELECT 1",
        base="CREATE TYPE e AS ENUM ('x')",
    ),
    changed(
        "grant of a domain",
        "domain: own.d",
        "grants",
        "GRANT ALL ON TYPE d TO reader WITH GRANT OPTION",
        "SELECT 1",
        base="CREATE DOMAIN d AS int",
    ),
    changed(
        "grant of a view",
        "view: own.v",
        "grants",
        "GRANT SELECT ON v TO reader",
        "SELECT 1",
        base=f"{T}; CREATE VIEW v AS SELECT a FROM t",
    ),
    missing(
        "default grants of tables",
        "default grants: on tables by (owner) in own",
        f"{ON} GRANT SELECT ON TABLES TO reader",
    ),
    missing(
        "default grants of functions",
        "default grants: on functions by (owner) in own",
        f"{ON} GRANT EXECUTE ON FUNCTIONS TO reader",
    ),
    changed(
        "default grants changed",
        "default grants: on tables by (owner) in own",
        "grants",
        f"{ON} GRANT SELECT ON TABLES TO reader",
        f"{ON} GRANT UPDATE ON TABLES TO reader",
    ),
    changed(
        "default grants of types",
        "default grants: on types by (owner) in own",
        "grants",
        f"{ON} GRANT USAGE ON TYPES TO reader",
        f"{ON} GRANT USAGE ON TYPES TO writer",
    ),
    missing(
        "default grants revoked",
        "default grants: on functions by creator",
        "ALTER DEFAULT PRIVILEGES FOR ROLE creator REVOKE ALL ON FUNCTIONS FROM PUBLIC",
        words=("creator",),
    ),
    changed("owner of a table", "table: own.t", "owner", "SELECT 1", "ALTER TABLE t OWNER TO writer", base=T),
    changed(
        "grant to maintain", "table: own.t", "grants", "GRANT MAINTAIN ON t TO reader", "SELECT 1", base=T, since=17
    ),
    changed(
        "grant by another role",
        "table: own.t",
        "grants",
        "GRANT SELECT ON t TO writer",
        "SET ROLE reader; GRANT SELECT ON t TO writer; RESET ROLE",
        base=f"{T}; GRANT USAGE ON SCHEMA own TO reader; GRANT SELECT ON t TO reader WITH GRANT OPTION",
    ),
    missing(
        "default grants of sequences",
        "default grants: on sequences by (owner) in own",
        f"{ON} GRANT USAGE ON SEQUENCES TO reader",
    ),
    missing(
        "default grants of schemas",
        "default grants: on schemas by founder",
        "ALTER DEFAULT PRIVILEGES FOR ROLE founder GRANT USAGE ON SCHEMAS TO reader",
        words=("founder",),
    ),
    changed("owner of a schema", "schema: own", "owner", "SELECT 1", "ALTER SCHEMA own OWNER TO writer"),
    changed(
        "owner of a domain",
        "domain: own.d",
        "owner",
        "SELECT 1",
        "ALTER DOMAIN d OWNER TO writer",
        base="CREATE DOMAIN d AS int",
    ),
)

OWNED = (
    ("VIEW v", "view: own.v", "CREATE VIEW v AS SELECT 1 AS a"),
    ("MATERIALIZED VIEW m", "materialized view: own.m", "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a"),
    ("PROCEDURE p", "procedure: own.p()", "CREATE PROCEDURE p() LANGUAGE sql AS $$ SELECT 1 $$"),
    ("AGGREGATE g(int)", "aggregate: own.g(integer)", "CREATE AGGREGATE g(int) (SFUNC = int4pl, STYPE = int4)"),
    ("TYPE c", "composite type: own.c", "CREATE TYPE c AS (x int)"),
    ("TYPE r", "range: own.r", "CREATE TYPE r AS RANGE (subtype = float8)"),
    ("COLLATION c", "collation: own.c", "CREATE COLLATION c (provider = libc, locale = 'C')"),
    ("CONVERSION c", "conversion: own.c", "CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"),
    ("OPERATOR === (int, int)", "operator: own.===(integer,integer)", f"{others.EQ}; {others.OPERATOR})"),
    ("OPERATOR FAMILY f USING hash", "operator family: own.f USING hash", others.FAMILY),
    ("OPERATOR CLASS c USING hash", "operator class: own.c USING hash", others.CLASS),
    ("TEXT SEARCH DICTIONARY d", "text search dictionary: own.d", f"{others.DICTIONARY})"),
    ("TEXT SEARCH CONFIGURATION g", "text search configuration: own.g", others.CONFIGURATION),
    ("SERVER own", "foreign server: own", others.SERVER),
    ("FOREIGN TABLE t", "foreign table: own.t", f"{others.SERVER}; {others.FOREIGN}"),
    ("LANGUAGE own", "language: own", others.LANGUAGE),
    ("STATISTICS s", "statistics: own.s", f"{T}; CREATE STATISTICS s ON a, b FROM t"),
)
OWNERS = tuple(
    changed(
        f"owner of {what.lower().partition('(')[0].replace('=', '').strip()}",
        subject,
        "owner",
        "SELECT 1",
        f"ALTER {what} OWNER TO writer",
        base=base,
    )
    for what, subject, base in OWNED
)
GRANTED = (
    ("SELECT", "m", "materialized view: own.m", "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a"),
    ("SELECT", "t", "foreign table: own.t", f"{others.SERVER}; {others.FOREIGN}"),
    ("EXECUTE", "PROCEDURE p", "procedure: own.p()", "CREATE PROCEDURE p() LANGUAGE sql AS $$ SELECT 1 $$"),
    (
        "EXECUTE",
        "FUNCTION g(int)",
        "aggregate: own.g(integer)",
        "CREATE AGGREGATE g(int) (SFUNC = int4pl, STYPE = int4)",
    ),
    ("USAGE", "TYPE c", "composite type: own.c", "CREATE TYPE c AS (x int)"),
    ("USAGE", "TYPE r", "range: own.r", "CREATE TYPE r AS RANGE (subtype = float8)"),
)
GRANTS = tuple(
    changed(
        f"grant on {subject.partition(':')[0]}",
        subject,
        "grants",
        f"GRANT {privilege} ON {what} TO reader",
        "SELECT 1",
        base=base,
    )
    for privilege, what, subject, base in GRANTED
)

DIFFERENT = (
    *OWNERS,
    *GRANTS,
    *unsaid(T, lambda m: Table("t", m, Column("a", Integer), Column("b", Integer)), GIVEN),
)

EQUAL = (
    equal(
        "grants equal to the default",
        "SELECT 1",
        "GRANT ALL ON t TO postgres; GRANT SELECT ON t TO reader; REVOKE SELECT ON t FROM reader",
        base=T,
    ),
    equal(
        "grants of a function equal to the default",
        "SELECT 1",
        "GRANT EXECUTE ON FUNCTION f TO PUBLIC; GRANT EXECUTE ON FUNCTION f TO postgres",
        base=F,
    ),
    equal(
        "grants of a type equal to the default",
        "SELECT 1",
        "GRANT USAGE ON TYPE d TO PUBLIC",
        base="CREATE DOMAIN d AS int",
    ),
    equal(
        "grants of a column revoked",
        "SELECT 1",
        "GRANT UPDATE (a) ON t TO reader; REVOKE UPDATE (a) ON t FROM reader",
        base=T,
    ),
    equal(
        "grants in another order",
        "GRANT SELECT ON t TO reader; GRANT UPDATE ON t TO writer",
        "GRANT UPDATE ON t TO writer; GRANT SELECT ON t TO reader",
        base=T,
        pg_dump="prints grants in the order in which they were given",
    ),
    equal(
        "grants one by one",
        "GRANT SELECT, UPDATE ON t TO reader",
        "GRANT UPDATE ON t TO reader; GRANT SELECT ON t TO reader",
        base=T,
    ),
    equal(
        "grants by all and by name",
        "GRANT ALL ON SEQUENCE s TO reader",
        "GRANT USAGE, SELECT, UPDATE ON SEQUENCE s TO reader",
        base="CREATE SEQUENCE s",
    ),
    equal(
        "default grants given and taken",
        "SELECT 1",
        f"{ON} GRANT SELECT ON TABLES TO reader; {ON} REVOKE SELECT ON TABLES FROM reader",
    ),
    equal("owner there and back", "SELECT 1", "ALTER TABLE t OWNER TO writer; ALTER TABLE t OWNER TO postgres", base=T),
    equal(
        "grants on all tables",
        "GRANT SELECT ON t TO reader",
        "GRANT SELECT ON ALL TABLES IN SCHEMA own TO reader",
        base=T,
    ),
)
