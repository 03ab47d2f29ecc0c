"""The rules on copies, scans and writes, over passages made by hand: which one speaks, and what it says."""

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from safety_help import ACCOUNT, PURCHASE, blocked, column, evidence, fact, lock, ran, touched

from alembic_proof.checks.safety import SAFETY, bulk_write, rewrites
from alembic_proof.checks.safety.common import measured
from alembic_proof.checks.safety.statements import command, names, plain
from alembic_proof.effects import Effects, Estimate, Index
from alembic_proof.findings import Severity
from alembic_proof.trace import Context, Evidence, Measured, Passage, Statement

COSTS: tuple[ModuleType, ...] = tuple(
    m for m in SAFETY if any(hasattr(m, name) for name in ("rewrites", "scans", "grows", "held_before", "_stopped"))
) + tuple(m for m in SAFETY if m.RULE.name in ("lock/type-rebuilds-indexes", "upgrade/hidden-ddl"))
WIDE = ((column("visits", type="integer"),), (column("visits", type="bigint"),))


def told(given: Evidence) -> list[str]:
    """The rules that speak."""
    return sorted(finding.rule for module in COSTS for finding in module.judge(given))


def test_a_copy_says_what_which_lock_and_who_waits() -> None:
    """In one line, with the types in the details."""
    (found,) = rewrites.rewrites(
        SAFETY[0].RULE, evidence(ran("ALTER TABLE account ALTER visits TYPE bigint", rewritten=(ACCOUNT,)),
                                 removed=WIDE[0], added=WIDE[1]), "type"
    )  # fmt: skip
    assert found.message == (
        "ALTER TABLE rewrites account under AccessExclusiveLock: reads and writes of account wait until it commits"
    )
    assert (found.object, found.file, found.line) == (ACCOUNT, "a.py", 5)
    assert found.details == ("account.visits: integer becomes bigint",)


@pytest.mark.parametrize(
    ("sql", "tag", "added", "rule"),
    [
        ("ALTER TABLE account ADD COLUMN x uuid DEFAULT f()", "ALTER TABLE", column("x", type="uuid", default="f()"),
         "lock/default-rewrites-table"),
        ("ALTER TABLE account ADD COLUMN x int", "ALTER TABLE", column("x", type="int", default="nextval('s')"),
         "lock/identity-rewrites-table"),
        ("ALTER TABLE account ADD COLUMN x int", "ALTER TABLE", column("x", type="int", identity="a"),
         "lock/identity-rewrites-table"),
        ("ALTER TABLE account ADD COLUMN x int", "ALTER TABLE", column("x", type="int", generated="s a * 2"),
         "lock/generated-column-rewrites-table"),
        ("ALTER TABLE account ADD COLUMN x percent", "ALTER TABLE", column("x", type="percent"),
         "lock/domain-rewrites-table"),
        ("ALTER TABLE account SET UNLOGGED", "ALTER TABLE", None, "lock/storage-rewrites-table"),
        ("CLUSTER account", "CLUSTER", None, "lock/storage-rewrites-table"),
        ("REFRESH MATERIALIZED VIEW account", "REFRESH MATERIALIZED VIEW", None, "lock/refresh"),
        ("SELECT account_move()", "SELECT 1", None, "lock/rewrites-table"),
        ("SELECT account_move()", "SELECT 1", column("x", type="int", identity="a"), "lock/identity-rewrites-table"),
        # nothing is left of it at the end of the revision
        ("ALTER TABLE account ALTER a SET DATA TYPE text", "ALTER TABLE", None, "lock/type-rewrites-table"),
        ("ALTER TABLE account ADD x bigserial", "ALTER TABLE", None, "lock/identity-rewrites-table"),
        ("ALTER TABLE account ADD x text DEFAULT f()", "ALTER TABLE", None, "lock/default-rewrites-table"),
    ],
)  # fmt: skip
def test_a_copy_is_told_once_by_its_cause(sql: str, tag: str, added: str | None, rule: str) -> None:
    """By the facts, else by the text."""
    checked = fact("constraint", "public.percent.x", "public.percent", definition="CHECK (VALUE > 0)")
    given = evidence(ran(sql, tag, rewritten=(ACCOUNT,)), added=(added,) if added else (), head=(checked,))
    assert told(given) == [rule]


def test_of_two_changes_in_a_revision_the_one_that_is_named_is_the_cause() -> None:
    """The other column came by another statement."""
    given = evidence(
        ran("ALTER TABLE account ADD COLUMN x uuid DEFAULT f()", rewritten=(ACCOUNT,)),
        removed=WIDE[0],
        added=(*WIDE[1], column("x", type="uuid", default="f()")),
    )
    assert told(given) == ["lock/default-rewrites-table"]


def test_partitions_that_are_copied_are_one_finding() -> None:
    """One statement, one problem."""
    parts = ("public.account_1", "public.account_2")
    given = evidence(ran("ALTER TABLE account ALTER visits TYPE bigint", rewritten=parts))
    assert told(given) == ["lock/type-rewrites-table"]


def test_a_table_that_is_copied_under_its_own_earlier_lock_is_told_once() -> None:
    """Nobody waits who would not wait anyway."""
    again = ran("ALTER TABLE account ALTER visits TYPE bigint", rewritten=(ACCOUNT,), locks=(lock(taken=False),))
    assert told(evidence(again)) == ["lock/type-rewrites-table"]


def test_a_table_that_was_locked_before_waits_for_the_copy_of_another() -> None:
    """Beside the copy itself."""
    given = evidence(
        ran(
            "ALTER TABLE account ALTER visits TYPE bigint",
            rewritten=(ACCOUNT,),
            locks=(lock(), lock(PURCHASE, taken=False)),
            blocked=(blocked(), blocked(PURCHASE)),
        )
    )
    assert told(given) == ["lock/rewrite-under-earlier-lock", "lock/type-rewrites-table"]


@pytest.mark.parametrize(
    ("sql", "tag", "rule"),
    [
        ("ALTER TABLE account ALTER COLUMN email SET NOT NULL", "ALTER TABLE", "lock/not-null-scans"),
        ("alter table account\n  add check (x > 0)", "ALTER TABLE", "lock/check-scans"),
        ("ALTER TABLE account ADD FOREIGN KEY (x) REFERENCES purchase", "ALTER TABLE", "lock/foreign-key-scans"),
        ("ALTER TABLE account VALIDATE CONSTRAINT x", "ALTER TABLE", "lock/validates-under-lock"),
        ("ALTER TABLE account ADD COLUMN x int CHECK (x > 0)", "ALTER TABLE", "lock/inline-constraint-scans"),
        ("ALTER TABLE account ADD PRIMARY KEY USING INDEX x", "ALTER TABLE", "lock/primary-key-scans"),
        ("ALTER DOMAIN x ADD CHECK (VALUE > 0)", "ALTER DOMAIN", "lock/domain-scans"),
        ("ALTER TABLE purchase ATTACH PARTITION account DEFAULT", "ALTER TABLE", "lock/attach-scans"),
        ("ALTER TABLE account ALTER email TYPE text", "ALTER TABLE", "lock/type-rechecks"),
        ("ALTER TABLE account VALIDATE CONSTRAINT x", "ALTER TABLE ACCOUNT", "lock/validates-under-lock"),
        ("SELECT count(*) FROM account", "SELECT 1", "lock/scans-under-lock"),
        ("CREATE TABLE x AS SELECT * FROM account", "CREATE TABLE X", "lock/scans-under-lock"),
        ("ALTER TABLE account SOMETHING NEW", "ALTER TABLE", "lock/scans-under-lock"),
    ],
)
def test_a_scan_is_told_once_by_its_cause(sql: str, tag: str, rule: str) -> None:
    """Whatever the driver gives as tag."""
    locks = (lock(taken=not sql.startswith(("SELECT", "CREATE"))),)
    assert told(evidence(ran(sql, tag, scanned=(ACCOUNT,), locks=locks))) == [rule]


@pytest.mark.parametrize(
    "statement",
    [
        ran("ALTER TABLE account VALIDATE CONSTRAINT x", scanned=(ACCOUNT,), blocked=()),
        ran("CREATE INDEX x ON account (y)", "CREATE INDEX", scanned=(ACCOUNT,), built=("public.x",)),
        ran("ALTER TABLE account ADD UNIQUE (x)", scanned=(ACCOUNT,), built=("public.x",)),
        ran("ALTER TABLE account ADD PRIMARY KEY (x)", verified=(ACCOUNT,), built=("public.x",)),
        ran("REINDEX TABLE account", "REINDEX", scanned=(ACCOUNT,), rebuilt=("public.x",)),
        ran("SELECT 1 FROM account WHERE id = 5", "SELECT 1", scanned=(ACCOUNT,), locks=(lock(taken=False),)),
        ran("SELECT * FROM account LIMIT 1", "SELECT 1", scanned=(ACCOUNT,), locks=(lock(taken=False),)),
        ran("ALTER TABLE account ADD COLUMN x int NOT NULL", verified=(ACCOUNT,)),
        ran("ALTER TABLE account ADD COLUMN x int"),
        ran("TRUNCATE account", "TRUNCATE TABLE"),
    ],
    ids=lambda statement: statement.sql,
)
def test_what_costs_nothing_or_is_told_elsewhere_is_quiet(statement: Statement) -> None:
    """Nobody waits, an index is built, or a few rows were enough to read all of them."""
    assert told(evidence(statement)) == []


def test_a_reference_from_a_new_table_is_quiet() -> None:
    """It has no rows yet; the old one is locked for a moment."""
    new = fact("constraint", f"{PURCHASE}.x", PURCHASE, definition="FOREIGN KEY (x) REFERENCES account(id)")
    add = ran("ALTER TABLE purchase ADD FOREIGN KEY (x) REFERENCES account", scanned=(ACCOUNT,))
    assert told(evidence(add, added=(new,), created=(PURCHASE,))) == []
    assert told(evidence(add, added=(new,))) == ["lock/foreign-key-scans"]


def test_a_proof_that_is_dropped_in_the_same_statement_is_none() -> None:
    """And it is that check's loss, not the ordinary scan."""
    check = fact("constraint", f"{ACCOUNT}.c", ACCOUNT, definition="CHECK ((email IS NOT NULL))")
    both = ran("ALTER TABLE account ALTER email SET NOT NULL, DROP CONSTRAINT c", verified=(ACCOUNT,))
    assert told(evidence(both, removed=(check,))) == ["lock/not-null-loses-its-check"]
    other = fact("constraint", f"{ACCOUNT}.c", ACCOUNT, definition="CHECK ((email <> ''::text))")
    assert told(evidence(both, removed=(other,))) == ["lock/not-null-scans"]


@pytest.mark.parametrize(
    ("sql", "tag", "rows", "rules"),
    [
        ("UPDATE account SET x = 1", "UPDATE 3", touched(updated=3), ["lock/bulk-write"]),
        ("UPDATE account SET x = 1", "UPDATE 0", None, ["lock/bulk-write"]),
        ("UPDATE account SET x = 1 WHERE y", "UPDATE 0", None, []),
        ("DELETE FROM account WHERE x", "DELETE 3", touched(deleted=3), ["lock/bulk-write"]),
        ("INSERT INTO account SELECT 1 FROM x", "INSERT 0 3", touched(inserted=3), ["lock/bulk-write"]),
        ("INSERT INTO account VALUES (1), (2)", "INSERT 0 2", touched(inserted=2), []),
        ("UPDATE account SET x = 1 WHERE id = 1", "UPDATE 1", touched(updated=1), []),
        ('UPDATE account SET x = 1 WHERE account."id"=%(id)s AND y > 1', "UPDATE 1", touched(updated=1), []),
        ("UPDATE account SET x = 1 WHERE plan IS NULL", "UPDATE 1", touched(updated=1), ["lock/bulk-write"]),
        ("UPDATE account SET x = 1 WHERE plan = 'free'", "UPDATE 1", touched(updated=1), ["lock/bulk-write"]),
        ("UPDATE account SET x = 1 WHERE id = 1 OR plan = 'x'", "UPDATE 1", touched(updated=1), ["lock/bulk-write"]),
        ("UPDATE account SET id = 1 WHERE plan IS NULL", "UPDATE 1", touched(updated=1), ["lock/bulk-write"]),
        ("UPDATE account SET x = 1 WHERE a = 1 AND b = $2", "UPDATE 1", touched(updated=1), []),
        ("UPDATE account SET x = 1 WHERE a = 1", "UPDATE 1", touched(updated=1), ["lock/bulk-write"]),
        ("WITH x AS (SELECT 1) UPDATE account SET x = 1", "UPDATE 3", touched(updated=3), ["lock/bulk-write"]),
        ("DO $$ BEGIN UPDATE account SET x = 1; END $$", "DO", touched(updated=3), ["lock/bulk-write"]),
        ("SELECT account_fill()", "SELECT 1", touched(updated=3), ["lock/bulk-write"]),
        ("ALTER TABLE account ADD x int", "ALTER TABLE", touched(inserted=3), []),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY x", "REFRESH MATERIALIZED VIEW", touched(inserted=3), []),
    ],
)
def test_a_write_that_grows_with_the_table_is_told(sql: str, tag: str, rows: object, rules: list[str]) -> None:
    """One row that is named, and rows that stand in the revision, do not grow."""
    effects = {"rows": (rows,) if rows else (), "scanned": (ACCOUNT,), "locks": (), "blocked": ()}
    keys = tuple(Index(f"public.{'_'.join(c)}", ACCOUNT, c, True, True, "btree") for c in (("id",), ("a", "b")))
    assert told(evidence(ran(sql, tag, **effects), indexes=keys)) == rules


@pytest.mark.parametrize(
    ("sql", "quiet"),
    [
        ("UPDATE account SET x = 1 WHERE id IN (SELECT id FROM account WHERE x IS NULL LIMIT 1000)", True),
        ("UPDATE account SET x = 1 WHERE id > %(low)s AND id <= %(high)s", True),
        ("UPDATE account SET x = 1 WHERE id BETWEEN $1 AND $2", True),
        ("UPDATE account SET x = 1 WHERE account.id IN (%(id_1_1)s, %(id_1_2)s, %(id_1_3)s)", True),
        ("UPDATE account SET x = 1 WHERE kind IN ('a', 'b')", False),
        ("UPDATE account SET x = 1 WHERE id IN (SELECT id FROM account WHERE x IS NULL)", False),
        ("UPDATE account SET x = 1 WHERE x > 5", False),
        ("UPDATE account SET x = 1 -- LIMIT 5", False),
        ("UPDATE account SET x = 'no LIMIT'", False),
    ],
)
def test_batches_that_are_committed_are_quiet(sql: str, quiet: bool) -> None:
    """What is bounded only in words is not; in one transaction a batch is none."""
    write = {"rows": (touched(updated=3),), "locks": (), "blocked": ()}
    assert told(evidence(ran(sql, "UPDATE 3", autocommit=True, **write))) == ([] if quiet else ["lock/bulk-write"])
    assert told(evidence(ran(sql, "UPDATE 3", **write))) == ["lock/bulk-write"]


def test_a_write_while_others_wait_is_told_as_that() -> None:
    """And no second time as a large one, nor as a scan; with batches it is the same."""
    for sql in ("UPDATE account SET x = 1", "UPDATE account SET x = 1 WHERE id BETWEEN 1 AND 9"):
        under = ran(sql, "UPDATE 3", rows=(touched(updated=3),), scanned=(ACCOUNT,), locks=(lock(taken=False),))
        assert told(evidence(under)) == ["lock/backfill-under-lock"]


def test_many_rows_in_production_make_a_large_write_an_error() -> None:
    """By the file of row counts, where there is one."""
    write = ran("UPDATE account SET x = 1", "UPDATE 3", rows=(touched(updated=3),), locks=(), blocked=())
    for rows, severity in ((None, Severity.WARNING), (500, Severity.WARNING), (5_000_000, Severity.ERROR)):
        size = Estimate(ACCOUNT, write.sql, write.file, write.line, 1.0, 1.0, rows)
        (found,) = bulk_write.judge(evidence(write, estimates=(size,)))
        assert found.severity is severity


def test_a_block_that_locks_is_told_unless_it_does_worse() -> None:
    """And one that locks nothing in use is not."""
    block = "DO $$ BEGIN ALTER TABLE account ADD x int; END $$"
    assert told(evidence(ran(block, "DO"))) == ["upgrade/hidden-ddl"]
    assert told(evidence(ran(block, "DO", locks=(), blocked=()))) == []
    assert told(evidence(ran(block, "DO", locks=(lock(taken=False),)))) == []
    assert told(evidence(ran(block, "DO", rewritten=(ACCOUNT,)))) == ["lock/rewrites-table"]


def test_only_a_partitioned_table_that_stops_is_a_detach() -> None:
    """The partition itself is locked for a moment in any case."""
    detach = "ALTER TABLE purchase DETACH PARTITION account"
    parent = lock(PURCHASE, kind="partitioned table")
    stops = ran(detach, locks=(parent, lock()), blocked=(blocked(), blocked(PURCHASE)))
    assert told(evidence(stops)) == ["lock/detach"]
    slowly = lock(PURCHASE, "ShareUpdateExclusiveLock", kind="partitioned table")
    assert told(evidence(ran(detach + " CONCURRENTLY", locks=(slowly, lock()), autocommit=True))) == []


def test_words_are_read_without_texts_and_comments() -> None:
    """So that nothing is taken for a clause that is none."""
    assert plain("select 'SET NOT NULL' -- DROP\n /* x\n y */ from  t") == "SELECT '' FROM T"
    assert names('ALTER TABLE t ALTER "So far" TYPE int', 'public.t."So far"')
    assert not names("ALTER TABLE t ALTER visits_so TYPE int", "public.t.visits")
    assert [command(Effects(tag)) for tag in ("UPDATE 5", "ALTER TABLE T", "REFRESH MATERIALIZED VIEW", "DO", "")] == [
        "UPDATE", "ALTER TABLE", "REFRESH MATERIALIZED VIEW", "DO", "",
    ]  # fmt: skip


def replace_effects(statement: Statement, **effects: Any) -> Statement:
    """The same statement with other effects."""
    assert statement.effects
    return replace(statement, effects=replace(statement.effects, **effects))


NOT_VALID = ran("ALTER TABLE account ADD CHECK (x > 0) NOT VALID")
VALIDATE = ran(
    "ALTER TABLE account VALIDATE CONSTRAINT x",
    scanned=(ACCOUNT,),
    locks=(lock(mode="ShareUpdateExclusiveLock"),),
    blocked=(),
)


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, ["lock/validates-under-lock"]),
        ({"context": Context(transaction_per_migration=True)}, []),
        ({"context": Context(transactional_ddl=False)}, []),
        ({"together": False}, []),
        ({"last": replace_effects(NOT_VALID, autocommit=True)}, []),
        ({"then": replace_effects(VALIDATE, transaction=2)}, []),
        ({"then": replace_effects(VALIDATE, autocommit=True)}, []),
    ],
)
def test_a_later_revision_of_the_same_transaction_is_under_the_locks_of_the_one_before(
    change: dict[str, Any], rules: list[str]
) -> None:
    """As a deploy runs them; not where each has its own, is a deploy of its own, or something committed between."""
    first = Passage("a", ok=True, statements=(change.get("last", NOT_VALID),))
    second = Passage("b", ok=True, statements=(change.get("then", VALIDATE),))
    deploy = Measured("", (first, second), together=change.get("together", True))
    assert told(replace(evidence(), measured=deploy, context=change.get("context", Context()))) == rules


def test_a_revision_without_statements_gives_no_lock_back() -> None:
    """And what is locked more strongly since before is not taken again."""
    empty = Passage("b", ok=True)
    first, third = (Passage(r, ok=True, statements=(s,)) for r, s in (("a", NOT_VALID), ("c", VALIDATE)))
    given = replace(evidence(), measured=Measured("", (first, empty, third)))
    assert told(given) == ["lock/validates-under-lock"]
    *_, (_, _, effects) = measured(given)
    assert [(k.mode, k.taken) for k in effects.locks] == [("AccessExclusiveLock", False)]
    assert effects.blocked == (blocked(),)
