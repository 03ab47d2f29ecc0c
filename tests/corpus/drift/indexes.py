"""Indexes: presence, columns, order, predicate, method, operator class, options, state; extended statistics."""

from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, text

from ..case import NAMES, changed, equal, extra, missing, unsaid


def index(*on: Any, name: str = "i", **more: Any):
    """Models of a table `t` (a int, b text) with an index on expressions, and on columns by their names."""

    def build(m: MetaData) -> None:
        made = [Index(name, *(x if x in ("a", "b") else text(x) for x in on), **more)] if on else []
        Table("t", m, Column("a", Integer), Column("b", Text), *made)

    return build


INDEX = "index: own.i"
T = "CREATE TABLE t (a int, b text)"
ON_A = "CREATE INDEX i ON t (a)"


def on(what: str) -> str:
    """An index `i`."""
    return f"CREATE INDEX i ON t {what}"


INDEXES = (
    missing("index missing", INDEX, ON_A, base=T, models=index("a")),
    extra("index too many", INDEX, ON_A, base=T, models=index()),
    changed("index column", INDEX, "definition", ON_A, on("(b)"), base=T, models=index("a")),
    changed("index column order", INDEX, "definition", on("(a, b)"), on("(b, a)"), base=T, models=index("a", "b")),
    changed(
        "index unique",
        INDEX,
        "definition",
        "CREATE UNIQUE INDEX i ON t (a)",
        ON_A,
        base=T,
        models=index("a", unique=True),
    ),
    changed(
        "index nulls not distinct",
        INDEX,
        "definition",
        "CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT",
        "CREATE UNIQUE INDEX i ON t (a)",
        base=T,
        models=index("a", unique=True, postgresql_nulls_not_distinct=True),
    ),
    changed("index sort order", INDEX, "definition", on("(a DESC)"), ON_A, base=T, models=index("a DESC")),
    changed(
        "index nulls first", INDEX, "definition", on("(a NULLS FIRST)"), ON_A, base=T, models=index("a NULLS FIRST")
    ),
    changed(
        "index predicate missing",
        INDEX,
        "definition",
        on("(a) WHERE a > 3"),
        ON_A,
        base=T,
        models=index("a", postgresql_where=text("a > 3")),
    ),
    changed(
        "index predicate",
        INDEX,
        "definition",
        on("(a) WHERE a > 3"),
        on("(a) WHERE a > 4"),
        base=T,
        models=index("a", postgresql_where=text("a > 3")),
    ),
    changed(
        "index predicate of a unique index",
        INDEX,
        "definition",
        "CREATE UNIQUE INDEX i ON t (a) WHERE b IS NULL",
        "CREATE UNIQUE INDEX i ON t (a)",
        base=T,
        models=index("a", unique=True, postgresql_where=text("b IS NULL")),
    ),
    changed(
        "index include",
        INDEX,
        "definition",
        on("(a) INCLUDE (b)"),
        ON_A,
        base=T,
        models=index("a", postgresql_include=["b"]),
    ),
    changed(
        "index operator class",
        INDEX,
        "definition",
        on("(b text_pattern_ops)"),
        on("(b)"),
        base=T,
        models=index("b", postgresql_ops={"b": "text_pattern_ops"}),
    ),
    changed(
        "index method",
        INDEX,
        "definition",
        on("USING hash (a)"),
        ON_A,
        base=T,
        models=index("a", postgresql_using="hash"),
    ),
    changed(
        "index collation", INDEX, "definition", on('(b COLLATE "C")'), on("(b)"), base=T, models=index('b COLLATE "C"')
    ),
    changed(
        "index expression", INDEX, "definition", on("(lower(b))"), on("(upper(b))"), base=T, models=index("lower(b)")
    ),
    changed(
        "index expression case of a literal",
        INDEX,
        "definition",
        on("((b || 'X'))"),
        on("((b || 'x'))"),
        base=T,
        models=index("(b || 'X')"),
    ),
    changed(
        "index expression cast",
        INDEX,
        "definition",
        on("((b::int))"),
        on("((b::bigint))"),
        base=T,
        models=index("(b::int)"),
    ),
    changed(
        "index storage parameter",
        INDEX,
        "definition, options",
        on("(a) WITH (fillfactor=70)"),
        ON_A,
        base=T,
        models=index("a", postgresql_with={"fillfactor": 70}),
    ),
    changed(
        "index tablespace",
        INDEX,
        "tablespace",
        on("(a) TABLESPACE corpus"),
        ON_A,
        base=T,
        models=index("a", postgresql_tablespace="corpus"),
    ),
    changed(
        "index invalid",
        INDEX,
        "valid",
        ON_A,
        f"{ON_A}; UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'own.i'::regclass",
        base=T,
        models=index("a"),
    ),
    changed("index clustered", INDEX, "clustered", f"{ON_A}; CLUSTER t USING i", ON_A, base=T),
    changed(
        "index as replica identity",
        "index: own.i",
        "replica identity",
        "SELECT 1",
        "ALTER TABLE t REPLICA IDENTITY USING INDEX i",
        also=("changed index own.j: replica identity",),
        base="CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (a);"
        "ALTER TABLE t REPLICA IDENTITY USING INDEX j",
    ),
    changed(
        "index statistics target",
        INDEX,
        "statistics",
        f"{on('((a + 1))')}; ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 500",
        on("((a + 1))"),
        base=T,
    ),
    changed(
        "index of a constraint storage parameter",
        "index: own.k",
        "definition, options",
        "ALTER TABLE t ADD CONSTRAINT k UNIQUE (a) WITH (fillfactor=70)",
        "ALTER TABLE t ADD CONSTRAINT k UNIQUE (a)",
        base=T,
    ),
    extra(
        "index name",
        "index: own.i",
        ON_A,
        "CREATE INDEX ix_t_a ON t (a)",
        base=T,
        also=("missing index own.ix_t_a",),
        models=index("a", name="ix_t_a"),
        rule=NAMES,
    ),
)

STATISTICS = (
    missing("statistics missing", "statistics: own.s", "CREATE STATISTICS s ON a, b FROM t", base=T),
    changed(
        "statistics kinds",
        "statistics: own.s",
        "definition",
        "CREATE STATISTICS s (ndistinct) ON a, b FROM t",
        "CREATE STATISTICS s (ndistinct, mcv) ON a, b FROM t",
        base=T,
    ),
    changed(
        "statistics target of statistics",
        "statistics: own.s",
        "target",
        "SELECT 1",
        "ALTER STATISTICS s SET STATISTICS 500",
        base=f"{T}; CREATE STATISTICS s ON a, b FROM t",
    ),
    changed(
        "statistics owner",
        "statistics: own.s",
        "owner",
        "SELECT 1",
        "GRANT CREATE ON SCHEMA own TO writer; ALTER STATISTICS s OWNER TO writer;"
        "REVOKE CREATE ON SCHEMA own FROM writer",
        base=f"{T}; CREATE STATISTICS s ON a, b FROM t",
    ),
)

DIFFERENT = (*INDEXES, *unsaid(T, index(), STATISTICS))

EQUAL = (
    equal("index with its method", ON_A, on("USING btree (a ASC NULLS LAST)"), base=T, models=index("a")),
    equal(
        "index with its operator class",
        ON_A,
        on("(a int4_ops)"),
        base=T,
        models=index("a", postgresql_ops={"a": "int4_ops"}),
    ),
    equal(
        "index expression concatenation",
        on("((b||' '||b))"),
        on("(((b || ' '::text) || b))"),
        base=T,
        models=index("(b||' '||b)"),
    ),
    equal(
        "index expression in list",
        on("((a IN (1, 2)))"),
        on("((a = ANY (ARRAY[1, 2])))"),
        base=T,
        models=index("(a in (1,2))"),
    ),
    equal(
        "index expression collate",
        on('((lower(b)) COLLATE "C")'),
        on('(lower(b) COLLATE "C")'),
        base=T,
        models=index('lower(b) COLLATE "C"'),
    ),
    equal("index expression function", on("(lower(b))"), on("((lower(b)))"), base=T, models=index("LOWER(b)")),
    equal(
        "index expression cast of a literal",
        on("((b || 'x'))"),
        on("((b || 'x'::text))"),
        base=T,
        models=index("(b || 'x')"),
    ),
    equal(
        "index predicate spelling",
        on("(a) WHERE b IS NOT NULL AND a IN (1, 2)"),
        on("(a) WHERE ((b is not null) and (a = ANY (ARRAY[1,2])))"),
        base=T,
        models=index("a", postgresql_where=text("b is not null and a in (1,2)")),
    ),
    equal(
        "index predicate of a boolean",
        "CREATE TABLE t (a int, d bool); CREATE INDEX i ON t (a) WHERE NOT d",
        "CREATE TABLE t (a int, d bool); CREATE INDEX i ON t (a) WHERE (NOT (d))",
    ),
    equal("index rebuilt", ON_A, f"{ON_A}; REINDEX INDEX i", base=T, models=index("a")),
    equal("index renamed", ON_A, "CREATE INDEX j ON t (a); ALTER INDEX j RENAME TO i", base=T, models=index("a")),
    equal(
        "index without a name",
        "CREATE INDEX t_a_idx ON t (a)",
        "CREATE INDEX ON t (a)",
        base=T,
        models=index("a", name="t_a_idx"),
    ),
    equal("index order of creation", f"{ON_A}; CREATE INDEX j ON t (b)", f"CREATE INDEX j ON t (b); {ON_A}", base=T),
    equal("index clustered and not", ON_A, f"{ON_A}; CLUSTER t USING i; ALTER TABLE t SET WITHOUT CLUSTER", base=T),
    equal("index option reset", ON_A, f"{on('(a) WITH (fillfactor=70)')}; ALTER INDEX i RESET (fillfactor)", base=T),
    equal("index analyzed", on("((a + 1))"), f"{on('((a + 1))')}; INSERT INTO t VALUES (1); ANALYZE t", base=T),
    equal(
        "statistics with its kinds",
        "CREATE STATISTICS t_a_b_stat ON a, b FROM t",
        "CREATE STATISTICS t_a_b_stat (ndistinct, dependencies, mcv) ON b, a FROM t",
        base=T,
    ),
)
