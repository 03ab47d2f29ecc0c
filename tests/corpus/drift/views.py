"""Views and materialized views: text, columns, options, state."""

from sqlalchemy import DDL, Column, Integer, MetaData, Table, Text, event

from ..case import changed, equal, extra, missing, unsaid

T = "CREATE TABLE t (a int, b text)"
V = "view: own.v"
VIEW = "CREATE VIEW v AS SELECT a FROM t"
M = "materialized view: own.m"
MATERIALIZED = "CREATE MATERIALIZED VIEW m AS SELECT a FROM t"


def with_view(m: MetaData) -> None:
    """A table, and a view that is created with it."""
    Table("t", m, Column("a", Integer), Column("b", Text))
    event.listen(m, "after_create", DDL(VIEW))


VIEWS = (
    missing("view missing", V, VIEW, base=T),
    extra("view too many", V, VIEW, base=T),
    changed("view text", V, "definition", f"{VIEW} WHERE a > 1", f"{VIEW} WHERE a > 2", base=T),
    changed(
        "view column default", "column: own.v.a", "default", f"{VIEW}; ALTER VIEW v ALTER a SET DEFAULT 3", VIEW, base=T
    ),
    changed(
        "view security invoker", V, "options", "CREATE VIEW v WITH (security_invoker) AS SELECT a FROM t", VIEW, base=T
    ),
    changed(
        "view security barrier", V, "options", "CREATE VIEW v WITH (security_barrier) AS SELECT a FROM t", VIEW, base=T
    ),
    changed(
        "view check option", V, "options", f"{VIEW} WHERE a > 1 WITH LOCAL CHECK OPTION", f"{VIEW} WHERE a > 1", base=T
    ),
    changed("view owner", V, "owner", VIEW, f"{VIEW}; ALTER VIEW v OWNER TO writer", base=T),
    changed(
        "view column grant",
        "column: own.v.a",
        "grants",
        VIEW,
        f"{VIEW}; GRANT SELECT (a) ON v TO reader",
        base=T,
    ),
    missing("materialized view missing", M, MATERIALIZED, base=T),
    changed("materialized view text", M, "definition", MATERIALIZED, f"{MATERIALIZED} WHERE a > 1", base=T),
    changed(
        "materialized view populated",
        M,
        "populated",
        MATERIALIZED,
        f"{MATERIALIZED} WITH NO DATA",
        base=T,
        pg_dump="creates every materialized view WITH NO DATA",
    ),
    changed(
        "materialized view option",
        M,
        "options",
        "CREATE MATERIALIZED VIEW m WITH (fillfactor=70) AS SELECT a FROM t",
        MATERIALIZED,
        base=T,
    ),
    missing(
        "materialized view index", "index: own.i", f"{MATERIALIZED}; CREATE INDEX i ON m (a)", MATERIALIZED, base=T
    ),
    changed(
        "materialized view tablespace",
        M,
        "tablespace",
        MATERIALIZED,
        "CREATE MATERIALIZED VIEW m TABLESPACE corpus AS SELECT a FROM t",
        base=T,
    ),
    changed(
        "materialized view access method",
        M,
        "access method",
        MATERIALIZED,
        "CREATE MATERIALIZED VIEW m USING corpus_heap AS SELECT a FROM t",
        base=T,
    ),
    changed(
        "materialized view column statistics",
        "column: own.m.a",
        "statistics",
        MATERIALIZED,
        f"{MATERIALIZED}; ALTER MATERIALIZED VIEW m ALTER a SET STATISTICS 500",
        base=T,
    ),
    changed(
        "materialized view column storage",
        "column: own.m.b",
        "storage",
        "CREATE MATERIALIZED VIEW m AS SELECT b FROM t",
        "CREATE MATERIALIZED VIEW m AS SELECT b FROM t; ALTER MATERIALIZED VIEW m ALTER b SET STORAGE EXTERNAL",
        base=T,
    ),
)

DIFFERENT = (
    *unsaid(T, lambda m: Table("t", m, Column("a", Integer), Column("b", Text)), VIEWS),
    changed("view text of the models", V, "definition", VIEW, f"{VIEW} WHERE a > 1", base=T, models=with_view),
)

EQUAL = (
    equal("view replaced", VIEW, f"{VIEW}; CREATE OR REPLACE VIEW v AS SELECT t.a FROM own.t", base=T),
    equal("view recreated", VIEW, f"{VIEW}; DROP VIEW v; {VIEW}", base=T),
    equal(
        "view with an alias", "CREATE VIEW v AS SELECT a AS x FROM t", "CREATE VIEW v (x) AS SELECT a FROM t", base=T
    ),
    equal(
        "view spelling",
        "CREATE VIEW v AS SELECT a FROM t WHERE a IN (1, 2)",
        "create view v as select own.t.a from own.t where (a = any (array[1,2]))",
        base=T,
    ),
    equal("view star", "CREATE VIEW v AS SELECT * FROM t", "CREATE VIEW v AS SELECT a, b FROM t", base=T),
    equal(
        "view of a renamed table",
        "CREATE VIEW v AS SELECT t.a FROM t",
        "ALTER TABLE t RENAME TO x; CREATE VIEW v AS SELECT x.a FROM x; ALTER TABLE x RENAME TO t",
        base=T,
    ),
    equal(
        "view option spelling",
        "CREATE VIEW v WITH (security_barrier) AS SELECT a FROM t",
        "CREATE VIEW v WITH (security_barrier=true) AS SELECT a FROM t",
        base=T,
    ),
    equal(
        "view options in another order",
        "CREATE VIEW v WITH (security_barrier, security_invoker) AS SELECT a FROM t",
        "CREATE VIEW v WITH (security_invoker, security_barrier) AS SELECT a FROM t",
        base=T,
        pg_dump="prints options in the order in which they were set",
    ),
    equal(
        "materialized view refreshed",
        MATERIALIZED,
        f"INSERT INTO t VALUES (1); {MATERIALIZED} WITH NO DATA; REFRESH MATERIALIZED VIEW m",
        base=T,
    ),
    equal(
        "views over each other",
        "CREATE VIEW a AS SELECT 1 AS x; CREATE VIEW b AS SELECT x FROM a",
        "CREATE VIEW b AS SELECT 1 AS x; CREATE VIEW a AS SELECT 1 AS x; CREATE OR REPLACE VIEW b AS SELECT x FROM a",
    ),
)
