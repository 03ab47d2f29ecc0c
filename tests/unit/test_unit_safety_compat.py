"""The rules on statements of old and new code that break, over passages made by hand."""

import json

import pytest

from alembic_proof.checks.safety import (
    breaks_old_code,
    drops_what_is_used,
    enum_label,
    generated,
    insert_needs_value,
    new_code_needs_schema,
    not_null_breaks_inserts,
    rejects_old_writes,
    renames,
    rights,
    trigger_rejects,
    type_breaks,
)
from alembic_proof.effects import Broken, Effects, Lock
from alembic_proof.findings import Finding, Severity
from alembic_proof.history import Function, History, Revision
from alembic_proof.trace import Evidence, Measured, Passage, Statement, Step, Trace

ACCOUNT = "public.account"
NICK = "public.account.nick"
LOCKED = (Lock(ACCOUNT, "table", "AccessExclusiveLock", ACCOUNT),)
HISTORY = History((Revision("b.py", "b", upgrade=Function("code", 3)),))
RULES = (
    *(breaks_old_code, drops_what_is_used, enum_label, generated, insert_needs_value, not_null_breaks_inserts),
    *(rejects_old_writes, renames, rights, trigger_rejects, type_breaks),
)


def line(kind: str, identity: str, parent: str | None = None, **payload: object) -> str:
    return json.dumps([kind, identity, parent, {k.replace("_", " "): v for k, v in payload.items()}])


def column(name: str, **payload: object) -> str:
    return line("column", f"{ACCOUNT}.{name}", ACCOUNT, **{"type": "text", **payload})


def broken(sqlstate: str, message: str = "", operation: str = "insert", **more: object) -> Broken:
    fields = {"code": "old", "table": ACCOUNT, "sql": f"{operation} …", **more}
    return Broken(operation=operation, sqlstate=sqlstate, message=message, **fields)  # type: ignore[arg-type]


def evidence(*items: Broken, sql: str = "ALTER TABLE account …", removed=(), added=()) -> Evidence:
    before = Statement(
        "ALTER TABLE account ADD other text", "b.py", 4, 0.1, effects=Effects("ALTER TABLE", locks=LOCKED)
    )
    tag = " ".join(sql.split()[:2])
    own = Statement(sql, "b.py", 5, 0.1, effects=Effects(tag, locks=() if "TYPE" in tag else LOCKED))
    passage = Passage("b", ok=True, statements=(before, own), broken=items)
    trace = Trace(("b",), (Step("b", "upgrade", ok=True, removed=removed, added=added),))
    return Evidence(HISTORY, trace, measured=Measured("the newest", (passage,)))


def told(found: Evidence) -> list[Finding]:
    """What all rules on old code say."""
    return [f for rule in RULES for f in rule.judge(found)]


NULL = 'null value in column "nick" of relation "account" violates not-null constraint'
GONE = 'column "nick" does not exist'
ENUM = 'invalid input value for enum account_state: "idle"'
POLICY = (line("table", ACCOUNT, row_security=False),), (line("table", ACCOUNT, row_security=True),)
RETYPED = (column("nick", type="integer"),), (column("nick"),)


@pytest.mark.parametrize(
    ("item", "sql", "removed", "added", "rule", "object_"),
    [
        (broken("42703", GONE), "ALTER TABLE account DROP nick", (column("nick"),), (), drops_what_is_used, NICK),
        (
            broken("42P01", 'relation "account" does not exist'),
            "DROP TABLE account",
            (line("table", ACCOUNT), column("nick")),
            (),
            drops_what_is_used,
            ACCOUNT,
        ),
        (
            broken("42703", "column account.nick does not exist", "select"),
            "ALTER TABLE account RENAME COLUMN nick TO name",
            (column("nick"),),
            (column("name"),),
            renames,
            NICK,
        ),
        (
            broken("42P01", 'relation "account" does not exist', column="nick"),
            "ALTER TABLE account RENAME TO person",
            (line("table", ACCOUNT),),
            (line("table", "public.person"),),
            renames,
            ACCOUNT,
        ),
        (
            broken("42P01", 'relation "public.account" does not exist'),
            "ALTER TABLE account SET SCHEMA archive",
            (line("table", ACCOUNT),),
            (line("table", "archive.account"),),
            renames,
            ACCOUNT,
        ),
        (broken("23502", NULL), "ALTER TABLE account ADD nick text", (), (column("nick"),), insert_needs_value, NICK),
        (
            broken("23502", NULL),
            "ALTER TABLE account ALTER nick SET NOT NULL",
            (column("nick"),),
            (column("nick", not_null=True),),
            not_null_breaks_inserts,
            NICK,
        ),
        (
            broken("42883", "operator does not exist: text = integer", "select", column="nick"),
            "ALTER TABLE account ALTER nick TYPE text",
            *RETYPED,
            type_breaks,
            NICK,
        ),
        (
            broken("42883", "function f() does not exist", column="third"),
            "ALTER TABLE account ALTER nick TYPE text",
            *RETYPED,
            breaks_old_code,
            ACCOUNT,
        ),
        (
            broken("22001", "value too long", column="nick", sample=True),
            "ALTER TABLE account ALTER nick TYPE varchar(5)",
            (),
            (),
            rejects_old_writes,
            NICK,
        ),
        (
            broken("22P02", ENUM, column="nick"),
            "ALTER TYPE account_state RENAME VALUE 'idle' TO 'asleep'",
            (),
            (),
            enum_label,
            NICK,
        ),
        (
            broken("428C9", 'cannot insert a non-DEFAULT value into column "nick"'),
            "ALTER TABLE account ADD nick int GENERATED ALWAYS AS (1) STORED",
            (),
            (),
            generated,
            NICK,
        ),
        (broken("42501", "permission denied", role="app"), "REVOKE ALL ON account FROM app", (), (), rights, ACCOUNT),
        (broken("", "it runs and finds no row", "select"), "ALTER TABLE account ENABLE ROW", *POLICY, rights, ACCOUNT),
        (broken("P0001", "no"), "CREATE TRIGGER t BEFORE INSERT ON account", (), (), trigger_rejects, ACCOUNT),
        (
            broken("", "it runs and writes no row"),
            "CREATE RULE r AS ON INSERT TO account DO INSTEAD NOTHING",
            (),
            (line("rule", f"{ACCOUNT}.r", ACCOUNT),),
            trigger_rejects,
            ACCOUNT,
        ),
        (broken("55000", "cannot insert into view"), "ALTER TABLE account …", (), (), breaks_old_code, ACCOUNT),
    ],
    ids=[
        *("drop column", "drop table", "rename column", "rename table", "set schema", "new not null", "set not null"),
        *("type", "something else beside a type", "narrower", "label", "generated", "revoke", "row security"),
        *("trigger", "rule", "view"),
    ],
)
def test_one_rule_speaks_of_what_breaks(item, sql, removed, added, rule, object_) -> None:
    """At the statement that did it."""
    (finding,) = told(evidence(item, sql=sql, removed=removed, added=added))
    assert (finding.rule, finding.object, finding.line) == (rule.RULE.name, object_, 5)
    wanted = Severity.WARNING if item.sample else rule.RULE.severity
    assert finding.severity is wanted


def test_all_statements_that_break_on_one_column_are_one_finding() -> None:
    """With every statement in its details."""
    items = [broken("42703", GONE, operation) for operation in ("insert", "select", "update")]
    found = evidence(*items, sql="ALTER TABLE account DROP nick", removed=(column("nick"),))
    (finding,) = told(found)
    assert "SELECT, INSERT, UPDATE" in finding.message
    assert len(finding.details) == 3


def test_what_names_no_column_is_told_with_what_does() -> None:
    """An INSERT of all columns and an UPDATE of one."""
    items = (broken("23514", "violates"), broken("23514", "violates", "update", column="nick"))
    (finding,) = told(evidence(*items))
    assert (finding.object, len(finding.details)) == (NICK, 2)


def test_two_columns_are_two_findings() -> None:
    """Each at its own statement."""
    items = (broken("42703", GONE), broken("42703", 'column "other" does not exist'))
    found = evidence(*items, sql="ALTER TABLE account DROP nick", removed=(column("nick"), column("other")))
    assert {f.object: f.line for f in told(found)} == {NICK: 5, "public.account.other": 4}


def test_a_column_that_a_driver_must_quote_is_named_as_the_facts_name_it() -> None:
    """In double quotes."""
    item = broken("42703", 'column "Nick" of relation "account" does not exist')
    assert [f.object for f in told(evidence(item))] == ['public.account."Nick"']


def test_what_also_breaks_for_sure_is_an_error() -> None:
    """One statement that depends on no value is enough."""
    items = (broken("23514", "violates", sample=True), broken("23514", "violates", "update"))
    (finding,) = told(evidence(*items))
    assert finding.severity is Severity.ERROR


def test_new_code_on_the_old_schema_says_the_order() -> None:
    """One finding for the revision, and none of old code."""
    items = [broken("42703", GONE, code="new", table=t) for t in (ACCOUNT, "public.purchase")]
    (finding,) = new_code_needs_schema.judge(evidence(*items))
    assert finding.severity is Severity.INFO
    assert "(account, purchase), so the migration comes first" in finding.message
    assert told(evidence(*items)) == []


def test_where_old_code_breaks_too_no_order_spares_both() -> None:
    """A rename."""
    (finding,) = new_code_needs_schema.judge(evidence(broken("42703", GONE), broken("42703", GONE, code="new")))
    assert "no order spares both" in finding.message


def test_a_role_is_named() -> None:
    """And the owner, where it is the owner."""
    items = (broken("42501", "denied", role="app"), broken("42501", "denied"))
    (finding,) = told(evidence(*items))
    assert finding.message.startswith("app, the owner could use account")
    assert "(as app)" in finding.details[0]
