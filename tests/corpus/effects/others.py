"""What is about tables and is no ALTER TABLE: views, triggers, rights, comments, sequences, publications."""

from .case import Case
from .columns import SHORT, T

GENTLE = {"t": "ShareUpdateExclusive"}
V = f"{T}; CREATE VIEW v AS SELECT id, a FROM t"
M = f"{T}; CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t; CREATE UNIQUE INDEX mi ON m (id)"
F = f"{T}; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'"
TR = f"{F}; CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()"
S = "CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('own.s'), a int); INSERT INTO t (a) VALUES (1)"

VIEWS = (
    Case("create view", T, "CREATE VIEW v AS SELECT id, a FROM t", {"t": "AccessShare"}),
    Case(
        "replace view",
        V,
        "CREATE OR REPLACE VIEW v AS SELECT id, a, s FROM t",
        {"v": "AccessExclusive view", "t": "AccessShare"},
    ),
    Case("drop view", V, "DROP VIEW v", {"v": "AccessExclusive view"}),
    Case("rename view", V, "ALTER VIEW v RENAME TO w", {"v": "AccessExclusive view"}),
    Case("default of a view", V, "ALTER VIEW v ALTER COLUMN a SET DEFAULT 1", {"v": "AccessExclusive view"}),
    Case("create materialized view", T, "CREATE MATERIALIZED VIEW m AS SELECT a FROM t", {"t": "AccessShare scanned"}),
    Case(
        "refresh",
        M,
        "REFRESH MATERIALIZED VIEW m",
        {"m": "AccessExclusive rewritten view", "t": "AccessShare scanned"},
        rebuilt=("mi",),
    ),
    Case(
        "refresh concurrently",
        M,
        "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
        {"m": "Exclusive view", "t": "AccessShare scanned"},
        plan=("m",),
    ),
    Case("drop materialized view", M, "DROP MATERIALIZED VIEW m", {"m": "AccessExclusive view"}),
    Case("index on a materialized view", M, "CREATE INDEX mj ON m (a)", {"m": "Share scanned view"}),
)
BEHAVIOUR = (
    Case(
        "create trigger",
        F,
        "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
        {"t": "ShareRowExclusive"},
    ),
    Case("drop trigger", TR, "DROP TRIGGER tr ON t", SHORT),
    Case("rename trigger", TR, "ALTER TRIGGER tr ON t RENAME TO tr2", SHORT),
    Case("disable trigger", TR, "ALTER TABLE t DISABLE TRIGGER tr", {"t": "ShareRowExclusive"}),
    Case("enable trigger", TR, "ALTER TABLE t ENABLE TRIGGER USER", {"t": "ShareRowExclusive"}),
    Case("drop function with its trigger", TR, "DROP FUNCTION f() CASCADE", SHORT),
    Case("create rule", T, "CREATE RULE r AS ON DELETE TO t WHERE old.a = 1 DO INSTEAD NOTHING", SHORT),
    Case(
        "disable rule",
        f"{T}; CREATE RULE r AS ON DELETE TO t WHERE old.a = 1 DO INSTEAD NOTHING",
        "ALTER TABLE t DISABLE RULE r",
        SHORT,
    ),
    Case("enable row level security", T, "ALTER TABLE t ENABLE ROW LEVEL SECURITY", SHORT),
    Case("force row level security", T, "ALTER TABLE t FORCE ROW LEVEL SECURITY", SHORT),
    Case("create policy", T, "CREATE POLICY po ON t USING (a > 0)", SHORT),
    Case("alter policy", f"{T}; CREATE POLICY po ON t USING (a > 0)", "ALTER POLICY po ON t USING (a > 1)", SHORT),
    Case("drop policy", f"{T}; CREATE POLICY po ON t USING (a > 0)", "DROP POLICY po ON t", SHORT),
    Case(
        "replace function",
        F,
        "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN old; END'",
    ),
)
# newer versions lock the table while they look up its name
LOOKED_UP = {18: {"t": "AccessShare"}}
RIGHTS = (
    Case("grant", T, "GRANT SELECT, UPDATE ON t TO reader", changes=LOOKED_UP),
    Case("grant on a column", T, "GRANT SELECT (a) ON t TO reader", changes=LOOKED_UP),
    Case("revoke", f"{T}; GRANT SELECT ON t TO reader", "REVOKE SELECT ON t FROM reader", changes=LOOKED_UP),
    Case("grant on all tables", T, "GRANT SELECT ON ALL TABLES IN SCHEMA own TO reader"),
    Case("default privileges", T, "ALTER DEFAULT PRIVILEGES IN SCHEMA own GRANT SELECT ON TABLES TO reader"),
    Case("comment on a table", T, "COMMENT ON TABLE t IS 'rows'", GENTLE),
    Case("comment on a column", T, "COMMENT ON COLUMN t.a IS 'a'", GENTLE),
    Case("comment on an index", T, "COMMENT ON INDEX i IS 'by s'"),
    Case("comment on a constraint", T, "COMMENT ON CONSTRAINT t_pkey ON t IS 'key'", {"t": "AccessShare"}),
    Case("create statistics", T, "CREATE STATISTICS st ON a, s FROM t", GENTLE),
    Case("drop statistics", f"{T}; CREATE STATISTICS st ON a, s FROM t", "DROP STATISTICS st", GENTLE),
    Case("create publication", T, "CREATE PUBLICATION own_pub FOR TABLE t", GENTLE),
    Case("publish a table", f"{T}; CREATE PUBLICATION own_pub", "ALTER PUBLICATION own_pub ADD TABLE t", GENTLE),
)
SEQUENCES = (
    Case("create sequence of a column", T, "CREATE SEQUENCE s OWNED BY t.id", {"t": "AccessShare"}),
    Case("restart sequence", S, "ALTER SEQUENCE s RESTART WITH 100", {"s": "ShareRowExclusive sequence"}),
    Case("type of a sequence", S, "ALTER SEQUENCE s AS bigint", {"s": "ShareRowExclusive sequence"}),
    Case(
        "owner of a sequence",
        S,
        "ALTER SEQUENCE s OWNED BY t.id",
        {"s": "ShareRowExclusive sequence", "t": "AccessShare"},
    ),
    Case("rename sequence", S, "ALTER SEQUENCE s RENAME TO s2", {"s": "AccessExclusive sequence"}),
    Case("set a sequence", S, "SELECT setval('s', 500)", {"s": "RowExclusive sequence"}),
    Case(
        "set a sequence by its table",
        S,
        "SELECT setval('s', (SELECT max(id) FROM t))",
        {"s": "RowExclusive sequence", "t": "AccessShare scanned"},
    ),
    Case(
        "drop sequence with its default",
        S,
        "DROP SEQUENCE s CASCADE",
        {"s": "AccessExclusive sequence", "t": "AccessExclusive"},
    ),
)
