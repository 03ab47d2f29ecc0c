"""Whole tables: made, moved, emptied, dropped; what keeps them in order; inheritance and partitions."""

from .case import Case
from .columns import ALL, REWRITE, SHORT, T
from .types import FK

GENTLE = {"t": "ShareUpdateExclusive"}
KIN = """CREATE TABLE p (a int, b int); CREATE TABLE c () INHERITS (p); CREATE TABLE n (a int, b int);
INSERT INTO c VALUES (1, 1); INSERT INTO n VALUES (2, 2)"""
P = """CREATE TABLE p (id int NOT NULL, a int, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (200);
INSERT INTO p SELECT g, g FROM generate_series(90, 110) g"""
N = f"{P}; CREATE TABLE n (id int PRIMARY KEY, a int); INSERT INTO n VALUES (201, 1)"
CHECKED = f"{N}; ALTER TABLE n ADD CONSTRAINT bound CHECK (id >= 200 AND id < 300)"
DEFAULT = f"{P}; CREATE TABLE rest PARTITION OF p DEFAULT"
ATTACH = "ALTER TABLE p ATTACH PARTITION n FOR VALUES FROM (200) TO (300)"
THROUGH = "whoever reads the parent reads this one, too"


def all_of(mode: str, parent: str = "", parts: str = "") -> dict[str, str]:
    """The partitioned table and both of its partitions."""
    return {"p": f"{mode} {parent}", "p1": f"{mode} {parts}", "p2": f"{mode} {parts}"}


TABLES = (
    Case("create table", T, "CREATE TABLE u (id int PRIMARY KEY)"),
    Case("create table that is there", T, "CREATE TABLE IF NOT EXISTS t (id int)"),
    Case(
        "create table with a reference",
        T,
        "CREATE TABLE u (id int PRIMARY KEY, t_id int REFERENCES t)",
        {"t": "ShareRowExclusive"},
    ),
    Case("create table like", T, "CREATE TABLE u (LIKE t INCLUDING ALL)", {"t": "AccessShare"}),
    Case("create table as", T, "CREATE TABLE u AS SELECT * FROM t", {"t": "AccessShare scanned"}),
    Case("rename table", T, "ALTER TABLE t RENAME TO u", SHORT),
    Case(
        "two tables change places",
        f"{T}; CREATE TABLE u (id int)",
        "ALTER TABLE t RENAME TO old; ALTER TABLE u RENAME TO t",
        {"t": "AccessExclusive", "u": "AccessExclusive"},
    ),
    Case("set schema", f"{T}; CREATE SCHEMA own_else", "ALTER TABLE t SET SCHEMA own_else", SHORT),
    Case("owner", T, "ALTER TABLE t OWNER TO CURRENT_USER", SHORT),
    Case("set fillfactor", T, "ALTER TABLE t SET (fillfactor = 70)", GENTLE),
    Case("set autovacuum", T, "ALTER TABLE t SET (autovacuum_vacuum_scale_factor = 0.01)", GENTLE),
    Case("reset an option", T, "ALTER TABLE t RESET (fillfactor)", GENTLE),
    Case("set unlogged", T, "ALTER TABLE t SET UNLOGGED", REWRITE, rebuilt=ALL),
    Case(
        "set logged",
        T.replace("CREATE TABLE", "CREATE UNLOGGED TABLE"),
        "ALTER TABLE t SET LOGGED",
        REWRITE,
        rebuilt=ALL,
    ),
    Case(
        "set tablespace",
        T,
        "ALTER TABLE t SET TABLESPACE corpus",
        REWRITE,
        why="its indexes stay where they are",
    ),
    Case("replica identity", T, "ALTER TABLE t REPLICA IDENTITY FULL", SHORT),
    Case("alter table that is not there", T, "ALTER TABLE IF EXISTS nothing ADD COLUMN z int"),
    Case("drop table", T, "DROP TABLE t", SHORT),
    Case(
        "drop table that references another",
        FK,
        "DROP TABLE child",
        {"child": "AccessExclusive", "parent": "AccessExclusive"},
    ),
    Case(
        "drop table that is referenced",
        FK,
        "DROP TABLE parent CASCADE",
        {"child": "AccessExclusive", "parent": "AccessExclusive"},
    ),
    Case(
        "drop table with a view",
        f"{T}; CREATE VIEW v AS SELECT a FROM t",
        "DROP TABLE t CASCADE",
        {"t": "AccessExclusive", "v": "AccessExclusive view"},
    ),
    Case(
        "drop table with a sequence",
        "CREATE TABLE t (id serial)",
        "DROP TABLE t",
        {"t": "AccessExclusive", "t_id_seq": "AccessExclusive sequence"},
    ),
    Case("truncate", T, "TRUNCATE t", {"t": "AccessExclusive emptied"}),
    Case(
        "truncate with what references it",
        FK,
        "TRUNCATE parent CASCADE",
        {"parent": "AccessExclusive emptied", "child": "AccessExclusive emptied"},
    ),
    Case(
        "truncate and restart",
        "CREATE TABLE t (id serial, a int); INSERT INTO t (a) VALUES (1)",
        "TRUNCATE t RESTART IDENTITY",
        {"t": "AccessExclusive emptied", "t_id_seq": "AccessExclusive sequence"},
    ),
    Case("lock table", T, "LOCK TABLE t", SHORT),
    Case("lock table in share mode", T, "LOCK TABLE t IN SHARE MODE", {"t": "Share"}),
    Case("lock table in exclusive mode", T, "LOCK TABLE t IN EXCLUSIVE MODE", {"t": "Exclusive"}),
    Case(
        "lock view",
        f"{T}; CREATE VIEW v AS SELECT a FROM t",
        "LOCK TABLE v IN ACCESS EXCLUSIVE MODE",
        {"t": "AccessExclusive", "v": "AccessExclusive view"},
    ),
    Case("analyze", T, "ANALYZE t", GENTLE, why="reads a sample"),
    Case("vacuum", T, "VACUUM t", GENTLE, autocommit=True),
    Case("vacuum and analyze", T, "VACUUM (ANALYZE, FREEZE) t", GENTLE, autocommit=True),
    Case("vacuum full", T, "VACUUM FULL t", REWRITE, rebuilt=ALL, autocommit=True),
    Case("cluster", T, "CLUSTER t USING i", REWRITE, rebuilt=ALL),
)
INHERITED = (
    Case("create table that inherits", KIN, "CREATE TABLE d () INHERITS (p)", {"p": "ShareUpdateExclusive"}),
    Case("inherit", KIN, "ALTER TABLE n INHERIT p", {"n": "AccessExclusive", "p": "ShareUpdateExclusive"}),
    Case(
        "no inherit",
        KIN,
        "ALTER TABLE c NO INHERIT p",
        {"c": "AccessExclusive", "p": "AccessShare reads writes"},
        why=THROUGH,
    ),
    Case(
        "add column to a parent",
        KIN,
        "ALTER TABLE p ADD COLUMN z int",
        {"p": "AccessExclusive", "c": "AccessExclusive"},
    ),
    Case("drop child", KIN, "DROP TABLE c", {"c": "AccessExclusive", "p": "Unlocked reads writes"}, why=THROUGH),
)
PARTITIONS = (
    Case(
        "create partition", P, "CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (200) TO (300)", {"p": "AccessExclusive"}
    ),
    Case(
        "create partition beside a default",
        DEFAULT,
        "CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (200) TO (300)",
        {"p": "AccessExclusive", "rest": "AccessExclusive scanned"},
    ),
    Case("attach partition", N, ATTACH, {"p": "ShareUpdateExclusive", "n": "AccessExclusive scanned"}),
    Case(
        "attach partition with a check",
        CHECKED,
        ATTACH,
        {"p": "ShareUpdateExclusive", "n": "AccessExclusive"},
        why="the CHECK proves it",
    ),
    Case(
        "attach partition beside a default",
        f"{CHECKED}; CREATE TABLE rest PARTITION OF p DEFAULT",
        ATTACH,
        {"p": "ShareUpdateExclusive reads writes", "n": "AccessExclusive", "rest": "AccessExclusive scanned"},
        why=f"of the default partition: {THROUGH}",
    ),
    Case("detach partition", P, "ALTER TABLE p DETACH PARTITION p1", {"p": "AccessExclusive", "p1": "AccessExclusive"}),
    Case(
        "detach partition concurrently",
        P,
        "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY",
        {"p": "ShareUpdateExclusive", "p1": "AccessExclusive"},
        autocommit=True,
    ),
    Case("drop partition", P, "DROP TABLE p1", {"p": "AccessExclusive", "p1": "AccessExclusive"}),
    Case("drop partitioned table", P, "DROP TABLE p", all_of("AccessExclusive")),
    Case("truncate partitioned table", P, "TRUNCATE p", all_of("AccessExclusive", parts="emptied")),
    Case(
        "truncate partition",
        P,
        "TRUNCATE p1",
        {"p1": "AccessExclusive emptied", "p": "Unlocked reads writes"},
        why=THROUGH,
    ),
    Case("add column to a partitioned table", P, "ALTER TABLE p ADD COLUMN z int", all_of("AccessExclusive")),
    Case(
        "add check to a partitioned table",
        P,
        "ALTER TABLE p ADD CONSTRAINT ck CHECK (a > -10000000000)",
        all_of("AccessExclusive", parts="scanned"),
    ),
    Case(
        "add check to a partition",
        P,
        "ALTER TABLE p1 ADD CONSTRAINT ck CHECK (a > -10000000000)",
        {"p1": "AccessExclusive scanned", "p": "Unlocked reads writes"},
        why=THROUGH,
    ),
    Case(
        "set not null on a partitioned table",
        P,
        "ALTER TABLE p ALTER COLUMN a SET NOT NULL",
        all_of("AccessExclusive", parts="scanned"),
    ),
    Case("create index on a partitioned table", P, "CREATE INDEX j ON p (a)", all_of("Share", parts="scanned")),
    Case("create index on a parent only", P, "CREATE INDEX j ON ONLY p (a)", {"p": "Share"}),
    Case(
        "create index on a partition",
        P,
        "CREATE INDEX j ON p1 (a)",
        {"p1": "Share scanned", "p": "Unlocked writes"},
        why=THROUGH.replace("reads", "writes"),
    ),
    Case(
        "create index concurrently on a partition",
        P,
        "CREATE INDEX CONCURRENTLY j ON p1 (a)",
        {"p1": "ShareUpdateExclusive scanned"},
        autocommit=True,
    ),
    Case(
        "attach index",
        f"{P}; CREATE INDEX j ON ONLY p (a); CREATE INDEX j1 ON p1 (a)",
        "ALTER INDEX j ATTACH PARTITION j1",
        {"p": "AccessShare reads writes", "p1": "AccessShare reads writes"},
        why="planning a query locks every index of its table, also of a partition",
    ),
    Case(
        "create trigger on a partitioned table",
        f"{P}; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
        "CREATE TRIGGER tr AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f()",
        all_of("ShareRowExclusive"),
    ),
    Case(
        "add foreign key of a partitioned table",
        f"{P}; CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent SELECT generate_series(0, 199)",
        "ALTER TABLE p ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES parent",
        {**all_of("ShareRowExclusive", parts="scanned"), "parent": "ShareRowExclusive"},
        plan=("parent",),
    ),
    Case(
        "add foreign key to a partitioned table",
        f"{P}; CREATE TABLE child (p_id int); INSERT INTO child VALUES (95), (105)",
        "ALTER TABLE child ADD CONSTRAINT fk FOREIGN KEY (p_id) REFERENCES p",
        {**all_of("ShareRowExclusive"), "child": "ShareRowExclusive scanned"},
        plan=("p1", "p2"),
    ),
    Case("vacuum partitioned table", P, "VACUUM p", all_of("ShareUpdateExclusive"), autocommit=True),
    Case(
        "reindex partitioned table",
        P,
        "REINDEX TABLE p",
        {"p1": "Share scanned reads", "p2": "Share scanned reads", "p": "Share reads"},
        rebuilt=("p1_pkey", "p2_pkey"),
        autocommit=True,
        why=f"one partition after another, each in a transaction of its own; {THROUGH}",
    ),
    Case(
        "vacuum full of several tables",
        KIN,
        "VACUUM FULL n, c",
        {"n": "AccessExclusive rewritten", "c": "AccessExclusive rewritten", "p": "Unlocked reads writes"},
        autocommit=True,
        why=THROUGH,
    ),
)
