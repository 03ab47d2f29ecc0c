"""Triggers, event triggers, rules, policies."""

from sqlalchemy import DDL, Column, Integer, MetaData, Table, event

from ..case import changed, equal, extra, missing, unsaid

F = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$"
T = f"CREATE TABLE t (a int, b int); {F}"
G = "trigger: own.t.g"
TRIGGER = "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()"
RULE = "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING"
POLICY = "CREATE POLICY y ON t USING (a > 1)"
Y = "policy: own.t.y"
EVENT = (
    "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;"
    "CREATE EVENT TRIGGER own ON ddl_command_end WHEN TAG IN ('CREATE CAST') EXECUTE FUNCTION f()"
)
PARTS = f"CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE c PARTITION OF t DEFAULT; {F}; {TRIGGER}"


def with_trigger(m: MetaData) -> None:
    """A table whose trigger is created with it."""
    Table("t", m, Column("a", Integer), Column("b", Integer))
    event.listen(m, "after_create", DDL(F.replace("%", "%%")))
    event.listen(m, "after_create", DDL(TRIGGER))


WATCHING = (
    missing("trigger missing", G, TRIGGER, base=T),
    extra("trigger too many", G, TRIGGER, base=T),
    changed("trigger event", G, "definition", TRIGGER, TRIGGER.replace("UPDATE", "INSERT OR UPDATE"), base=T),
    changed("trigger condition", G, "definition", TRIGGER.replace("EXEC", "WHEN (new.a > 1) EXEC"), TRIGGER, base=T),
    changed("trigger columns", G, "definition", TRIGGER.replace("UPDATE", "UPDATE OF a"), TRIGGER, base=T),
    changed(
        "trigger columns of the models",
        G,
        "definition",
        TRIGGER,
        TRIGGER.replace("UPDATE", "UPDATE OF a"),
        base=T,
        models=with_trigger,
    ),
    changed("trigger argument", G, "definition", TRIGGER.replace("f()", "f('x')"), TRIGGER, base=T),
    changed("trigger disabled", G, "enabled", TRIGGER, f"{TRIGGER}; ALTER TABLE t DISABLE TRIGGER g", base=T),
    changed("trigger always", G, "enabled", TRIGGER, f"{TRIGGER}; ALTER TABLE t ENABLE ALWAYS TRIGGER g", base=T),
    changed(
        "trigger of a constraint",
        G,
        "definition",
        "CREATE CONSTRAINT TRIGGER g AFTER UPDATE ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE CONSTRAINT TRIGGER g AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
        base=T,
    ),
    changed(
        "trigger of a partition disabled",
        "trigger: own.c.g",
        "enabled",
        "SELECT 1",
        "ALTER TABLE c DISABLE TRIGGER g",
        base=PARTS,
    ),
    missing("event trigger missing", "event trigger: own", EVENT, EVENT.partition(";CREATE EVENT")[0]),
    changed(
        "event trigger disabled", "event trigger: own", "enabled", EVENT, f"{EVENT}; ALTER EVENT TRIGGER own DISABLE"
    ),
    changed("event trigger tags", "event trigger: own", "tags", EVENT, EVENT.replace("CREATE CAST", "DROP CAST")),
    missing("rule missing", "rule: own.t.r", RULE, base=T),
    changed("rule text", "rule: own.t.r", "definition", RULE, RULE.replace("TO t", "TO t WHERE old.a > 1"), base=T),
    changed("rule disabled", "rule: own.t.r", "enabled", RULE, f"{RULE}; ALTER TABLE t DISABLE RULE r", base=T),
    missing("policy missing", Y, POLICY, base=T),
    changed("policy condition", Y, "using", POLICY, POLICY.replace("> 1", "> 2"), base=T),
    changed("policy check", Y, "check", f"{POLICY} WITH CHECK (a > 1)", POLICY, base=T),
    changed("policy command", Y, "command", POLICY.replace("USING", "FOR SELECT USING"), POLICY, base=T),
    changed("policy roles", Y, "roles", POLICY.replace("USING", "TO reader USING"), POLICY, base=T),
    changed("policy restrictive", Y, "permissive", POLICY.replace("USING", "AS RESTRICTIVE USING"), POLICY, base=T),
    changed(
        "row security on", "table: own.t", "row security", "ALTER TABLE t ENABLE ROW LEVEL SECURITY", "SELECT 1", base=T
    ),
    changed(
        "row security forced",
        "table: own.t",
        "force row security",
        "ALTER TABLE t FORCE ROW LEVEL SECURITY",
        "SELECT 1",
        base=T,
    ),
    changed(
        "row security of a partitioned table",
        "table: own.t",
        "row security",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "SELECT 1",
        base=PARTS,
    ),
)

DIFFERENT = unsaid(T, lambda m: Table("t", m, Column("a", Integer), Column("b", Integer)), WATCHING)

EQUAL = (
    equal("trigger recreated", TRIGGER, f"{TRIGGER}; DROP TRIGGER g ON t; {TRIGGER}", base=T),
    equal("trigger with the word procedure", TRIGGER, TRIGGER.replace("FUNCTION", "PROCEDURE"), base=T),
    equal(
        "trigger disabled and enabled",
        TRIGGER,
        f"{TRIGGER}; ALTER TABLE t DISABLE TRIGGER g; ALTER TABLE t ENABLE TRIGGER g",
        base=T,
    ),
    equal(
        "trigger condition in parentheses",
        TRIGGER.replace("EXEC", "WHEN (new.a > 1) EXEC"),
        TRIGGER.replace("EXEC", "WHEN (((NEW.a) > (1))) EXEC"),
        base=T,
    ),
    equal("trigger of the models", TRIGGER, TRIGGER, base=T, models=with_trigger),
    equal(
        "rule recreated",
        RULE,
        RULE.replace("NOTHING", "SELECT 1") + "; " + RULE.replace("CREATE", "CREATE OR REPLACE"),
        base=T,
    ),
    equal("policy with its defaults", POLICY, POLICY.replace("USING", "AS PERMISSIVE FOR ALL TO PUBLIC USING"), base=T),
    equal(
        "policy altered there and back",
        POLICY,
        f"{POLICY}; ALTER POLICY y ON t USING (a > 7); ALTER POLICY y ON t USING ((a > 1))",
        base=T,
    ),
    equal(
        "policy roles in another order",
        POLICY.replace("USING", "TO reader, writer USING"),
        POLICY.replace("USING", "TO writer, reader USING"),
        base=T,
    ),
    equal(
        "row security on and off",
        "SELECT 1",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t DISABLE ROW LEVEL SECURITY",
        base=T,
    ),
    equal(
        "flag of triggers that were dropped",
        "SELECT 1",
        f"{TRIGGER}; DROP TRIGGER g ON t; {RULE}; DROP RULE r ON t",
        base=T,
    ),
)
