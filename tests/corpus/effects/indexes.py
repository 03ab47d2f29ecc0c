"""Indexes: built, rebuilt, dropped, in a transaction and concurrently."""

from .case import Case
from .columns import SHORT, T

BUILD = {"t": "Share scanned"}
REINDEX = {"t": "Share scanned reads"}
GENTLE = {"t": "ShareUpdateExclusive scanned"}
PLANS = "planning a query locks every index of its table"

CASES = (
    Case("create index", T, "CREATE INDEX j ON t (a)", BUILD),
    Case("create unique index", T, "CREATE UNIQUE INDEX j ON t (id, a)", BUILD),
    Case("create index on some rows", T, "CREATE INDEX j ON t (a) WHERE a > 5", BUILD),
    Case("create index on an expression", T, "CREATE INDEX j ON t (lower(x))", BUILD),
    Case("create index gin", T, "CREATE INDEX j ON t USING gin (to_tsvector('simple', x))", BUILD),
    Case("create index that is there", T, "CREATE INDEX IF NOT EXISTS i ON t (s)", {"t": "Share"}),
    Case("create index concurrently", T, "CREATE INDEX CONCURRENTLY j ON t (a)", GENTLE, autocommit=True),
    Case(
        "create unique index concurrently",
        T,
        "CREATE UNIQUE INDEX CONCURRENTLY j ON t (id, a)",
        GENTLE,
        autocommit=True,
    ),
    Case("create index in autocommit", T, "CREATE INDEX j ON t (a)", BUILD, autocommit=True),
    Case("drop index", T, "DROP INDEX i", SHORT),
    Case("drop index that is not there", T, "DROP INDEX IF EXISTS nothing"),
    Case("drop index concurrently", T, "DROP INDEX CONCURRENTLY i", {"t": "ShareUpdateExclusive"}, autocommit=True),
    Case("reindex index", T, "REINDEX INDEX i", REINDEX, rebuilt=("i",), why=PLANS),
    Case("reindex table", T, "REINDEX TABLE t", REINDEX, rebuilt=("i", "t_pkey"), why=PLANS),
    Case("reindex schema", T, "REINDEX SCHEMA own", REINDEX, rebuilt=("i", "t_pkey"), autocommit=True, why=PLANS),
    Case("reindex index concurrently", T, "REINDEX INDEX CONCURRENTLY i", GENTLE, rebuilt=("i",), autocommit=True),
    Case(
        "reindex table concurrently",
        T,
        "REINDEX TABLE CONCURRENTLY t",
        GENTLE,
        rebuilt=("i", "t_pkey"),
        autocommit=True,
    ),
    Case("rename index", T, "ALTER INDEX i RENAME TO j"),
    Case("set options of an index", T, "ALTER INDEX i SET (fillfactor = 80)"),
    Case(
        "set statistics of an index",
        f"{T}; CREATE INDEX j ON t (lower(x))",
        "ALTER INDEX j ALTER COLUMN 1 SET STATISTICS 100",
    ),
    Case("cluster on", T, "ALTER TABLE t CLUSTER ON i", {"t": "ShareUpdateExclusive"}),
    Case(
        "set without cluster",
        f"{T}; ALTER TABLE t CLUSTER ON i",
        "ALTER TABLE t SET WITHOUT CLUSTER",
        {"t": "ShareUpdateExclusive"},
    ),
    Case("replica identity of an index", T, "ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey", SHORT),
)
