"""Grants, default privileges, owners, security labels."""

from sqlalchemy import Column, Integer, Table

from ..case import changed, equal, missing, unsaid

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

DIFFERENT = unsaid(T, lambda m: Table("t", m, Column("a", Integer), Column("b", Integer)), GIVEN)

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
