"""How tables are kept: parameters, persistence, tablespace, access method, storage, compression, statistics."""

from sqlalchemy import Column, Integer, MetaData, Table, Text

from ..case import changed, equal, unsaid

T = "CREATE TABLE t (a int NOT NULL, b text)"
OF = "table: own.t"
B = "column: own.t.b"


def table(**more: object):
    """Models of the table `t`."""
    return lambda m: Table("t", m, Column("a", Integer, nullable=False), Column("b", Text), **more)


def child(m: MetaData) -> None:
    """Models of a table that inherits."""
    Table("p", m, Column("a", Integer, nullable=False))
    Table("q", m, Column("a", Integer, nullable=False))
    Table("t", m, Column("a", Integer, nullable=False), Column("b", Text), postgresql_inherits="p")


SETTINGS = (
    changed("fillfactor", OF, "options", "ALTER TABLE t SET (fillfactor=70)", "SELECT 1", base=T),
    changed("autovacuum of a table", OF, "options", "ALTER TABLE t SET (autovacuum_enabled=false)", "SELECT 1", base=T),
    changed(
        "option of the toast table",
        OF,
        "toast options",
        "ALTER TABLE t SET (toast.autovacuum_enabled=false)",
        "SELECT 1",
        base=T,
    ),
    changed("unlogged", OF, "persistence", "CREATE TABLE t (a int)", "CREATE UNLOGGED TABLE t (a int)"),
    changed("tablespace", OF, "tablespace", T, f"{T} TABLESPACE corpus"),
    changed("access method", OF, "access method", T, f"{T} USING corpus_heap"),
    changed("replica identity full", OF, "replica identity", "SELECT 1", "ALTER TABLE t REPLICA IDENTITY FULL", base=T),
    changed(
        "replica identity nothing", OF, "replica identity", "SELECT 1", "ALTER TABLE t REPLICA IDENTITY NOTHING", base=T
    ),
    changed("storage", B, "storage", "SELECT 1", "ALTER TABLE t ALTER b SET STORAGE EXTERNAL", base=T),
    changed("compression", B, "compression", "SELECT 1", "ALTER TABLE t ALTER b SET COMPRESSION pglz", base=T),
    changed("statistics target", B, "statistics", "SELECT 1", "ALTER TABLE t ALTER b SET STATISTICS 500", base=T),
    changed("options of a column", B, "options", "SELECT 1", "ALTER TABLE t ALTER b SET (n_distinct=5)", base=T),
    changed(
        "inheritance",
        OF,
        "inherits",
        "ALTER TABLE t INHERIT p",
        "ALTER TABLE t INHERIT q",
        base=f"CREATE TABLE p (a int NOT NULL); CREATE TABLE q (a int NOT NULL); {T}",
    ),
    changed(
        "column of a child only",
        "column: own.c.a",
        "inherited",
        "CREATE TABLE c () INHERITS (t)",
        "CREATE TABLE c (a int) INHERITS (t)",
        base="CREATE TABLE t (a int)",
    ),
    changed(
        "table of a type",
        OF,
        "of type",
        "CREATE TABLE t OF c",
        "CREATE TABLE t (x int)",
        base="CREATE TYPE c AS (x int)",
    ),
)

DIFFERENT = (
    *unsaid(T, table(), SETTINGS),
    changed(
        "unlogged in the models",
        OF,
        "persistence",
        T.replace("TABLE", "UNLOGGED TABLE"),
        T,
        models=table(prefixes=["UNLOGGED"]),
    ),
    changed(
        "tablespace of the models",
        OF,
        "tablespace",
        f"{T} TABLESPACE corpus",
        T,
        models=table(postgresql_tablespace="corpus"),
    ),
    changed(
        "access method of the models",
        OF,
        "access method",
        f"{T} USING corpus_heap",
        T,
        models=table(postgresql_using="corpus_heap"),
    ),
    changed(
        "fillfactor of the models",
        OF,
        "options",
        f"{T} WITH (fillfactor=70)",
        T,
        models=table(postgresql_with={"fillfactor": 70}),
    ),
    changed(
        "inheritance of the models",
        OF,
        "inherits",
        f"{T} INHERITS (p)",
        f"{T} INHERITS (q)",
        base="CREATE TABLE p (a int NOT NULL); CREATE TABLE q (a int NOT NULL)",
        models=child,
    ),
)

EQUAL = (
    equal("option reset", "SELECT 1", "ALTER TABLE t SET (fillfactor=70); ALTER TABLE t RESET (fillfactor)", base=T),
    equal(
        "options in another order",
        "ALTER TABLE t SET (fillfactor=70, autovacuum_enabled=false)",
        "ALTER TABLE t SET (autovacuum_enabled=false); ALTER TABLE t SET (fillfactor=70)",
        base=T,
        pg_dump="prints options in the order in which they were set",
    ),
    equal("logged again", "SELECT 1", "ALTER TABLE t SET UNLOGGED; ALTER TABLE t SET LOGGED", base=T),
    equal("storage of the type", "SELECT 1", "ALTER TABLE t ALTER b SET STORAGE EXTENDED", base=T),
    equal(
        "statistics target reset",
        "SELECT 1",
        "ALTER TABLE t ALTER b SET STATISTICS 500; ALTER TABLE t ALTER b SET STATISTICS -1",
        base=T,
    ),
    equal(
        "compression reset",
        "SELECT 1",
        "ALTER TABLE t ALTER b SET COMPRESSION pglz; ALTER TABLE t ALTER b SET COMPRESSION default",
        base=T,
    ),
    equal(
        "options of a column reset",
        "SELECT 1",
        "ALTER TABLE t ALTER b SET (n_distinct=5); ALTER TABLE t ALTER b RESET (n_distinct)",
        base=T,
    ),
    equal(
        "replica identity reset",
        "SELECT 1",
        "ALTER TABLE t REPLICA IDENTITY FULL; ALTER TABLE t REPLICA IDENTITY DEFAULT",
        base=T,
    ),
    equal(
        "tables in another order",
        "CREATE TABLE x (a int); CREATE TABLE y (a int)",
        "CREATE TABLE y (a int); CREATE TABLE x (a int)",
    ),
    equal(
        "rows and their statistics",
        "SELECT 1",
        "INSERT INTO t SELECT n, 'x' FROM generate_series(1, 500) n; ANALYZE t; TRUNCATE t",
        base=T,
    ),
    equal(
        "table from a query",
        "CREATE TABLE t (a int, b text)",
        "CREATE TABLE t AS SELECT 1 AS a, 'x'::text AS b WITH NO DATA",
    ),
    equal("table like another", "CREATE TABLE x (a int)", "CREATE TABLE x (LIKE t)", base="CREATE TABLE t (a int)"),
    equal(
        "table like another with not null",
        "CREATE TABLE x (a int NOT NULL)",
        "CREATE TABLE x (LIKE t)",
        base="CREATE TABLE t (a int NOT NULL)",
        since=18,
        pg_dump="prints the name of a NOT NULL, which is the other table's",
    ),
    equal(
        "table renamed",
        "CREATE TABLE t (a int)",
        "CREATE TABLE x (a int); ALTER TABLE x RENAME TO t",
        models=lambda m: Table("t", m, Column("a", Integer)),
    ),
    equal(
        "table moved",
        "CREATE TABLE t (a int)",
        "CREATE TABLE public.own (a int); ALTER TABLE public.own SET SCHEMA own; ALTER TABLE own.own RENAME TO t",
    ),
    equal(
        "table rewritten",
        "SELECT 1",
        "ALTER TABLE t ALTER b TYPE varchar; ALTER TABLE t ALTER b TYPE text",
        base=T,
        models=lambda m: Table("t", m, Column("a", Integer, nullable=False), Column("b", Text)),
    ),
)
