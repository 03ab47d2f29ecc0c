"""The comparison of two snapshots: what is told, and what is folded into it."""

import json

from alembic_proof.diff import Attribute, compare, compare_lines
from alembic_proof.snapshot import Snapshot, parse_fact


def line(kind: str, identity: str, parent: str | None = None, **payload: object) -> str:
    return json.dumps([kind, identity, parent, {k.replace("_", " "): v for k, v in payload.items()}])


def texts(want: list[str], have: list[str]) -> list[str]:
    return [str(c) for c in compare_lines(want, have)]


TABLE = line("table", "public.job")
COLUMN = line("column", "public.job.id", "public.job", type="integer", not_null=True)


def test_equal_snapshots_do_not_differ() -> None:
    """No change at all."""
    same = Snapshot(frozenset({TABLE, COLUMN}))
    assert compare(same, same) == ()


def test_what_is_only_there_is_extra_and_what_is_only_wanted_is_missing() -> None:
    """Have and want are never mixed up."""
    assert texts([], [COLUMN]) == ["column public.job.id is there and should not be"]
    assert texts([COLUMN], []) == ["column public.job.id is not there and should be"]


def test_a_change_names_each_attribute_with_both_values() -> None:
    """Have first; booleans and nothing as words."""
    other = line("column", "public.job.id", "public.job", type="bigint", default="1")
    (change,) = compare_lines([COLUMN], [other])
    assert change.attributes == (
        Attribute("default", "1", None),
        Attribute("not null", None, True),
        Attribute("type", "bigint", "integer"),
    )
    assert str(change) == (
        "column public.job.id: default: have 1, want none; not null: have none, want yes; "
        "type: have bigint, want integer"
    )


def test_lists_are_shown_as_lists() -> None:
    """Labels of an enum."""
    assert texts([line("enum", "e", labels=["a", "b"])], [line("enum", "e", labels=["a"])]) == [
        "enum e: labels: have a, want a, b"
    ]


def test_columns_are_folded_into_their_table() -> None:
    """A table that is gone is one change."""
    assert texts([TABLE, COLUMN], []) == ["table public.job is not there and should be"]


def test_columns_of_a_table_that_changed_stay() -> None:
    """Only what came or went whole is folded."""
    changed = line("table", "public.job", comment="x")
    assert len(texts([TABLE, COLUMN], [changed])) == 2


def test_an_index_is_folded_into_the_constraint_of_its_name() -> None:
    """Also where the constraint carries the table in its name."""
    constraint = line("constraint", "public.job.job_pkey", "public.job", definition="PRIMARY KEY (id)")
    index = line("index", "public.job_pkey", "public.job", definition="CREATE UNIQUE INDEX job_pkey")
    assert texts([constraint, index], []) == ["constraint public.job.job_pkey is not there and should be"]


def test_an_index_of_its_own_is_not_folded() -> None:
    """Only what a constraint brought."""
    constraint = line("constraint", "public.job.job_pkey", "public.job")
    index = line("index", "public.job_email", "public.job")
    assert len(texts([constraint, index], [])) == 2


def test_a_sequence_is_folded_into_the_column_that_owns_it() -> None:
    """And into the column's table."""
    sequence = json.dumps(["sequence", "public.job_id_seq", None, {"owned by": "public.job.id"}])
    assert texts([COLUMN, sequence], []) == ["column public.job.id is not there and should be"]
    assert texts([TABLE, COLUMN, sequence], []) == ["table public.job is not there and should be"]
    assert len(texts([sequence], [])) == 1


def test_opposite_changes_are_not_folded() -> None:
    """A constraint that came does not explain an index that went."""
    constraint = line("constraint", "public.job.x", "public.job")
    index = line("index", "public.x", "public.job")
    assert len(texts([constraint], [index])) == 2


def test_changes_are_sorted() -> None:
    """By kind and name, whatever the order of the lines."""
    lines = [line("table", name) for name in ("c", "a", "b")]
    assert [c.identity for c in compare_lines(lines, [])] == ["a", "b", "c"]


def test_a_snapshot_applies_a_change() -> None:
    """Lines go and come, and facts are sorted."""
    snapshot = Snapshot(frozenset({TABLE})).changed([TABLE], [COLUMN])
    assert snapshot.facts == (parse_fact(COLUMN),)
    assert snapshot.facts[0].key == ("column", "public.job.id")
