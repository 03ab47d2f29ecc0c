"""Functions, procedures, aggregates, window functions: body, and every property."""

from sqlalchemy import DDL, Column, Integer, MetaData, Table, event

from ..case import changed, equal, extra, missing

F = "function: own.f(a integer)"
BODY = "LANGUAGE sql AS $$ SELECT a $$"
FUNCTION = "CREATE FUNCTION f(a int) RETURNS int"
P = "procedure: own.p(IN a integer)"
PROCEDURE = "CREATE PROCEDURE p(a int) LANGUAGE sql"
G = "aggregate: own.g(integer)"
AGGREGATE = "CREATE AGGREGATE g(int) (SFUNC = int4pl, STYPE = int4"


def with_function(m: MetaData) -> None:
    """A table, and a function that is created with it."""
    Table("t", m, Column("a", Integer))
    event.listen(m, "before_create", DDL(f"{FUNCTION} {BODY}"))


def differs(name: str, one: str, other: str = "", **more: str):
    """A function with a property."""
    return changed(name, F, "definition", f"{FUNCTION} {one} {BODY}", f"{FUNCTION} {other} {BODY}", **more)


DIFFERENT = (
    missing("function missing", F, f"{FUNCTION} {BODY}"),
    extra("function too many", F, f"{FUNCTION} {BODY}"),
    changed(
        "function body", F, "definition", f"{FUNCTION} {BODY}", f"{FUNCTION} {BODY.replace('SELECT a', 'SELECT a + 1')}"
    ),
    changed(
        "function body of the models",
        F,
        "definition",
        f"{FUNCTION} {BODY}",
        f"{FUNCTION} {BODY.replace('SELECT a', 'SELECT a + 1')}",
        base="CREATE TABLE t (a int)",
        models=with_function,
    ),
    differs("function volatility", "IMMUTABLE"),
    differs("function parallel", "PARALLEL SAFE"),
    differs("function leakproof", "LEAKPROOF"),
    differs("function strict", "STRICT"),
    differs("function security definer", "SECURITY DEFINER"),
    differs("function cost", "COST 7"),
    differs("function setting", "SET work_mem = '1MB'"),
    changed(
        "function default of an argument",
        F,
        "definition",
        f"CREATE FUNCTION f(a int DEFAULT 1) RETURNS int {BODY}",
        f"{FUNCTION} {BODY}",
    ),
    changed(
        "function rows",
        F,
        "definition",
        f"CREATE FUNCTION f(a int) RETURNS SETOF int ROWS 7 {BODY}",
        f"CREATE FUNCTION f(a int) RETURNS SETOF int {BODY}",
    ),
    changed(
        "function support",
        F,
        "definition",
        f"{FUNCTION} SUPPORT pg_catalog.generate_series_int4_support {BODY}",
        f"{FUNCTION} {BODY}",
    ),
    changed("function owner", F, "owner", "SELECT 1", "ALTER FUNCTION f OWNER TO writer", base=f"{FUNCTION} {BODY}"),
    changed(
        "function sql body",
        F,
        "definition",
        f"{FUNCTION} RETURN a",
        f"{FUNCTION} RETURN a + 1",
    ),
    missing(
        "function depends on an extension",
        "extension dependency: function own.f(integer) on plpgsql",
        "ALTER FUNCTION f DEPENDS ON EXTENSION plpgsql",
        "SELECT 1",
        base=f"{FUNCTION} {BODY}",
    ),
    extra(
        "function given to an extension",
        F,
        "SELECT 1",
        "ALTER EXTENSION plpgsql ADD FUNCTION f(int)",
        base=f"{FUNCTION} {BODY}",
    ),
    changed(
        "function result",
        F,
        "definition",
        f"CREATE FUNCTION f(a int) RETURNS bigint {BODY}",
        f"{FUNCTION} {BODY}",
    ),
    missing("procedure missing", P, f"{PROCEDURE} AS $$ SELECT a $$"),
    changed("procedure body", P, "definition", f"{PROCEDURE} AS $$ SELECT a $$", f"{PROCEDURE} AS $$ SELECT a + 1 $$"),
    missing("aggregate missing", G, f"{AGGREGATE})"),
    changed(
        "aggregate initial value", G, "aggregate", f"{AGGREGATE}, INITCOND = '1')", f"{AGGREGATE}, INITCOND = '2')"
    ),
    changed("aggregate function", G, "aggregate", f"{AGGREGATE})", f"{AGGREGATE})".replace("int4pl", "int4mul")),
    changed("aggregate parallel", G, "aggregate", f"{AGGREGATE}, PARALLEL = SAFE)", f"{AGGREGATE})"),
    missing(
        "window function missing",
        "function: own.w()",
        "CREATE FUNCTION w() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number'",
    ),
)

EQUAL = (
    equal(
        "function replaced",
        f"{FUNCTION} {BODY}",
        f"{FUNCTION} LANGUAGE sql AS 'SELECT 1'; CREATE OR REPLACE FUNCTION f(a int) RETURNS int {BODY}",
    ),
    equal(
        "function with its defaults",
        f"{FUNCTION} {BODY}",
        f"{FUNCTION} VOLATILE PARALLEL UNSAFE COST 100 CALLED ON NULL INPUT SECURITY INVOKER {BODY}",
    ),
    equal("function types spelled out", f"{FUNCTION} {BODY}", f"CREATE FUNCTION f(IN a integer) RETURNS int4 {BODY}"),
    equal("function with other quotes", f"{FUNCTION} {BODY}", f"{FUNCTION} LANGUAGE sql AS ' SELECT a '"),
    equal(
        "function of a model",
        f"{FUNCTION} {BODY}",
        f"{FUNCTION} {BODY}",
        base="CREATE TABLE t (a int)",
        models=with_function,
    ),
    equal(
        "function overloaded",
        f"{FUNCTION} {BODY}; CREATE FUNCTION f(a text) RETURNS text {BODY}",
        f"CREATE FUNCTION f(a text) RETURNS text {BODY}; {FUNCTION} {BODY}",
    ),
    equal(
        "function depends no more",
        f"{FUNCTION} {BODY}",
        f"{FUNCTION} {BODY}; ALTER FUNCTION f DEPENDS ON EXTENSION plpgsql;"
        "ALTER FUNCTION f NO DEPENDS ON EXTENSION plpgsql",
    ),
    equal(
        "aggregate of a type of its own",
        "CREATE TYPE c AS (x int); CREATE FUNCTION sf(c, int) RETURNS c LANGUAGE sql AS $$ SELECT $1 $$;"
        "CREATE AGGREGATE g(int) (SFUNC = sf, STYPE = c)",
        "CREATE TYPE gone AS (x int); DROP TYPE gone; CREATE TYPE c AS (x int);"
        "CREATE FUNCTION sf(c, int) RETURNS c LANGUAGE sql AS $$ SELECT $1 $$;"
        "CREATE AGGREGATE g(int) (SFUNC = sf, STYPE = c)",
    ),
)
