"""The rules on locks, indexes, timeouts and transactions, over passages made by hand."""

import json
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from alembic_proof.checks import upgrade_fails
from alembic_proof.checks.safety import (
    autocommit_impossible,
    drop_index,
    drops_other_indexes,
    enum_value_used,
    exclusion_builds_index,
    explicit_lock,
    foreign_key_without_index,
    held_long,
    index_blocks_writes,
    index_gap,
    index_on_partitioned,
    invalid_index,
    long_timeout,
    more_under_exclusive,
    new_table_locks_parent,
    no_timeout,
    not_atomic,
    not_rerunnable,
    own_transaction,
    primary_key_builds_index,
    referenced_table,
    refused_in_transaction,
    reindex,
    several_scans,
    several_tables,
    short_block,
    table_in_several_revisions,
    timeout_lost,
    unique_builds_index,
)
from alembic_proof.effects import Blocked, Effects, Index, Lock, Notice, Rerun, Touched
from alembic_proof.findings import Finding, Severity
from alembic_proof.history import Function, History, Revision
from alembic_proof.trace import Evidence, Failure, Measured, Passage, Run, Statement, Step, Trace

ACCOUNT, PURCHASE, KIND = "public.account", "public.purchase", "public.account_kind"
HISTORY = History(
    tuple(Revision(f"{n}.py", n, upgrade=Function("code", 3), downgrade=Function("code", 30)) for n in ("a", "b"))
)
BUILDS = (
    index_blocks_writes,
    unique_builds_index,
    primary_key_builds_index,
    exclusion_builds_index,
    index_on_partitioned,
)
INDEXES = (*BUILDS, drop_index, reindex, invalid_index, drops_other_indexes, index_gap, foreign_key_without_index)
LOCKS = (
    no_timeout,
    long_timeout,
    timeout_lost,
    more_under_exclusive,
    several_tables,
    referenced_table,
    new_table_locks_parent,
    short_block,
    explicit_lock,
    held_long,
    several_scans,
    table_in_several_revisions,
)
TRANSACTIONS = (own_transaction, not_atomic, not_rerunnable)
STOPS = (refused_in_transaction, enum_value_used, autocommit_impossible)
ALL = (*INDEXES, *LOCKS, *TRANSACTIONS, *STOPS)
READS_AND_WRITES = ("select", "insert", "update", "delete")


def exclusive(
    table: str = ACCOUNT, *, taken: bool = True, mode: str = "AccessExclusiveLock", kind: str = "table"
) -> Lock:
    return Lock(table, kind, mode, table, taken)


def ran(sql: str, *locks: Lock, line: int = 1, tag: str = "", seconds: float = 0.01, **effects: object) -> Statement:
    """A statement, by default under a timeout of two seconds; what is locked strongly waits."""
    strong = [k for k in locks if k.mode in ("AccessExclusiveLock", "ShareLock", "ShareRowExclusiveLock")]
    operations = {True: READS_AND_WRITES, False: READS_AND_WRITES[1:]}
    blocked = tuple(sorted(Blocked(k.relation, operations[k.mode == "AccessExclusiveLock"]) for k in strong))
    given = {"tag": tag or _tag(sql), "lock_timeout": 2000, "locks": locks, "blocked": blocked, **effects}
    return Statement(sql, "b.py", line, seconds, effects=Effects(**given))  # type: ignore[arg-type]


def _tag(sql: str) -> str:
    words = sql.upper().replace("UNIQUE ", "").split()
    return " ".join(words[:2]) if words[0] in ("ALTER", "CREATE", "DROP", "LOCK") else words[0]


def passage(*statements: Statement, revision: str = "b", **more: object) -> Passage:
    return Passage(revision, ok=True, statements=statements, **more)  # type: ignore[arg-type]


def evidence(
    *passages: Passage, removed: tuple[str, ...] = (), added: tuple[str, ...] = (), together: bool = True
) -> Evidence:
    steps = (Step("b", "upgrade", ok=True, removed=removed, added=added),)
    return Evidence(HISTORY, Trace(("a", "b"), steps), measured=Measured("new", passages, together=together))


def found(rule: ModuleType, *statements: Statement, **facts: tuple[str, ...]) -> list[Finding]:
    findings: list[Finding] = rule.judge(evidence(passage(*statements), **facts))
    return findings


def speaking(seen: Evidence, rules: tuple[ModuleType, ...] = ALL) -> list[str]:
    return [f.rule for rule in rules for f in rule.judge(seen)]


def fact(kind: str, identity: str, parent: str | None = None, **payload: object) -> str:
    return json.dumps([kind, identity, parent, payload])


def index(name: str, keys: str, table: str = ACCOUNT, **payload: object) -> str:
    definition = f"CREATE INDEX {name} ON {table} USING btree ({keys})"
    return fact("index", f"public.{name}", table, **{"definition": definition, "valid": True, **payload})


ADD = "ALTER TABLE account ADD COLUMN note text"
SET_LOCAL = "SET LOCAL lock_timeout = '2s'"
BUILD: dict[str, Any] = {"built": ("public.account_email",), "scanned": (ACCOUNT,)}


def test_a_nullable_column_under_a_timeout_is_nothing_to_tell() -> None:
    """Nor is a reading, a comment, or an index that is built concurrently."""
    statements = (
        ran("SELECT 1", tag="SELECT 1"),
        ran(ADD, exclusive()),
        ran("COMMENT ON TABLE account IS 'x'", exclusive(taken=False), tag="COMMENT"),
    )
    assert speaking(evidence(passage(*statements))) == []
    weak = exclusive(mode="ShareUpdateExclusiveLock")
    concurrent = ran("CREATE INDEX CONCURRENTLY account_email ON account (email)", weak, autocommit=True, **BUILD)
    assert speaking(evidence(passage(replace(concurrent, seconds=60.0)))) == []


def test_what_nobody_uses_yet_is_not_told() -> None:
    """Statements on new tables lock nothing that existed."""
    made = (ran("CREATE TABLE account (id int)", lock_timeout=0), ran(ADD, lock_timeout=0, transaction=1))
    assert speaking(evidence(passage(*made, created=(ACCOUNT,)))) == []


# -- timeouts -------------------------------------------------------------------------------------------------------


def test_locks_without_a_timeout_are_told_once_for_a_revision() -> None:
    """The first, with who waits; the others as details."""
    first = ran(ADD, exclusive(), line=4, lock_timeout=0)
    second = ran("DROP TRIGGER t ON purchase", exclusive(PURCHASE), line=5, lock_timeout=0)
    (finding,) = found(no_timeout, first, second)
    assert finding.line == 4
    assert finding.severity is Severity.ERROR
    assert finding.message == (
        "ALTER TABLE waits without end for AccessExclusiveLock on account: reads and writes of account wait until it "
        "commits"
    )
    assert finding.details == ("and so do:", "line 5: DROP TRIGGER t ON purchase")


@pytest.mark.parametrize(
    "statement",
    [
        ran(ADD, exclusive(), lock_timeout=0, statement_timeout=5000),
        ran("LOCK TABLE account NOWAIT", exclusive(), lock_timeout=0),
        ran("ALTER TABLE account VALIDATE CONSTRAINT c", exclusive(mode="ShareUpdateExclusiveLock"), lock_timeout=0),
        ran("UPDATE account SET id = id", exclusive(mode="RowExclusiveLock"), lock_timeout=0),
        ran(ADD, exclusive(taken=False), lock_timeout=0),
        ran("ALTER SEQUENCE s", exclusive("public.s", kind="sequence"), lock_timeout=0),
    ],
    ids=["statement timeout", "nowait", "validate", "rows", "held already", "sequence"],
)
def test_what_needs_no_lock_timeout(statement: Statement) -> None:
    """It does not wait, something else ends it, or nobody has to wait for it."""
    assert speaking(evidence(passage(statement)), (no_timeout, long_timeout, timeout_lost)) == []


def test_a_lock_on_a_view_is_waited_for_as_well() -> None:
    """Its readers stand behind."""
    (finding,) = found(no_timeout, ran("DROP VIEW v", exclusive("public.v", kind="view"), lock_timeout=0))
    assert "AccessExclusiveLock on v" in finding.message


@pytest.mark.parametrize(("milliseconds", "told"), [(10_000, 0), (10_001, 1), (300_000, 1)])
def test_a_timeout_longer_than_ten_seconds_is_told(milliseconds: int, told: int) -> None:
    """A warning: it ends, but late."""
    findings = found(long_timeout, ran(ADD, exclusive(), lock_timeout=milliseconds))
    assert [f.severity for f in findings] == [Severity.WARNING] * told


@pytest.mark.parametrize(
    ("milliseconds", "words"), [(12_500, "12.5 s"), (60_000, "60 s"), (120_000, "2 min"), (150_000, "150 s")]
)
def test_a_long_timeout_is_told_in_words(milliseconds: int, words: str) -> None:
    """Whole minutes as minutes."""
    (finding,) = found(long_timeout, ran(ADD, exclusive(), lock_timeout=milliseconds))
    assert finding.message.endswith(f"on account up to {words}, and everybody behind it")


def test_the_shorter_of_two_timeouts_counts() -> None:
    """Either ends the wait."""
    assert found(long_timeout, ran(ADD, exclusive(), lock_timeout=60_000, statement_timeout=3000)) == []


def test_a_timeout_that_is_set_after_the_lock_is_told_as_that_and_not_as_none() -> None:
    """An error: it bounds nothing."""
    statements = (
        ran(ADD, exclusive(), line=4, lock_timeout=0),
        ran("SET lock_timeout = '2s'", line=5),
        ran("ALTER TABLE purchase ADD x int", exclusive(PURCHASE), line=6),
    )
    (finding,) = found(long_timeout, *statements)
    assert (finding.line, finding.severity) == (4, Severity.ERROR)
    assert finding.message.endswith("without end: the timeout is set only at line 5")
    assert found(no_timeout, *statements) == []
    never = (statements[0], ran("SET lock_timeout = 0", lock_timeout=0), statements[2])
    assert found(long_timeout, *never) == []
    assert len(found(no_timeout, *never)) == 1


def test_the_weakest_lock_that_stops_writers_needs_a_timeout() -> None:
    """ShareLock, of an index."""
    (finding,) = found(no_timeout, ran("CREATE INDEX i ON account (x)", exclusive(mode="ShareLock"), lock_timeout=0))
    assert finding.message.endswith("ShareLock on account: writes of account wait until it commits")


@pytest.mark.parametrize("sql", [SET_LOCAL, "SELECT set_config('lock_timeout', '2s', true)"])
def test_a_local_timeout_is_over_with_its_transaction(sql: str) -> None:
    """And only the rule on lost timeouts speaks of what comes then."""
    statements = (
        ran(sql, line=3),
        ran("CREATE INDEX CONCURRENTLY i ON account (x)", line=5, transaction=2, autocommit=True, lock_timeout=0),
        ran(ADD, exclusive(), line=6, transaction=3, lock_timeout=0),
    )
    (finding,) = found(timeout_lost, *statements)
    assert finding.line == 6
    assert finding.message.endswith(
        "waits without end for AccessExclusiveLock on account: the timeout of line 3 is over"
    )
    assert speaking(evidence(passage(*statements)), (no_timeout, long_timeout)) == []


@pytest.mark.parametrize(
    ("setting", "transaction", "now"),
    [
        (SET_LOCAL, 1, 2000),  # the same transaction
        ("SET lock_timeout = '2s'", 2, 2000),  # for the session
        (SET_LOCAL, 2, 2000),  # env.py's own is the same
        (SET_LOCAL, 2, 1000),  # or shorter
    ],
)
def test_a_timeout_that_still_holds_is_not_lost(setting: str, transaction: int, now: int) -> None:
    """Or another that is at least as short."""
    after = ran(ADD, exclusive(), transaction=transaction, lock_timeout=now)
    assert found(timeout_lost, ran(setting), after) == []


def test_a_longer_timeout_in_the_place_of_a_local_one_is_told() -> None:
    """The revision asked for less."""
    (finding,) = found(timeout_lost, ran(SET_LOCAL), ran(ADD, exclusive(), transaction=2, lock_timeout=60_000))
    assert "waits up to 60 s" in finding.message
    assert found(long_timeout, ran(SET_LOCAL), ran(ADD, exclusive(), transaction=2, lock_timeout=60_000)) == []


@pytest.mark.parametrize(
    "warning",
    [
        Notice("WARNING", "25P01", "SET LOCAL can only be used in transaction blocks"),
        Notice("WARNING", "", "SET LOCAL can only be used in transaction blocks"),
    ],
)
def test_a_local_timeout_without_a_transaction_has_no_effect(warning: Notice) -> None:
    """As the server warns, with or without a SQLSTATE; told at the setting where no lock follows, else at the lock."""
    setting = ran(SET_LOCAL, line=3, autocommit=True, lock_timeout=0, notices=(warning,))
    (alone,) = found(timeout_lost, setting)
    assert alone.line == 3
    after = ran(ADD, exclusive(), line=4, transaction=2, autocommit=True, lock_timeout=0)
    (finding,) = found(timeout_lost, setting, after)
    assert finding.line == 4
    assert found(no_timeout, setting, after) == []


# -- indexes --------------------------------------------------------------------------------------------------------


def told(*statements: Statement, **facts: tuple[str, ...]) -> list[str]:
    return speaking(evidence(passage(*statements), **facts), BUILDS)


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("CREATE INDEX account_email ON account (email)", index_blocks_writes),
        ("CREATE UNIQUE INDEX account_email ON account (email)", index_blocks_writes),
        ("ALTER TABLE account ADD CONSTRAINT account_email UNIQUE (email)", unique_builds_index),
        ("ALTER TABLE account ADD COLUMN x int UNIQUE", unique_builds_index),
        ("ALTER TABLE account ADD CONSTRAINT account_email PRIMARY KEY (email)", primary_key_builds_index),
        ("ALTER TABLE account ADD EXCLUDE USING gist (seat WITH &&)", exclusion_builds_index),
    ],
)
def test_what_the_index_is_for_decides_which_rule_speaks(sql: str, rule: ModuleType) -> None:
    """And no other one does."""
    assert told(ran(sql, exclusive(), **BUILD)) == [rule.RULE.name]


@pytest.mark.parametrize(
    ("definition", "rule"),
    [
        ("UNIQUE (email)", unique_builds_index),
        ("PRIMARY KEY (email)", primary_key_builds_index),
        ("EXCLUDE USING gist (email WITH =)", exclusion_builds_index),
        (None, index_blocks_writes),
    ],
)
def test_of_a_block_the_facts_say_what_the_index_is_for(definition: str | None, rule: ModuleType) -> None:
    """Its text need not."""
    added = [index("account_email", "email", constraint="account_email" if definition else None)]
    if definition:
        added.append(fact("constraint", f"{ACCOUNT}.account_email", ACCOUNT, definition=definition))
    block = ran("DO $$ BEGIN PERFORM make_index(); END $$", exclusive(mode="ShareLock"), **BUILD)
    assert told(block, added=tuple(added)) == [rule.RULE.name]


def test_the_constraint_of_another_index_says_nothing_of_this_one() -> None:
    """Nor does an index without one."""
    others = (
        index("account_other", "x", constraint="account_other"),
        fact("constraint", f"{ACCOUNT}.account_other", ACCOUNT, definition="UNIQUE (x)"),
    )
    block = ran("DO $$ BEGIN PERFORM make_index(); END $$", exclusive(mode="ShareLock"), **BUILD)
    assert told(block, added=(index("account_email", "email"), *others)) == [index_blocks_writes.RULE.name]


def test_attaching_a_partition_builds_the_indexes_that_it_lacks() -> None:
    """While nobody reads or writes it."""
    locks = (exclusive("public.p1"), exclusive(mode="ShareUpdateExclusiveLock", kind="partitioned table"))
    sql = "ALTER TABLE account ATTACH PARTITION p1 DEFAULT"
    (finding,) = found(index_blocks_writes, ran(sql, *locks, built=("public.p1_x",), scanned=("public.p1",)))
    assert finding.message.startswith("ALTER TABLE builds p1_x under AccessExclusiveLock: reads and writes of p1 wait")


def test_a_primary_key_that_is_made_again_under_its_name_is_built() -> None:
    """The server calls it rebuilt."""
    sql = "ALTER TABLE account ADD CONSTRAINT account_pkey PRIMARY KEY (id)"
    again = ran(sql, exclusive(taken=False), rebuilt=("public.account_pkey",), scanned=(ACCOUNT,))
    assert told(again) == [primary_key_builds_index.RULE.name]


@pytest.mark.parametrize(
    "statement",
    [
        ran("ALTER TABLE account ADD UNIQUE USING INDEX account_email", exclusive()),
        ran("ALTER TABLE account ALTER x TYPE bigint", exclusive(), rebuilt=("public.i",), scanned=(ACCOUNT,)),
        ran("ALTER TABLE account ADD x serial UNIQUE", exclusive(), rewritten=(ACCOUNT,), **BUILD),
        ran("CREATE INDEX i ON ONLY account (x)", exclusive(mode="ShareLock"), built=("public.i",)),
        ran(
            "CREATE INDEX i ON account (x)", exclusive(mode="ShareLock", kind="materialized view"), blocked=(), **BUILD
        ),
    ],
    ids=["using index", "type", "copy", "only", "materialized view"],
)
def test_what_builds_no_index_while_others_wait(statement: Statement) -> None:
    """Or is told by another rule, or stops nobody."""
    assert told(statement) == []


def test_an_index_on_a_partitioned_table_is_one_finding() -> None:
    """Not one for each partition."""
    locks = [exclusive("public.p1", mode="ShareLock"), exclusive(mode="ShareLock", kind="partitioned table")]
    built = ("public.account_email", "public.p1_email")
    statement = ran("CREATE INDEX account_email ON account (email)", *locks, built=built, scanned=("public.p1",))
    known = tuple(
        Index(f"public.{n}", t, ("email",), True, False, "btree")
        for n, t in zip(("account_email", "p1_email"), (ACCOUNT, "public.p1"), strict=True)
    )
    seen = evidence(passage(statement, indexes=known))
    assert speaking(seen, BUILDS) == [index_on_partitioned.RULE.name]
    (finding,) = index_on_partitioned.judge(seen)
    assert finding.message.startswith(
        "CREATE INDEX builds account_email and p1_email under ShareLock: writes of account"
    )


def test_of_a_partition_alone_it_is_an_index_as_any() -> None:
    """Also where the partitioned table is locked, too."""
    locks = [exclusive("public.p1", mode="ShareLock"), exclusive(mode="AccessShareLock", kind="partitioned table")]
    statement = ran("CREATE INDEX p1_x ON p1 (x)", *locks, built=("public.p1_x",), scanned=("public.p1",))
    known = (Index("public.p1_x", "public.p1", ("x",), True, False, "btree"),)
    assert speaking(evidence(passage(statement, indexes=known)), BUILDS) == [index_blocks_writes.RULE.name]


def test_an_index_is_dropped_with_or_without_a_lock_that_readers_meet() -> None:
    """Outside of a transaction it may still be without CONCURRENTLY."""
    (finding,) = found(drop_index, ran("DROP INDEX i", exclusive(), autocommit=True))
    assert finding.message.endswith("reads and writes of account wait until it ends")
    parts = (exclusive(kind="partitioned table"), exclusive("public.p1"))
    assert found(drop_index, ran("DROP INDEX i", *parts)) == []
    weak = exclusive(mode="ShareUpdateExclusiveLock")
    assert found(drop_index, ran("DROP INDEX CONCURRENTLY i", weak, autocommit=True)) == []
    assert found(drop_index, ran("DROP INDEX IF EXISTS i")) == []
    assert found(drop_index, ran("DROP INDEX i", exclusive(kind="partitioned table"))) == []


def test_a_reindex_is_told_with_those_who_wait() -> None:
    """Readers too, whatever the lock on the table says."""
    waiting = (Blocked(ACCOUNT, READS_AND_WRITES),)
    locks = exclusive(mode="ShareLock")
    (finding,) = found(reindex, ran("REINDEX TABLE account", locks, rebuilt=("public.i",), blocked=waiting))
    assert finding.message == "REINDEX rebuilds i: reads and writes of account wait until it commits"
    concurrent = ran("REINDEX INDEX CONCURRENTLY i", exclusive(mode="ShareUpdateExclusiveLock"), rebuilt=("public.i",))
    assert found(reindex, concurrent) == []


def test_an_index_that_the_upgrade_leaves_invalid_is_told() -> None:
    """Not one of a partitioned table, which waits for its parts, nor one that was so before."""
    statement = ran("CREATE INDEX CONCURRENTLY i ON account (x)", line=7, autocommit=True)
    left = (Index("public.i", ACCOUNT, ("x",), False, True, "btree"),)
    seen = evidence(passage(statement, indexes=left), added=(index("i", "x", valid=False),))
    (finding,) = invalid_index.judge(seen)
    assert (finding.line, finding.object) == (7, "public.i")
    parent = fact("index", "public.i", ACCOUNT, definition="CREATE INDEX i ON ONLY account (x)", valid=False)
    assert invalid_index.judge(evidence(passage(statement, indexes=left), added=(parent,))) == []
    assert invalid_index.judge(evidence(passage(statement, indexes=left))) == []
    on_rows = evidence(passage(statement, indexes=left), added=(index("i", "x"),))
    assert len(invalid_index.judge(on_rows)) == 1
    well = (replace(left[0], valid=True),)
    assert invalid_index.judge(evidence(passage(statement, indexes=well), added=(index("i", "x"),))) == []


def test_an_index_that_a_second_run_takes_for_the_wanted_one_is_told_once() -> None:
    """With the statement that was broken off."""
    again = [Rerun(n, "CREATE INDEX …", "b.py", 9, invalid=("public.i",), within=True) for n in (2, 3)]
    (finding,) = invalid_index.judge(evidence(passage(reruns=tuple(again))))
    assert (finding.line, finding.sql) == (9, "CREATE INDEX …")
    failed = passage(reruns=(replace(again[0], failure="relation exists"),))
    assert invalid_index.judge(evidence(failed)) == []


def column(name: str) -> str:
    return fact("column", f"{ACCOUNT}.{name}", ACCOUNT, type="text")


@pytest.mark.parametrize(
    ("keys", "is_told"),
    [("email, region", True), ("region", False), ("lower(region)", False), ("region, lower(email)", True)],
)
def test_an_index_of_other_columns_too_that_goes_with_a_column_is_told(keys: str, is_told: bool) -> None:
    """One of that column alone has no use any more."""
    drop = ran("ALTER TABLE account DROP COLUMN region", exclusive())
    removed = (column("region"), index("account_i", keys))
    assert bool(found(drops_other_indexes, drop, removed=removed)) is is_told


def test_an_index_that_is_dropped_by_name_or_with_its_table_is_not_told() -> None:
    """Somebody knows."""
    removed = (column("region"), index("account_i", "email, region"))
    drop = ran("ALTER TABLE account DROP COLUMN region", exclusive())
    assert found(drops_other_indexes, ran("DROP INDEX account_i", exclusive()), drop, removed=removed) == []
    whole = (*removed, fact("table", ACCOUNT))
    assert found(drops_other_indexes, ran("DROP TABLE account", exclusive()), removed=whole) == []


def gap(transaction: int = 2, keys: str = "email, region", more: tuple[Index, ...] = ()) -> list[Finding]:
    new = Index("public.account_new", ACCOUNT, tuple(keys.split(", ")), True, False, "btree")
    drop = ran("DROP INDEX CONCURRENTLY account_old", autocommit=True, line=3)
    build = ran("CREATE INDEX …", autocommit=True, transaction=transaction, built=(new.name,), line=4)
    seen = evidence(
        passage(drop, build, indexes=(new, *more)),
        removed=(index("account_old", "email"),),
        added=(index("account_new", keys),),
    )
    findings: list[Finding] = index_gap.judge(seen)
    return findings


def test_an_index_that_goes_before_its_successor_comes_is_told() -> None:
    """Where others can see it, and where nothing else serves the column."""
    (finding,) = gap()
    assert finding.line == 3
    assert finding.details == ("built at line 4",)
    assert gap(transaction=1) == []
    assert gap(keys="region, email") == []
    assert gap(more=(Index("public.account_third", ACCOUNT, ("email", "x"), True, False, "btree"),)) == []


@pytest.mark.parametrize(
    ("indexed", "is_told"),
    [
        (Index("i", PURCHASE, ("b", "a", "c"), True, False, "btree"), False),
        (Index("i", PURCHASE, ("a", "c", "b"), True, False, "btree"), True),
        (Index("i", PURCHASE, ("a", "b"), False, False, "btree"), True),
        (Index("i", PURCHASE, ("a", "b"), True, False, "gin"), True),
        (Index("i", ACCOUNT, ("a", "b"), True, False, "btree"), True),
    ],
    ids=["any order", "not the first", "invalid", "gin", "another table"],
)
def test_a_foreign_key_needs_an_index_that_begins_with_its_columns(indexed: Index, is_told: bool) -> None:
    """On its own side."""
    sql = "ALTER TABLE purchase ADD CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES account (a, b)"
    seen = evidence(passage(ran(sql, exclusive(PURCHASE)), indexes=(indexed,)), added=(FOREIGN_KEY,))
    assert bool(foreign_key_without_index.judge(seen)) is is_told


DEFINITION = "FOREIGN KEY (a, b) REFERENCES public.account(a, b)"
FOREIGN_KEY = fact("constraint", f"{PURCHASE}.fk", PURCHASE, definition=DEFINITION)


def test_a_foreign_key_of_a_new_table_or_of_a_partition_is_not_told() -> None:
    """Nor one for which a later revision under test makes the index."""
    rule = foreign_key_without_index
    assert rule.judge(evidence(passage(), added=(FOREIGN_KEY, fact("table", PURCHASE)))) == []
    assert rule.judge(evidence(passage(created=(PURCHASE,)), added=(FOREIGN_KEY,))) == []
    part = fact("constraint", f"{PURCHASE}.fk", PURCHASE, definition=DEFINITION, inherited=True)
    assert rule.judge(evidence(passage(), added=(part,))) == []
    later = passage(revision="a", indexes=(Index("i", PURCHASE, ("a", "b"), True, False, "btree"),))
    assert rule.judge(evidence(passage(), later, added=(FOREIGN_KEY,))) == []
    assert len(rule.judge(evidence(passage(), added=(FOREIGN_KEY,)))) == 1


# -- locks ----------------------------------------------------------------------------------------------------------


def test_rows_that_are_written_under_an_exclusive_lock_are_told_once() -> None:
    """Neither the table's own statement, nor a look into the catalog."""
    kept = exclusive(taken=False)
    insert = ran("INSERT INTO account_kind VALUES (1)", kept, line=5, tag="INSERT 0 1", rows=(Touched(KIND, 1),))
    (finding,) = found(more_under_exclusive, ran(ADD, exclusive()), insert, replace(insert, line=6))
    assert (finding.line, len(finding.details)) == (5, 2)
    look = ran("SELECT 1 FROM pg_class", kept, tag="SELECT 1")
    assert found(more_under_exclusive, ran(ADD, exclusive()), look, ran(ADD, kept)) == []
    read = ran("SELECT 1 FROM account_kind LIMIT 1", kept, exclusive(KIND, mode="AccessShareLock"), tag="SELECT 1")
    assert len(found(more_under_exclusive, ran(ADD, exclusive()), read)) == 1
    hidden = ran("SELECT make_column()", kept, exclusive(KIND), tag="SELECT 1")
    assert found(more_under_exclusive, ran(ADD, exclusive()), hidden) == []
    weak = exclusive(taken=False, mode="ShareLock")
    assert (
        found(more_under_exclusive, ran("SELECT 1 FROM account_kind", weak, exclusive(KIND, mode="AccessShareLock")))
        == []
    )


def test_what_rules_of_their_own_tell_is_not_told_again() -> None:
    """A table read whole, and a backfill."""
    kept = exclusive(taken=False)
    scan = ran("SELECT * FROM account_kind", kept, exclusive(KIND, mode="AccessShareLock"), scanned=(KIND,))
    fill = ran("UPDATE account SET x = 1", kept, rows=(Touched(ACCOUNT, updated=9),))
    assert found(more_under_exclusive, scan, fill) == []


def test_a_second_table_in_a_transaction_is_told() -> None:
    """Not one in the next transaction, nor a view, nor those that one statement needs together."""
    first, second = ran(ADD, exclusive()), ran("ALTER TABLE purchase …", exclusive(PURCHASE), line=8)
    (finding,) = found(several_tables, first, second)
    assert (finding.line, finding.object) == (8, PURCHASE)
    apart = ran("ALTER TABLE purchase …", exclusive(PURCHASE), transaction=2)
    assert found(several_tables, first, apart) == []
    assert found(several_tables, ran("ALTER TABLE …", exclusive(), exclusive(PURCHASE)), ran(ADD, exclusive())) == []
    key = "ALTER TABLE account ADD FOREIGN KEY (p) REFERENCES {}"
    reference = ran(key.format("purchase"), exclusive(PURCHASE, mode="ShareRowExclusiveLock"))
    assert found(several_tables, first, reference) == []
    third = ran(key.format("account_kind"), exclusive(KIND, mode="ShareRowExclusiveLock"), line=9)
    assert [f.line for f in found(several_tables, first, reference, third)] == [9]
    assert found(several_tables, first, ran("DROP VIEW v", exclusive("public.v", kind="view"))) == []


GONE = fact("constraint", f"{PURCHASE}.fk", PURCHASE, definition="FOREIGN KEY (a) REFERENCES public.account(id)")


def test_a_table_that_is_locked_for_a_foreign_key_to_it_is_told() -> None:
    """Unless the key goes alone and the wait is bounded; not where the statement names it."""
    both = (exclusive(), exclusive(PURCHASE))
    (finding,) = found(referenced_table, ran("DROP TABLE purchase", *both), removed=(GONE,))
    assert finding.object == ACCOUNT
    drop = "ALTER TABLE purchase DROP CONSTRAINT fk"
    assert found(referenced_table, ran(drop, *both), removed=(GONE,)) == []
    assert len(found(referenced_table, ran(drop, *both, lock_timeout=0), removed=(GONE,))) == 1
    assert len(found(referenced_table, ran(drop, *both), ran("…", exclusive(KIND)), removed=(GONE,))) == 1
    assert found(referenced_table, ran("DROP TABLE purchase, account", *both), removed=(GONE,)) == []
    assert found(referenced_table, ran("DROP TABLE purchase", *both)) == []


def test_a_new_table_that_locks_its_parent_is_told_where_it_lasts() -> None:
    """Without a timeout as an error, in the place of the rule on timeouts; alone and bounded it is as it should be."""
    parent = exclusive(mode="ShareRowExclusiveLock")
    create = "CREATE TABLE purchase (account_id int REFERENCES account)"
    assert found(new_table_locks_parent, ran(create, parent), ran("CREATE INDEX …", exclusive(taken=False))) == []
    (late,) = found(new_table_locks_parent, ran(create, parent), ran(ADD, exclusive(), line=2))
    assert (late.severity, len(late.details)) == (Severity.WARNING, 2)
    (endless,) = found(new_table_locks_parent, ran(create, parent, lock_timeout=0))
    assert endless.severity is Severity.ERROR
    assert found(no_timeout, ran(create, parent, lock_timeout=0)) == []


def test_a_short_block_is_told_where_it_is_not_the_last() -> None:
    """Several of its kind are one matter."""
    trigger = ran("CREATE TRIGGER t …", exclusive(mode="ShareRowExclusiveLock"))
    policy = ran("CREATE POLICY p ON account", exclusive(), line=2)
    assert found(short_block, trigger, policy) == []
    (finding, _) = found(short_block, trigger, policy, ran("ALTER TABLE purchase ADD x int", exclusive(PURCHASE)))
    assert (finding.severity, finding.line) == (Severity.INFO, 1)
    assert found(short_block, trigger, ran("ALTER TABLE x", exclusive(PURCHASE), transaction=2)) == []


def test_an_explicit_lock_is_told_where_it_stops_others() -> None:
    """ROW EXCLUSIVE does not."""
    assert len(found(explicit_lock, ran("LOCK TABLE account", exclusive()))) == 1
    assert (
        found(explicit_lock, ran("LOCK TABLE account IN ROW EXCLUSIVE MODE", exclusive(mode="RowExclusiveLock"))) == []
    )


def test_a_lock_that_is_held_for_more_than_a_second_is_told() -> None:
    """From the statement that takes it; neither what came before counts, nor what was held back to be looked at."""
    slow = ran("SELECT pg_sleep(2)", seconds=0.9, line=7)
    (finding,) = found(held_long, ran("SELECT 1", seconds=5.0), ran(ADD, exclusive(), line=6, seconds=0.2), slow)
    assert (finding.line, finding.details[0]) == (6, "0.9 s: line 7: SELECT pg_sleep(2)")
    assert "held for 1.1 s, in this machine's time" in finding.message
    assert found(held_long, ran(ADD, exclusive(), seconds=0.1), slow) == []
    assert found(held_long, ran(ADD, exclusive(), seconds=9.0, autocommit=True)) == []


def test_two_statements_that_go_over_one_table_are_told() -> None:
    """Validating is meant to be apart."""
    check = ran("ALTER TABLE account ADD CHECK (x > 0)", exclusive(), verified=(ACCOUNT,))
    copy = ran("ALTER TABLE account ALTER x TYPE bigint", exclusive(), rewritten=(ACCOUNT,), line=2)
    (finding,) = found(several_scans, check, copy)
    assert (finding.line, finding.severity) == (2, Severity.INFO)
    assert found(several_scans, copy, ran("ALTER TABLE account VALIDATE …", scanned=(ACCOUNT,))) == []


def test_a_table_that_two_revisions_of_one_deploy_lock_is_told() -> None:
    """Not of two deploys, nor where they were taken apart on purpose."""
    one, two = passage(ran(ADD, exclusive()), revision="a"), passage(ran(ADD, exclusive(), line=2))
    (finding,) = table_in_several_revisions.judge(evidence(one, two))
    assert (finding.revision, finding.object, len(finding.details)) == ("b", ACCOUNT, 2)
    assert table_in_several_revisions.judge(evidence(one, two, together=False)) == []
    check = passage(ran("ALTER TABLE account ADD CHECK (x > 0) NOT VALID", exclusive()), revision="a")
    assert table_in_several_revisions.judge(evidence(check, two)) == []


# -- transactions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "tag", "is_told"),
    [
        ("COMMIT", "COMMIT", True),
        ("-- now\nbegin;", "BEGIN", True),
        ("ROLLBACK", "ROLLBACK", True),
        ("ALTER TABLE x; COMMIT", "COMMIT", True),
        ("ROLLBACK TO SAVEPOINT s", "ROLLBACK", False),
        ("ROLLBACK TRANSACTION TO s", "ROLLBACK", False),
        ("SAVEPOINT s", "SAVEPOINT", False),
        ("RELEASE SAVEPOINT s", "RELEASE", False),
        ("DO $$ BEGIN NULL; END $$", "DO", False),
    ],
)
def test_a_statement_that_ends_or_begins_a_transaction_is_told(sql: str, tag: str, is_told: bool) -> None:
    """A savepoint is none."""
    assert bool(found(own_transaction, ran(sql, tag=tag))) is is_told


def test_a_commit_by_the_driver_is_seen_by_the_next_transaction() -> None:
    """An autocommit block is none of the revision's own."""
    first, second = ran(ADD, exclusive()), ran(ADD, exclusive(), transaction=2, line=5)
    (finding,) = found(own_transaction, first, second)
    assert finding.line == 5
    block = ran("CREATE INDEX CONCURRENTLY …", transaction=2, autocommit=True)
    assert found(own_transaction, first, block, replace(second, line=6)) == []


BLOCK = ran("CREATE INDEX CONCURRENTLY i ON account (x)", transaction=2, autocommit=True, line=5)


def test_a_block_and_something_else_in_one_revision_are_told() -> None:
    """Not a setting, a look, or a block alone; and once, by the rule that knows more."""
    (finding,) = found(not_atomic, ran(ADD, exclusive()), BLOCK)
    assert (finding.line, finding.message) == (5, "b commits in 2 steps: a failure leaves it half done")
    assert found(not_atomic, ran("SET x = 1"), ran("SELECT 1", tag="SELECT 1"), BLOCK, replace(BLOCK, line=6)) == []
    stuck = (Rerun(2, "…", "b.py", 5, "DuplicateColumn: note"),)
    seen = evidence(passage(ran(ADD, exclusive()), BLOCK, reruns=stuck))
    assert speaking(seen, (not_atomic, not_rerunnable)) == [not_rerunnable.RULE.name]


def test_an_upgrade_that_cannot_be_run_again_is_told_with_the_places() -> None:
    """The first where it is, the others as details."""
    passed = Rerun(1, "…", "b.py", 4)
    fails = Rerun(2, "CREATE …", "b.py", 5, "DuplicateColumn: note")
    within = Rerun(3, "…", "b.py", 6, "DuplicateTable: i", invalid=("public.i",), within=True)
    (finding,) = not_rerunnable.judge(evidence(passage(reruns=(passed, fails, within))))
    assert (finding.line, finding.sql) == (5, "CREATE …")
    assert (
        finding.message
        == "broken off before statement 2 (line 5) and run again, the upgrade fails: DuplicateColumn: note"
    )
    assert finding.details == ("within statement 3 (line 6): it fails: DuplicateTable: i",)


def test_an_upgrade_that_ends_otherwise_when_it_is_run_again_is_told() -> None:
    """With what differs; an index that is left INVALID has its own rule."""
    other = Rerun(2, "…", "b.py", 5, differs=("index public.i is there and should not be",))
    (finding,) = not_rerunnable.judge(evidence(passage(reruns=(other,))))
    assert finding.details == other.differs
    left = replace(other, invalid=("public.i",))
    assert not_rerunnable.judge(evidence(passage(reruns=(left,)))) == []


@pytest.mark.parametrize(
    ("failure", "rule"),
    [
        (
            Failure("X", "cannot run inside a transaction block", "25001", "CREATE INDEX CONCURRENTLY"),
            refused_in_transaction,
        ),
        (Failure("X", "must be called before any query", "25001", "SET TRANSACTION READ ONLY"), upgrade_fails),
        (Failure("X", "unsafe use of new value", "55P04", "ALTER TABLE"), enum_value_used),
        (Failure("AssertionError", "", reason="autocommit block"), autocommit_impossible),
        (Failure("AssertionError", ""), upgrade_fails),
    ],
)
def test_a_failure_is_told_by_one_rule(failure: Failure, rule: ModuleType) -> None:
    """By the one that knows what it means."""
    step = Step("b", "upgrade", ok=False, failure=failure)
    seen = Evidence(HISTORY, Trace(("a", "b"), (step,)), upgrade=Run(last="b", failure=failure))
    assert speaking(seen, (*STOPS, upgrade_fails)) == [rule.RULE.name]
