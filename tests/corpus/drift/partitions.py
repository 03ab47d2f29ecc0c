"""Partitioned tables and their children."""

from sqlalchemy import Column, Date, Index, Integer, MetaData, Table

from ..case import changed, equal, extra, missing

T = "CREATE TABLE t (a int, d date) PARTITION BY RANGE (a)"
C = "CREATE TABLE c PARTITION OF t FOR VALUES FROM (1) TO (9)"
TWO = f"{C}; CREATE TABLE e PARTITION OF t FOR VALUES FROM (10) TO (19)"


def models(partition_by: str | None = "RANGE (a)"):
    """Models of a partitioned table; its partitions are made by migrations."""
    more = {"postgresql_partition_by": partition_by} if partition_by else {}
    return lambda m: Table("t", m, Column("a", Integer), Column("d", Date), **more)


def children(m: MetaData) -> None:
    """A partitioned table with an index on its parts."""
    Table("t", m, Column("a", Integer), Column("d", Date), Index("i", "a"), postgresql_partition_by="RANGE (a)")


DIFFERENT = (
    changed(
        "partition key",
        "table: own.t",
        "partitioned by",
        "CREATE TABLE t (a int, d date) PARTITION BY RANGE (a)",
        "CREATE TABLE t (a int, d date) PARTITION BY RANGE (d)",
        models=models(),
    ),
    changed(
        "partition strategy",
        "table: own.t",
        "partitioned by",
        "CREATE TABLE t (a int, d date) PARTITION BY RANGE (a)",
        "CREATE TABLE t (a int, d date) PARTITION BY HASH (a)",
        models=models(),
    ),
    changed(
        "partitioned and plain",
        "table: own.t",
        "access method, partitioned by",
        "CREATE TABLE t (a int, d date) PARTITION BY RANGE (a)",
        "CREATE TABLE t (a int, d date)",
        models=models(),
    ),
    missing("partition missing", "table: own.c", C, base=T),
    extra("partition too many", "table: own.c", C, base=T),
    changed("partition bound", "table: own.c", "partition of", C, C.replace("9", "10"), base=T),
    missing("column of a partitioned table", "column: own.t.b", "ALTER TABLE t ADD b int", base=T),
    missing(
        "index of a partitioned table",
        "index: own.i",
        "CREATE INDEX i ON t (d)",
        base=T,
    ),
    changed(
        "index of a partition attached",
        "index: own.j",
        "attached to",
        "ALTER INDEX i ATTACH PARTITION j",
        "SELECT 1",
        base=f"{T}; {TWO}; CREATE INDEX i ON ONLY t (d); CREATE INDEX j ON c (d)",
    ),
    changed(
        "default of a partition",
        "column: own.c.a",
        "default",
        "SELECT 1",
        "ALTER TABLE c ALTER a SET DEFAULT 5",
        base=f"{T}; {C}",
    ),
    changed(
        "partition not null",
        "column: own.c.d",
        "not null",
        "SELECT 1",
        "ALTER TABLE c ALTER d SET NOT NULL",
        base=f"{T}; {C}",
    ),
    changed(
        "partition detached half way",
        "table: own.c",
        "detach pending",
        "SELECT 1",
        "UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = 'own.c'::regclass",
        base=f"{T}; {C}",
        pg_dump="attaches the partition all the same",
    ),
    changed(
        "partition key collation",
        "table: own.t",
        "partitioned by",
        'CREATE TABLE t (a text) PARTITION BY LIST (a COLLATE "C")',
        "CREATE TABLE t (a text) PARTITION BY LIST (a)",
    ),
    changed(
        "partition tablespace",
        "table: own.t",
        "tablespace",
        f"{T} TABLESPACE corpus",
        T,
    ),
    extra(
        "partition index of its own",
        "index: own.j",
        "CREATE INDEX j ON c (d)",
        base=f"{T}; {C}",
    ),
)

EQUAL = (
    equal(
        "partition attached",
        C,
        "CREATE TABLE c (a int, d date); ALTER TABLE t ATTACH PARTITION c FOR VALUES FROM (1) TO (9)",
        base=T,
    ),
    equal(
        "partition detached and attached",
        C,
        f"{C}; ALTER TABLE t DETACH PARTITION c; ALTER TABLE t ATTACH PARTITION c FOR VALUES FROM (1) TO (9)",
        base=T,
    ),
    equal("partitions in another order", TWO, ";".join(reversed(TWO.split(";"))), base=T),
    equal("partitions of a model", T, T, models=models()),
    equal("partition children and the models", f"{T}; {TWO}", f"{T}; {TWO}", models=models()),
    equal(
        "index on partitions and the models",
        f"CREATE INDEX i ON t (a); {C}",
        f"{C}; CREATE INDEX i ON t (a)",
        base=T,
        models=children,
    ),
    equal(
        "index attached by hand",
        "CREATE INDEX i ON t (a)",
        "CREATE INDEX i ON ONLY t (a); CREATE INDEX c_a_idx ON c (a); ALTER INDEX i ATTACH PARTITION c_a_idx",
        base=f"{T}; {C}",
    ),
    equal(
        "partition bound with a cast",
        "CREATE TABLE c PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        "CREATE TABLE c PARTITION OF t FOR VALUES FROM ('2026-01-01'::date) TO (date '2027-1-1')",
        base="CREATE TABLE t (d date) PARTITION BY RANGE (d)",
    ),
    equal(
        "partition with a gap",
        C,
        "CREATE TABLE c (gone int, a int, d date); ALTER TABLE c DROP gone;"
        "ALTER TABLE t ATTACH PARTITION c FOR VALUES FROM (1) TO (9)",
        base=T,
    ),
)
