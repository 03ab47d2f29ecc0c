"""The rules on rows that stop an upgrade, and on rows, values and guards that are gone, over passages made by hand."""

import json
from dataclasses import replace

import pytest

from alembic_proof.checks import upgrade_fails
from alembic_proof.checks.safety import (
    cascades,
    cast_fails,
    changes_values,
    deletes_rows,
    dependent_object,
    downgrade_loses,
    drops_column,
    drops_first,
    drops_table,
    drops_type_or_function,
    fails_on_any_row,
    fails_on_some_rows,
    guard_removed,
    object_missing,
    privilege_missing,
    stale_declaration,
    truncates,
)
from alembic_proof.effects import Change, Effects, Fall, Lock, Notice, Touched, Unfilled, Value
from alembic_proof.findings import Severity
from alembic_proof.history import Function, History, Revision
from alembic_proof.rows.declared import Declared
from alembic_proof.snapshot import Snapshot
from alembic_proof.trace import Evidence, Failure, Measured, Passage, Run, Statement, Step, Trace

ACCOUNT = "public.account"
LOCKED = (Lock(ACCOUNT, "table", "AccessExclusiveLock", ACCOUNT),)
HISTORY = History((Revision("b.py", "b", upgrade=Function("code", 3), downgrade=Function("code", 30)),))
STOPS = (dependent_object, object_missing, privilege_missing)


def line(kind: str, identity: str, parent: str | None = None, **payload: object) -> str:
    return json.dumps([kind, identity, parent, {k.replace("_", " "): v for k, v in payload.items()}])


def column(name: str, table: str = ACCOUNT, **payload: object) -> str:
    return line("column", f"{table}.{name}", table, **{"type": "text", "not_null": False, **payload})


TABLE = line("table", ACCOUNT)


def ran(sql: str, at: int, tag: str = "ALTER TABLE", **effects: object) -> Statement:
    return Statement(sql, "b.py", at, 0.1, effects=Effects(tag=tag, **{"locks": LOCKED, **effects}))  # type: ignore[arg-type]


def evidence(
    *statements: Statement,
    removed: tuple[str, ...] = (),
    added: tuple[str, ...] = (),
    head: tuple[str, ...] = (),
    **more,
) -> Evidence:
    passage = Passage("b", ok=True, statements=statements, **more)
    steps = (Step("b", "upgrade", ok=True, removed=removed, added=added),)
    trace = Trace(("b",), steps, head=Snapshot(frozenset((*head, *added))))
    return Evidence(HISTORY, trace, measured=Measured("the newest", (passage,)))


def change(how: str, *columns: str, stage: str = "upgrade", samples: tuple[Value, ...] = (), **more) -> Change:
    return Change(stage, more.pop("table", ACCOUNT), how, 3, columns, samples, **more)


# -- rows that stop it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "sqlstate", "rule", "severity", "says"),
    [
        ("any", "23502", fails_on_any_row, Severity.ERROR, "a row has NULL there"),
        ("some", "23502", fails_on_some_rows, Severity.WARNING, "a row has NULL there"),
        ("some", "23505", fails_on_some_rows, Severity.WARNING, "two rows have the same value"),
        ("some", "23514", fails_on_some_rows, Severity.WARNING, "a row breaks the CHECK"),
        ("some", "23503", fails_on_some_rows, Severity.WARNING, "refers to one that is not there"),
        ("any", "23503", fails_on_some_rows, Severity.WARNING, "some rows that the table may hold"),
        ("some", None, fails_on_some_rows, Severity.WARNING, "it raises"),
        ("some", "22P02", cast_fails, Severity.WARNING, "a text is no value of the new type"),
        ("some", "22001", cast_fails, Severity.WARNING, "too long for the new type"),
        ("any", "22003", cast_fails, Severity.ERROR, "out of the range"),
    ],
)
def test_one_rule_speaks_of_a_fall_on_rows(rows, sqlstate, rule, severity, says) -> None:
    """At its line, in words, and with the server's own on which row it was."""
    fall = Fall(
        rows,
        "it is violated\nDETAIL:  Failing row contains (1).",
        sqlstate,
        "ALTER TABLE account ALTER c TYPE x",
        "b.py",
        7,
    )
    found = evidence(fall=fall)
    rules = (fails_on_any_row, fails_on_some_rows, cast_fails)
    (finding,) = (f for r in rules for f in r.judge(found))
    assert (finding.rule, finding.severity, finding.line) == (rule.RULE.name, severity, 7)
    assert says in finding.message
    assert finding.details[1] == "DETAIL:  Failing row contains (1)."


def test_arithmetic_out_of_range_is_no_cast() -> None:
    """And rows with the largest numbers are not all rows."""
    fall = Fall("any", "integer out of range", "22003", "UPDATE account SET a = b * 2", "b.py", 7)
    found = evidence(fall=fall)
    assert cast_fails.judge(found) == fails_on_any_row.judge(found) == []
    assert "a number is out of range" in fails_on_some_rows.judge(found)[0].message


def test_without_a_fall_no_rule_on_rows_speaks() -> None:
    """A revision that passes."""
    found = evidence(ran("ALTER TABLE account ADD nick text", 5))
    assert [f for r in (fails_on_any_row, fails_on_some_rows, cast_fails) for f in r.judge(found)] == []


# -- what stops it on every database --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sqlstate", "message", "sql", "rule"),
    [
        ("2BP01", "cannot drop column nick of table account because other objects depend on it", "", dependent_object),
        ("0A000", "cannot alter type of a column used by a view or rule", "", dependent_object),
        ("0A000", "cannot alter type of a column used in a policy definition", "", dependent_object),
        ("0A000", "partitioned tables cannot have that", "", upgrade_fails),
        ("42704", 'type "account_state" does not exist', "", object_missing),
        ("42704", 'role "app" does not exist', "", upgrade_fails),
        ("42P07", 'relation "account" already exists', "", object_missing),
        ("42601", "syntax error", "ALTER TABLE a ADD b int GENERATED ALWAYS AS (c)", object_missing),
        ("42601", "syntax error", "ALTER TABLE a ADD b int GENERATED ALWAYS AS (c) STORED", upgrade_fails),
        ("42601", "syntax error", "SELEC 1", upgrade_fails),
        ("42501", "permission denied to set parameter", "", privilege_missing),
        ("42501", 'permission denied to create extension "x"', "", upgrade_fails),
        ("42P01", 'relation "x" does not exist', "", upgrade_fails),
        (None, "no attribute create_indx", "", upgrade_fails),
    ],
)
def test_one_rule_speaks_of_an_upgrade_that_stops(sqlstate, message, sql, rule) -> None:
    """The one that says most of it; at the line that raised."""
    failure = Failure("Error", message, sqlstate, sql, "b.py", 9)
    trace = Trace(("b",), (Step("b", "upgrade", ok=False, failure=failure),))
    found = Evidence(HISTORY, trace, upgrade=Run(last="b", failure=failure))
    (finding,) = (f for r in (*STOPS, upgrade_fails) for f in r.judge(found))
    assert (finding.rule, finding.line, finding.revision) == (rule.RULE.name, 9, "b")
    assert message in finding.message


# -- tables and columns that are gone -------------------------------------------------------------------------------


def test_a_dropped_table_is_told_at_the_statement_that_drops_it() -> None:
    """Not at the one before it on the same table."""
    statements = (ran("LOCK TABLE account", 4, "LOCK TABLE"), ran("DROP TABLE account", 5, "DROP TABLE"))
    found = evidence(*statements, removed=(TABLE, column("id")), changes=(change("values gone"),))
    (finding,) = drops_table.judge(found)
    assert (finding.object, finding.line, finding.severity) == (ACCOUNT, 5, Severity.ERROR)
    assert drops_column.judge(found) == []


def test_what_held_no_row_is_dropped_all_the_same() -> None:
    """What could not be filled, or fell on its rows, is not empty in production."""
    found = evidence(ran("DROP TABLE account", 5, "DROP TABLE"), removed=(TABLE,))
    empty = replace(found, measured=replace(found.measured, unfilled=(Unfilled(ACCOUNT, "a CHECK"),)))
    assert [f.object for f in drops_table.judge(empty)] == [ACCOUNT]
    column_ = evidence(ran("ALTER TABLE account DROP nick", 5), removed=(column("nick"),), rows="none")
    assert [f.object for f in drops_column.judge(column_)] == ["public.account.nick"]


def test_a_column_that_is_dropped_and_made_again_has_lost_its_values() -> None:
    """Though there is one of its name afterwards."""
    statements = (ran("ALTER TABLE account DROP total", 5), ran("ALTER TABLE account ADD total int", 6))
    found = evidence(*statements, changes=(change("values gone", "total"),))
    assert [(f.object, f.line) for f in drops_column.judge(found)] == [("public.account.total", 5)]


def test_a_column_whose_values_are_all_elsewhere_is_no_loss() -> None:
    """Rows were there, and none of their values was seen to go."""
    found = evidence(ran("ALTER TABLE account DROP nick", 5), removed=(column("nick"),), added=(column("name"),))
    assert drops_column.judge(found) == []


@pytest.mark.parametrize(
    "found",
    [
        evidence(ran("DROP TABLE account", 5, "DROP TABLE"), removed=(TABLE,), created=(ACCOUNT,)),
        evidence(
            ran("ALTER TABLE account RENAME TO person", 5), removed=(TABLE,), added=(line("table", "public.person"),)
        ),
        evidence(
            ran("ALTER TABLE account ADD a int", 5), removed=(TABLE,), added=(line("table", ACCOUNT, comment="x"),)
        ),
    ],
    ids=["made in this deploy", "renamed", "altered"],
)
def test_no_table_is_dropped(found: Evidence) -> None:
    """Or none that was in use."""
    assert drops_table.judge(found) == []


def test_each_dropped_column_is_one_finding() -> None:
    """At its own statement, with the values that were there."""
    gone = (
        change("values gone", "nick", samples=(Value("id = 1", "nick", "joe", None),)),
        change("values gone", '"E-mail"'),
    )
    found = evidence(
        ran("ALTER TABLE account DROP COLUMN nick", 5),
        ran('ALTER TABLE account DROP COLUMN "E-mail"', 6),
        removed=(column("nick"), column('"E-mail"')),
        changes=gone,
    )
    told = {f.object: f for f in drops_column.judge(found)}
    assert {o: f.line for o, f in told.items()} == {"public.account.nick": 5, 'public.account."E-mail"': 6}
    assert told["public.account.nick"].details[1] == "id = 1: nick was 'joe'"


@pytest.mark.parametrize(
    "found",
    [
        evidence(
            ran("ALTER TABLE account RENAME nick TO name", 5),
            removed=(column("nick"),),
            added=(column("name"),),
            rows="none",
        ),
        evidence(ran("ALTER TABLE account DROP nick", 5), removed=(column("nick", generated="s x"),), rows="none"),
        evidence(ran("ALTER TABLE account DROP nick", 5), removed=(column("nick"),), created=(ACCOUNT,), rows="none"),
        evidence(ran("ALTER TABLE account DROP CONSTRAINT nick", 5)),
    ],
    ids=["renamed", "computed from others", "of a new table", "a constraint"],
)
def test_no_column_is_dropped(found: Evidence) -> None:
    """Or nothing is lost with it."""
    assert drops_column.judge(found) == []


def test_a_table_that_is_dropped_and_made_again_is_one_finding() -> None:
    """And none of a deleted row or a dropped table."""
    statements = (ran("DROP TABLE account", 5, "DROP TABLE"), ran("CREATE TABLE account (id int)", 6, "CREATE TABLE"))
    found = evidence(*statements, changes=(change("rows gone"),))
    assert [(f.object, f.line) for f in drops_first.judge(found)] == [(ACCOUNT, 5)]
    assert [f for r in (drops_table, truncates, deletes_rows) for f in r.judge(found)] == []


def test_what_cascade_drops_is_told_as_the_server_lists_it() -> None:
    """What goes with a table in any case, the server says at another level."""
    notices = (
        Notice(
            "NOTICE", "00000", "drop cascades to 2 other objects", "drop cascades to view a\ndrop cascades to view b"
        ),
        Notice("DEBUG", "00000", "drop auto-cascades to index c"),
    )
    (finding,) = cascades.judge(evidence(ran("DROP TABLE account CASCADE", 5, "DROP TABLE", notices=notices)))
    assert (finding.details, finding.line) == (("view a", "view b"), 5)
    quiet = ran("DROP TABLE account", 5, "DROP TABLE", notices=notices[1:])
    assert cascades.judge(evidence(quiet)) == []


# -- rows and values ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "tag", "rule"),
    [
        ("DELETE FROM account -- WHERE none", "DELETE 3", truncates),
        ("TRUNCATE account", "TRUNCATE TABLE", truncates),
        ("DELETE FROM account WHERE id > 1", "DELETE 3", deletes_rows),
        ("DO $$ BEGIN PERFORM 1; END $$", "DO", deletes_rows),
    ],
)
def test_rows_that_are_gone_are_told_once(sql: str, tag: str, rule) -> None:
    """By whether all of them are meant, whatever they are."""
    rows = () if tag.startswith("TRUNCATE") else (Touched(ACCOUNT, deleted=3),)
    statements = (ran("ALTER TABLE account ADD a int", 4), ran(sql, 5, tag, rows=rows))
    found = evidence(*statements, changes=(change("rows gone"),))
    (finding,) = (f for r in (truncates, deletes_rows) for f in r.judge(found))
    assert (finding.rule, finding.line, finding.object) == (rule.RULE.name, 5, ACCOUNT)


@pytest.mark.parametrize(
    ("sql", "tag", "severity", "says"),
    [
        ("ALTER TABLE account ALTER amount TYPE numeric(12)", "ALTER TABLE", Severity.ERROR, "nothing says so"),
        ("UPDATE account SET amount = 0", "UPDATE 3", Severity.ERROR, "overwritten"),
        ("UPDATE account SET amount = 0 WHERE amount < 0", "UPDATE 1", Severity.WARNING, "overwritten"),
    ],
)
def test_values_that_are_others_are_told_at_their_statement(sql, tag, severity, says) -> None:
    """With samples; an UPDATE with a condition says what it means."""
    samples = (Value("id=1", "amount", "1.25", "1"),)
    statements = (ran("ALTER TABLE account ADD x int", 4), ran(sql, 5, tag, rows=(Touched(ACCOUNT, updated=3),)))
    found = evidence(*statements, changes=(change("values changed", "amount", samples=samples),))
    (finding,) = changes_values.judge(found)
    assert (finding.line, finding.severity, finding.object) == (5, severity, "public.account.amount")
    assert says in finding.message
    assert "id=1: amount '1.25' → '1'" in finding.details


def test_a_lock_that_is_held_since_an_earlier_statement_is_no_write() -> None:
    """Of two tables with a column of that name, the one that the statement wrote."""
    samples = (Value("id=1", "amount", "1.25", "1"),)
    own = ran("UPDATE account SET amount = 1 WHERE id = 1", 4, "UPDATE 1", rows=(Touched(ACCOUNT, updated=1),))
    later = ran("UPDATE other SET amount = 1 WHERE id = 1", 5, "UPDATE 1", rows=(Touched("public.other", updated=1),))
    found = evidence(own, later, changes=(change("values changed", "amount", samples=samples),))
    assert [f.line for f in changes_values.judge(found)] == [4]


@pytest.mark.parametrize(("together", "told"), [(True, 0), (False, 1)])
@pytest.mark.parametrize("sql", ["ALTER TABLE account ADD amount int", "ALTER TABLE account RENAME total TO amount"])
def test_filling_a_column_of_the_same_deploy_overwrites_nothing(sql: str, together: bool, told: int) -> None:
    """Nobody has written it yet; one that was renamed somebody has."""
    first = Passage("a", ok=True, statements=(ran(sql, 4),))
    second = Passage("b", ok=True, changes=(change("values changed", "amount"),))
    steps = (Step("a", "upgrade", ok=True, added=(column("amount"),)), Step("b", "upgrade", ok=True))
    found = Evidence(HISTORY, Trace(("a", "b"), steps), measured=Measured("", (first, second), together=together))
    assert len(changes_values.judge(found)) == (1 if "RENAME" in sql else told)


def test_the_time_zone_that_decides_is_named() -> None:
    """In its own words."""
    found = evidence(
        ran("ALTER TABLE account ALTER seen TYPE timestamptz", 5),
        changes=(change("values changed", "seen", zone="UTC"),),
    )
    (finding,) = changes_values.judge(found)
    assert "the time zone of the session, here UTC" in finding.message


def test_a_zone_that_the_revision_names_is_no_sessions() -> None:
    """It may well be the same."""
    sql = "ALTER TABLE account ALTER seen TYPE timestamptz USING seen AT TIME ZONE 'UTC'"
    assert changes_values.judge(evidence(ran(sql, 5), changes=(change("values changed", "seen", zone="UTC"),))) == []


def test_what_a_trigger_writes_beside_an_update_is_information() -> None:
    """Such as when the row was last changed."""
    update = ran("UPDATE account SET nick = 'x' WHERE nick IS NULL", 5, "UPDATE 3")
    (finding,) = changes_values.judge(evidence(update, changes=(change("values changed", "updated_at"),)))
    assert (finding.severity, "by a trigger" in finding.message) == (Severity.INFO, True)


# -- the way back ---------------------------------------------------------------------------------------------------


def test_what_only_the_way_back_loses_is_told() -> None:
    """At the downgrade."""
    found = evidence(changes=(change("values changed", "amount", stage="downgrade"),))
    (finding,) = downgrade_loses.judge(found)
    assert (finding.direction, finding.line, finding.object) == ("downgrade", 30, "public.account.amount")


@pytest.mark.parametrize(
    "found",
    [
        evidence(changes=(change("values gone", "nick"), change("values changed", "nick", stage="downgrade"))),
        evidence(added=(column("region"),), changes=(change("values gone", "region", stage="downgrade"),)),
        evidence(changes=(change("rows gone"), change("rows gone", stage="downgrade"))),
        evidence(created=(ACCOUNT,), changes=(change("rows gone", stage="downgrade"),)),
        evidence(changes=(change("values changed", "amount"),)),
    ],
    ids=["lost before", "a new column", "rows lost before", "a new table", "the upgrade itself"],
)
def test_what_the_way_back_cannot_keep_is_no_news(found: Evidence) -> None:
    """The upgrade lost it, or made it."""
    assert downgrade_loses.judge(found) == []


@pytest.mark.parametrize(
    ("sql", "severity"),
    [("UPDATE account SET updated_at = now()", Severity.WARNING), ("UPDATE account SET nick = 'x'", Severity.INFO)],
)
def test_what_a_trigger_writes_on_the_way_back_is_information(sql: str, severity: Severity) -> None:
    """The statement does not name it."""
    found = evidence(changes=(change("values changed", "updated_at", stage="downgrade"),))
    back = Step("b", "downgrade", ok=True, statements=(Statement(sql, "b.py", 31, 0.1),))
    (finding,) = downgrade_loses.judge(replace(found, trace=Trace(("b",), (*found.trace.steps, back))))
    assert (finding.severity, finding.line) == (severity, 31)


def test_what_the_second_upgrade_loses_is_told_at_the_upgrade() -> None:
    """Where the downgrade kept it."""
    (finding,) = downgrade_loses.judge(evidence(changes=(change("rows gone", stage="again"),)))
    assert (finding.direction, finding.object) == ("upgrade", ACCOUNT)


# -- what is declared ------------------------------------------------------------------------------------------------


def declaring(found: Evidence, *targets: str) -> Evidence:
    return replace(found, declared=(("b", tuple(Declared(t, "it is meant", 4) for t in targets)),))


def test_a_declared_loss_is_accepted_with_its_reason() -> None:
    """By table or by column; any other loss is not."""
    gone = (change("values gone", "nick"), change("values gone", "email"))
    found = evidence(removed=(column("nick"), column("email")), changes=gone)
    told = {f.object: f.accepted for f in drops_column.judge(declaring(found, "account.nick"))}
    assert told == {"public.account.nick": "in the revision: it is meant", "public.account.email": None}
    assert all(f.accepted for f in drops_column.judge(declaring(found, "account")))


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        (changes_values, change("values changed", "amount")),
        (deletes_rows, change("rows gone")),
        (downgrade_loses, change("rows gone", stage="downgrade")),
    ],
)
def test_every_rule_on_lost_rows_and_values_takes_a_declaration(rule, what: Change) -> None:
    """And it is not stale."""
    found = declaring(evidence(ran("ALTER TABLE account …", 5), changes=(what,)), "public.account")
    assert [f.accepted for f in rule.judge(found)] == ["in the revision: it is meant"]
    assert stale_declaration.judge(found) == []


def test_what_is_declared_and_not_lost_is_told_at_the_comment() -> None:
    """Only where rows were there to be lost."""
    found = declaring(evidence(changes=(change("values gone", "nick"),)), "account.nick", "account.email")
    assert [(f.object, f.line) for f in stale_declaration.judge(found)] == [("account.email", 4)]
    assert stale_declaration.judge(declaring(evidence(rows="none"), "account")) == []
    measured = replace(found.measured, unfilled=(Unfilled(ACCOUNT, "a CHECK"),))
    assert stale_declaration.judge(replace(found, measured=measured)) == []


# -- guards ---------------------------------------------------------------------------------------------------------


def constraint(name: str, definition: str) -> str:
    return line("constraint", f"{ACCOUNT}.{name}", ACCOUNT, definition=definition)


def index(name: str, definition: str) -> str:
    return line("index", f"public.{name}", ACCOUNT, definition=definition, constraint=None)


POSITIVE = constraint("ck", "CHECK ((amount > 0))")
UNIQUE = constraint("uq", "UNIQUE (email)")
UNIQUE_INDEX = index("ux", "CREATE UNIQUE INDEX ux ON public.account USING btree (email)")
KEY = constraint("fk", "FOREIGN KEY (owner) REFERENCES public.owner(id)")
PRESENT = constraint("present", "CHECK ((email IS NOT NULL))")


@pytest.mark.parametrize(
    ("removed", "added", "object_"),
    [
        ((POSITIVE,), (), f"{ACCOUNT}.ck"),
        ((UNIQUE,), (constraint("uq2", "UNIQUE (email, region)"),), f"{ACCOUNT}.uq"),
        ((UNIQUE_INDEX,), (), "public.ux"),
        ((KEY,), (POSITIVE,), f"{ACCOUNT}.fk"),
        ((POSITIVE,), (constraint("other", "CHECK ((size > 0))"),), f"{ACCOUNT}.ck"),
        ((PRESENT,), (), f"{ACCOUNT}.present"),
        ((column("email", not_null=True),), (column("email"),), f"{ACCOUNT}.email"),
    ],
)
def test_a_guard_that_is_gone_is_told(removed, added, object_) -> None:
    """What is weaker, or of something else, does not take its place."""
    found = evidence(removed=removed, added=added, head=(column("amount", type="int"), column("size"), column("email")))
    assert [f.object for f in guard_removed.judge(found)] == [object_]


@pytest.mark.parametrize(
    ("removed", "added"),
    [
        ((POSITIVE,), (constraint("ck2", "CHECK ((amount >= 0))"),)),
        ((POSITIVE,), (constraint("ck", "CHECK ((amount >= 0))"),)),
        ((UNIQUE,), (UNIQUE_INDEX,)),
        ((UNIQUE,), (constraint("pk", "PRIMARY KEY (email)"),)),
        ((KEY,), (constraint("fk2", "FOREIGN KEY (owner) REFERENCES public.owner(id) ON DELETE CASCADE"),)),
        ((POSITIVE, column("amount")), ()),
        ((KEY, line("table", "public.owner")), ()),
        ((TABLE, POSITIVE, UNIQUE), ()),
        ((PRESENT, column("email")), (column("email", not_null=True),)),
        ((index("ix", "CREATE INDEX ix ON public.account USING btree (email)"),), ()),
    ],
    ids=[
        *("another check", "changed", "index for constraint", "key for unique", "another action", "with its column"),
        *("with what it refers to", "with its table", "proof of NOT NULL", "plain index"),
    ],
)
def test_a_guard_that_is_replaced_or_goes_with_its_own_is_not_told(removed, added) -> None:
    """Something else takes its place, or there is nothing left to guard."""
    assert guard_removed.judge(evidence(removed=removed, added=added, head=(column("amount"),))) == []


# -- functions, types, sequences ------------------------------------------------------------------------------------

LABEL = line("function", "public.account_label(integer)")
STATE = line("enum", "public.account_state", labels=["a"])


def test_a_dropped_function_is_told_at_its_statement() -> None:
    """It locks no table."""
    dropped = ran("DROP FUNCTION account_label(integer)", 5, "DROP FUNCTION", locks=())
    (finding,) = drops_type_or_function.judge(evidence(dropped, removed=(LABEL,)))
    assert (finding.object, finding.line) == ("public.account_label(integer)", 5)


@pytest.mark.parametrize(
    ("sql", "removed", "added"),
    [
        ("ALTER FUNCTION account_label(integer) RENAME TO account_text", (LABEL,), ()),
        ("DROP TYPE account_state", (STATE, column("state", type="account_state")), ()),
        ("DROP TYPE account_state", (STATE, column("state", type="account_state")), (column("state"),)),
        (
            "CREATE OR REPLACE FUNCTION account_label",
            (LABEL,),
            (line("function", "public.account_label(integer)", x=1),),
        ),
        (
            "DROP FUNCTION account_label(integer)",
            (LABEL, line("trigger", f"{ACCOUNT}.t", ACCOUNT, definition="CREATE TRIGGER t EXECUTE account_label()")),
            (),
        ),
    ],
    ids=["renamed", "with its column", "with its use", "replaced", "with its trigger"],
)
def test_what_goes_with_its_use_or_stays_is_not_told(sql, removed, added) -> None:
    """Nothing can call it but what is gone."""
    found = evidence(ran(sql, 5, " ".join(sql.split()[:2]), locks=()), removed=removed, added=added)
    assert drops_type_or_function.judge(found) == []
