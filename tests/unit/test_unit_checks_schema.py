"""The checks on whole schemas: the second upgrade, the way to base, schema.sql, pg_dump, the order of columns."""

import json
from dataclasses import replace

import pytest

from alembic_proof.checks import again_differs, column_order, snapshot_differs, to_base_differs, unmodelled_difference
from alembic_proof.checks.clock import without_clock
from alembic_proof.diff import Attribute, Change
from alembic_proof.dumps import Entries, Entry
from alembic_proof.findings import Finding, Severity
from alembic_proof.history import Function, History, Revision
from alembic_proof.seal import Record, Seal, Sealed
from alembic_proof.snapshot import Snapshot
from alembic_proof.trace import Committed, Evidence, Failure, LeftOut, Models, Run, Step, Trace, Witness


def line(kind: str, identity: str, parent: str | None = None, **payload: object) -> str:
    return json.dumps([kind, identity, parent, {k.replace("_", " "): v for k, v in payload.items()}])


def order(*columns: str, table: str = "public.job") -> str:
    return line("column order", table, table, columns=list(columns))


SCHEMA = line("schema", "public")
JOB = line("table", "public.job")
KIND = line("column", "public.job.kind", "public.job", type="text")
VIEW = line("view", "public.jobs", definition="SELECT 1")
NOW, LATER = (
    line("column", "public.job.at", "public.job", type="timestamptz", default=f"'2026-11-23 0{n}:50:12.123+00'::x")
    for n in (4, 5)
)
HISTORY = History(
    (
        Revision("a.py", "a", upgrade=Function("code", 3), downgrade=Function("code", 7)),
        Revision("b.py", "b", ("a",), upgrade=Function("code", 3), downgrade=Function("code", 7)),
    )
)
BASE, HEAD = Snapshot(frozenset({SCHEMA})), Snapshot(frozenset({SCHEMA, JOB, KIND}))
REACHED = Run(finished=True, last="b", versions=("b",), snapshot=HEAD)


def step(revision: str, direction: str, removed: tuple[str, ...] = (), added: tuple[str, ...] = ()) -> Step:
    return Step(revision, direction, ok=True, removed=removed, added=added)


def evidence(*steps: Step, **more: object) -> Evidence:
    trace = Trace(("a", "b"), (step("a", "upgrade", (), (JOB, KIND)), *steps), head=HEAD, base=BASE)
    plain = Evidence(HISTORY, trace, upgrade=REACHED, downgrade=Run(finished=True, snapshot=BASE))
    return replace(plain, **more)  # type: ignore[arg-type]


# -- the clock ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("have", "want", "told"),
    [
        ("'2026-11-23 04:50:12.123456+00'::timestamptz", "'2026-11-23 05:01:00+00'::timestamptz", False),
        ("'2026-11-23T04:50:12Z'", "'2026-11-23T04:50:13Z'", False),
        ("1763873412", "1763873999", False),
        ("1763873412.25", "1763873999.5", False),
        ("1763873412123", "1763873999123", False),
        ("'2026-11-23 04:50:12'::timestamp", "'2026-11-23 04:50:12'::timestamptz", True),
        ("3", "4", True),
        ("763873412", "763873413", True),
        (["1763873412"], ["1763873999"], False),
        (None, "1763873412", True),
    ],
)
def test_another_moment_in_the_same_place_is_no_difference(have: object, want: object, told: bool) -> None:
    """With whatever stands around it the same."""
    change = Change("changed", "column", "public.job.at", "public.job", (Attribute("default", have, want),))
    assert (without_clock([change]) == (change,)) is told


def test_one_more_attribute_is_a_difference() -> None:
    """And so is a thing that is not there at all."""
    moment = Attribute("default", "1763873412", "1763873999")
    both = Change("changed", "column", "c", None, (moment, Attribute("type", "a", "b")))
    gone = Change("missing", "column", "c", None)
    assert without_clock([both, gone]) == (both, gone)


# -- upgrade/again-differs ------------------------------------------------------------------------------------------


def test_a_second_upgrade_that_makes_something_else_is_told() -> None:
    """At the upgrade of its revision, with the object."""
    (finding,) = again_differs.judge(evidence(step("b", "downgrade"), step("b", "again", (KIND,), ())))
    assert (finding.rule, finding.revision, finding.object) == ("upgrade/again-differs", "b", "public.job.kind")
    assert (finding.file, finding.line) == ("b.py", 3)
    assert finding.details == ("column public.job.kind is not there and should be",)


@pytest.mark.parametrize(
    "again",
    [
        step("b", "again"),
        step("b", "again", (NOW,), (LATER,)),
        step("b", "again", (order("a", "b"),), (order("b", "a"),)),
        replace(step("b", "again", (KIND,), ()), ok=False),
        replace(step("b", "again"), removed=None, added=None),
    ],
    ids=["equal", "clock", "column order", "failed", "no look"],
)
def test_a_second_upgrade_that_is_no_difference(again: Step) -> None:
    """Or another finding."""
    assert again_differs.judge(evidence(step("b", "downgrade"), again)) == []


def test_after_a_downgrade_that_left_a_trace_only_that_is_told() -> None:
    """The trace is why; the order of columns is none."""
    again = step("b", "again", (KIND,), ())
    assert again_differs.judge(evidence(step("b", "downgrade", (), (VIEW,)), again)) == []
    only_order = step("b", "downgrade", (order("a", "b"),), (order("b", "a"),))
    assert len(again_differs.judge(evidence(only_order, again))) == 1


# -- downgrade/to-base-differs --------------------------------------------------------------------------------------


def down(*lines: str) -> Run:
    return Run(finished=True, snapshot=Snapshot(frozenset({SCHEMA, *lines})))


def test_what_the_whole_way_down_leaves_is_told_at_the_revision_that_touched_it_last() -> None:
    """At its downgrade."""
    (finding,) = to_base_differs.judge(evidence(downgrade=down(JOB, KIND)))
    assert (finding.rule, finding.revision, finding.object) == ("downgrade/to-base-differs", "a", "public.job")
    assert (finding.direction, finding.line) == ("downgrade", 7)


def test_what_no_revision_touched_is_not_the_revisions() -> None:
    """Made by env.py itself, such as a schema for each tenant."""
    assert to_base_differs.judge(evidence(downgrade=down(VIEW))) == []


def test_what_one_downgrade_is_known_to_leave_is_not_told_again() -> None:
    """Nor what a revision without a downgrade made; what else is left is told."""
    leaves = step("a", "downgrade", (), (JOB, KIND))
    assert to_base_differs.judge(evidence(leaves, downgrade=down(JOB, KIND))) == []
    makes = step("b", "upgrade", (), (VIEW,))
    (finding,) = to_base_differs.judge(evidence(makes, leaves, downgrade=down(JOB, KIND, VIEW)))
    assert finding.object == "public.jobs"
    no_way_back = History((replace(HISTORY.revisions[0], downgrade=Function("empty", 7)), HISTORY.revisions[1]))
    assert to_base_differs.judge(evidence(history=no_way_back, downgrade=down(JOB, KIND))) == []


def test_another_order_of_columns_hides_nothing() -> None:
    """It bears the table's name and is not the table."""
    reordered = step("a", "downgrade", (order("a", "b"),), (order("b", "a"),))
    assert len(to_base_differs.judge(evidence(reordered, downgrade=down(JOB, KIND)))) == 1


@pytest.mark.parametrize(
    "run", [None, Run(finished=False), Run(finished=True, failure=Failure("E", "x"), snapshot=HEAD), down()]
)
def test_a_way_down_that_ends_well_or_not_at_all_is_no_difference(run: Run | None) -> None:
    """What fails is another finding."""
    assert to_base_differs.judge(evidence(downgrade=run)) == []


# -- schema/snapshot-differs ----------------------------------------------------------------------------------------

TEXT = """\
-- The schema after all migrations.

-- view public.all_jobs [00000000]
CREATE VIEW public.all_jobs AS SELECT 1;

-- table public.job [5331e919]
CREATE TABLE public.job (kind text);

-- view public.jobs [00000001]
CREATE VIEW public.jobs AS SELECT 2;

-- table public.job: references [00000002]
ALTER TABLE public.job ADD FOREIGN KEY (kind) REFERENCES public.kind;
"""


def file(*lines: str, failure: str | None = None) -> Committed:
    snapshot = None if failure else Snapshot(frozenset({SCHEMA, *lines}))
    return Committed("migrations/schema.sql", TEXT, TEXT + "-- more\n", snapshot, failure)


def told(committed: Committed, *head: str) -> list[Finding]:
    run = replace(REACHED, snapshot=Snapshot(frozenset({SCHEMA, *head})))
    return snapshot_differs.judge(evidence(upgrade=run, committed=committed))


def test_each_object_that_differs_is_told_at_its_block() -> None:
    """In words that say which side has it; a column at its table's block, and no neighbour's."""
    found = told(file(JOB, KIND, VIEW), JOB, line("view", "public.jobs", definition="SELECT 2"))
    assert [(f.object, f.line) for f in found] == [("public.job.kind", 6), ("public.jobs", 9)]
    assert found[0].message == "schema.sql has column public.job.kind, and the migrations do not make it"
    assert found[1].message == "view public.jobs is not what schema.sql says: definition"
    assert found[1].details == ("view public.jobs: definition: have SELECT 2, want SELECT 1",)


def test_an_object_that_the_file_lacks_is_told_with_its_revision() -> None:
    """Where the texts first differ, as it has no block."""
    worker = line("table", "public.worker")
    run = replace(REACHED, snapshot=Snapshot(frozenset({SCHEMA, worker})))
    (finding,) = snapshot_differs.judge(evidence(step("b", "upgrade", (), (worker,)), upgrade=run, committed=file()))
    assert finding.message == "the migrations make table public.worker, and schema.sql does not have it"
    assert (finding.revision, finding.file, finding.line) == ("b", "migrations/schema.sql", 14)


def test_what_a_revision_newer_than_the_seal_does_is_told_and_no_gate() -> None:
    """It is work that goes on; what a recorded revision does is an error."""
    worker = line("table", "public.worker")
    run = replace(REACHED, snapshot=Snapshot(frozenset({SCHEMA, worker})))
    severities = []
    for recorded in ("a", "b"):
        seal = Seal("history.lock", Sealed((Record(recorded, "0" * 16, (), (), f"{recorded}.py"),)))
        seen = evidence(step("b", "upgrade", (), (worker,)), upgrade=run, committed=file(), seal=seal)
        severities += [f.severity for f in snapshot_differs.judge(seen)]
    assert severities == [Severity.WARNING, Severity.ERROR]


def test_the_order_of_columns_counts_in_the_file() -> None:
    """It is what the text says."""
    (finding,) = told(file(JOB, order("a", "b")), JOB, order("b", "a"))
    assert (finding.object, finding.line) == ("public.job", 6)


def test_versions_of_extensions_do_not_count() -> None:
    """They are the machine's."""
    assert told(file(line("extension version", "citext", version="1.6")), line("extension version", "citext")) == []


def test_the_same_in_other_words_is_the_same() -> None:
    """Only the facts count."""
    assert told(file(JOB), JOB) == []


def test_a_file_that_cannot_be_loaded_is_told_with_the_reason() -> None:
    """Unknown is not clean."""
    (finding,) = told(file(failure="syntax error see line 4"), JOB)
    assert finding.message == "migrations/schema.sql cannot be loaded: syntax error see line 4"
    assert finding.object == "migrations/schema.sql"


def test_heads_that_were_not_reached_are_compared_with_nothing() -> None:
    """The reason is told by another finding."""
    run = replace(REACHED, versions=())
    assert snapshot_differs.judge(evidence(upgrade=run, committed=file())) == []
    assert snapshot_differs.judge(evidence(committed=None)) == []


# -- schema/unmodelled-difference -----------------------------------------------------------------------------------


def entries(text: str, name: str = "public.odd") -> Entries:
    return frozenset({Entry(name, "ODD THING", "public", text)})


def dumped(have: Entries | None, want: Entries | None, head: Snapshot = HEAD, walked: Snapshot = HEAD) -> list[Finding]:
    plain = evidence(upgrade=replace(REACHED, snapshot=head, dump=have))
    return unmodelled_difference.judge(replace(plain, trace=replace(plain.trace, head=walked, dump=want)))


def test_what_only_pg_dump_tells_apart_is_told_with_the_lines() -> None:
    """Loudly: an error."""
    (finding,) = dumped(entries("CREATE ODD 1;"), entries("CREATE ODD 2;"))
    assert (finding.rule, finding.severity, finding.object) == ("schema/unmodelled-difference", "error", "public.odd")
    assert finding.details[-2:] == ("-CREATE ODD 1;", "+CREATE ODD 2;")


def test_equal_dumps_are_no_difference_and_neither_is_no_dump() -> None:
    """Where there is no pg_dump, nothing was asked."""
    assert dumped(entries("x"), entries("x")) == []
    assert dumped(None, entries("x")) == []
    assert dumped(entries("x"), None) == []


def test_where_the_facts_differ_they_tell_it() -> None:
    """By their own finding."""
    assert dumped(entries("x"), entries("y"), head=BASE) == []


def test_what_has_no_weight_explains_its_own_object_only() -> None:
    """Another order of columns, and a moment of the clock."""
    one, other = (Snapshot(frozenset({SCHEMA, JOB, o})) for o in (order("a", "b"), order("b", "a")))
    assert dumped(entries("x", "job"), entries("y", "job"), one, other) == []
    assert len(dumped(entries("x"), entries("y"), one, other)) == 1
    now, later = (Snapshot(frozenset({SCHEMA, JOB, at})) for at in (NOW, LATER))
    assert dumped(entries("x", "job at"), entries("y", "job at"), now, later) == []
    assert len(dumped(entries("x"), entries("y"), now, later)) == 1


def test_base_is_compared_before_and_after() -> None:
    """With what pg_dump wrote of the empty database."""
    left = replace(down(), dump=entries("left"))
    (finding,) = unmodelled_difference.judge(evidence(downgrade=left, empty=frozenset()))
    assert finding.message.startswith("base before and after: ")
    assert unmodelled_difference.judge(evidence(downgrade=left, empty=None)) == []


# -- schema/column-order --------------------------------------------------------------------------------------------


def test_a_downgrade_that_leaves_another_order_is_told() -> None:
    """With both orders."""
    (finding,) = column_order.judge(evidence(step("b", "downgrade", (order("a", "b"),), (order("b", "a"),))))
    assert (finding.rule, finding.severity, finding.revision) == ("schema/column-order", "info", "b")
    assert finding.object == "public.job"
    assert finding.details == ("column order public.job: columns: have b, a, want a, b",)


def test_one_column_more_is_no_other_order() -> None:
    """It is told by itself."""
    assert column_order.judge(evidence(step("b", "downgrade", (order("a"),), (order("a", "b"),)))) == []


def against_models(*orders: str, **more: object) -> list[Finding]:
    migrated = (order("a", "b"), order("a", "b", table="public.other"))
    run = replace(REACHED, snapshot=Snapshot(frozenset({JOB, *migrated})))
    models = Models(1, Snapshot(frozenset({JOB, *orders})))
    return column_order.judge(evidence(upgrade=run, models=models, **more))


def test_models_in_another_order_are_told_once() -> None:
    """By the table, or by their number."""
    (finding,) = against_models(order("b", "a"))
    assert finding.message == "the columns of public.job stand in another order in the models"
    (finding,) = against_models(order("b", "a"), order("b", "a", table="public.other"))
    assert finding.message == "the columns of 2 tables stand in another order in the models"
    assert (finding.object, len(finding.details)) == (None, 2)
    assert against_models(order("a", "b")) == []


def test_a_table_that_the_project_excludes_has_no_order() -> None:
    """Neither by the settings, nor by include_object."""
    assert against_models(order("b", "a"), exclude=("job",)) == []
    left_out = Witness(left_out=(LeftOut("include_object", "table", "public", "job", None),))
    assert against_models(order("b", "a"), witness=left_out) == []
