"""What became of each object of one database, from facts made by hand; real DDL is in tests/catalog."""

import json
from typing import Any

import pytest

from alembic_proof.continuity import Located, compare_located
from alembic_proof.snapshot import Snapshot

Row = tuple[str, str, str | None, dict[str, Any], int, int]


def located(*rows: Row, **files: int) -> Located:
    """From `(kind, identity, parent, payload, owner, own)`, and the file of each relation as `_oid=file`."""
    places = {json.dumps([kind, name, parent, payload]): (o, i) for kind, name, parent, payload, o, i in rows}
    return Located(Snapshot(frozenset(places)), places, {int(oid[1:]): file for oid, file in files.items()})


def row(kind: str, identity: str, own: int, parent: str | None = None, owner: int = 0, **payload: Any) -> Row:
    return kind, identity, parent, {k.replace("_", " "): v for k, v in payload.items()}, owner or own, own


def told(before: Located, after: Located) -> list[tuple[str, str, str]]:
    return [(c.change, c.kind, c.identity) for c in compare_located(before, after)]


def table(name: str, own: int, *columns: str) -> list[Row]:
    return [
        row("table", f"public.{name}", own),
        *(
            row("column", f"public.{name}.{c}", n, f"public.{name}", own, type="integer")
            for n, c in enumerate(columns, 1)
        ),
    ]


def test_nothing_is_told_where_nothing_happened() -> None:
    """The same facts at the same places."""
    same = located(*table("job", 1, "id"), _1=7)
    assert compare_located(same, same) == ()


def test_a_renamed_table_is_told_once_and_takes_its_columns_along() -> None:
    """The change has the old name and the new one."""
    (change,) = compare_located(located(*table("job", 1, "id")), located(*table("task", 1, "id")))
    assert (change.change, change.kind, change.identity) == ("renamed", "table", "public.task")
    assert [(a.have, a.want) for a in change.attributes] == [("public.job", "public.task")]


def test_a_column_of_a_renamed_table_may_be_renamed_as_well() -> None:
    """Two renames."""
    before, after = located(*table("job", 1, "id", "n")), located(*table("task", 1, "id", "count"))
    assert told(before, after) == [("renamed", "column", "public.task.count"), ("renamed", "table", "public.task")]


def test_a_column_renamed_and_retyped_is_both() -> None:
    """The type is compared under the new name."""
    before = located(*table("job", 1), row("column", "public.job.n", 1, "public.job", 1, type="integer"))
    after = located(*table("job", 1), row("column", "public.job.m", 1, "public.job", 1, type="bigint"))
    renamed, changed = compare_located(before, after)
    assert (renamed.change, renamed.identity) == ("renamed", "public.job.m")
    assert (changed.change, [(a.have, a.want) for a in changed.attributes]) == ("changed", [("integer", "bigint")])


def index(name: str, on: str, constraint: str | None = None, own: int = 9) -> Row:
    payload = {"definition": f"CREATE INDEX {name} ON public.{on} USING btree (id)", "constraint": constraint}
    return ("index", f"public.{name}", f"public.{on}", payload, 1, own)


def test_texts_that_only_name_what_was_renamed_are_no_change() -> None:
    """An index of a renamed table."""
    before = located(*table("job", 1, "id"), index("by_id", "job"))
    after = located(*table("task", 1, "id"), index("by_id", "task"))
    assert told(before, after) == [("renamed", "table", "public.task")]


def test_a_text_that_also_says_something_else_is_a_change_with_the_old_text() -> None:
    """What it was is told as it was, in the old names."""
    before = located(*table("job", 1), row("view", "public.v", 5, definition="SELECT 1 FROM public.job"))
    after = located(*table("task", 1), row("view", "public.v", 5, definition="SELECT 2 FROM public.task"))
    _, change = compare_located(before, after)
    assert change.attributes[0].have == "SELECT 1 FROM public.job"


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("SELECT n FROM public.job", "SELECT m AS n FROM public.job", True),
        ("SELECT job.n FROM public.job", "SELECT job.m AS n FROM public.job", True),
        ("SELECT n AS m FROM public.job", "SELECT m FROM public.job", True),
        ("SELECT n FROM public.job", "SELECT m FROM public.job", True),
        ("CHECK (n > 0)", "CHECK (m > 0)", True),
        ("CHECK (n <> 'n')", "CHECK (m <> 'n')", True),
        ("CHECK (n > 0)", "CHECK (m > 1)", False),
        ("CHECK (n > 0)", "CHECK (n > 0) NOT VALID", False),
        ("SELECT n FROM public.job", "SELECT m AS o FROM public.job", False),
        ("CHECK (nn > 0)", "CHECK (mm > 0)", False),
    ],
)
def test_a_renamed_column_in_texts(old: str, new: str, same: bool) -> None:
    """Word by word; a view keeps its own column's name, and a word in a text is no name."""
    before = located(*table("job", 1, "n"), row("view", "public.v", 5, definition=old))
    after = located(*table("job", 1, "m"), row("view", "public.v", 5, definition=new))
    assert (len(compare_located(before, after)) == 1) is same


def test_a_constraints_index_follows_the_constraint() -> None:
    """One rename, as there was one command."""

    def key(name: str) -> Located:
        constraint = row("constraint", f"public.job.{name}", 8, "public.job", 1, definition="UNIQUE (id)")
        return located(*table("job", 1, "id"), constraint, index(name, "job", name))

    assert told(key("old"), key("new")) == [("renamed", "constraint", "public.job.new")]


def test_an_index_of_its_own_is_renamed_by_itself() -> None:
    """It belongs to no constraint."""
    before, after = (located(*table("job", 1), index(name, "job")) for name in ("old", "new"))
    assert told(before, after) == [("renamed", "index", "public.new")]


def test_a_schema_takes_all_along() -> None:
    """Tables, indexes, functions."""

    def under(schema: str) -> Located:
        return located(
            row("schema", schema, 3),
            row("table", f"{schema}.job", 1),
            row("function", f"{schema}.f(a integer)", 4),
            row("index", f"{schema}.by_id", 9, f"{schema}.job", 1),
        )

    assert told(under("old"), under("new")) == [("renamed", "schema", "new")]


def test_an_enum_takes_the_signatures_along() -> None:
    """A function is called otherwise where only its argument's type is."""

    def named(name: str) -> Located:
        column = row("column", "public.job.m", 1, "public.job", 1, type=f"public.{name}", default=f"'x'::public.{name}")
        function = row("function", f"public.f(m public.{name})", 6)
        return located(*table("job", 1), column, row("enum", f"public.{name}", 2, labels=["a"]), function)

    assert told(named("mood"), named("feeling")) == [("renamed", "enum", "public.feeling")]


def test_a_function_keeps_its_arguments() -> None:
    """And where it is called, it has none."""

    def named(name: str) -> Located:
        constraint = row("constraint", "public.job.c", 8, "public.job", 1, definition=f"CHECK (public.{name}(id) > 0)")
        return located(*table("job", 1, "id"), constraint, row("function", f"public.{name}(a integer)", 6))

    assert told(named("one"), named("two")) == [("renamed", "function", "public.two(a integer)")]


def test_the_same_name_at_another_place_is_another_object() -> None:
    """Its parts are told with it."""
    before, after = located(*table("job", 1, "id")), located(*table("job", 2, "id"))
    assert told(before, after) == [("recreated", "table", "public.job")]


def test_a_column_dropped_and_added_again_lost_its_values() -> None:
    """By its number, which is never given twice."""
    before = located(*table("job", 1), row("column", "public.job.n", 2, "public.job", 1))
    after = located(*table("job", 1), row("column", "public.job.n", 3, "public.job", 1))
    assert told(before, after) == [("recreated", "column", "public.job.n")]


def test_two_that_swap_names_are_two_renames() -> None:
    """And nothing was recreated."""
    before = located(*table("one", 1, "id"), *table("two", 2, "id"))
    after = located(*table("two", 1, "id"), *table("one", 2, "id"))
    assert told(before, after) == [("renamed", "table", "public.one"), ("renamed", "table", "public.two")]


def test_what_gave_its_name_to_another_is_dropped() -> None:
    """Although there is a table of that name before and after."""
    before = located(*table("one", 1, "id"), *table("two", 2, "id"))
    after = located(*table("two", 1, "id"))
    assert told(before, after) == [("renamed", "table", "public.two"), ("extra", "table", "public.two")]


def test_another_file_is_a_rewrite_and_an_indexs_a_rebuild() -> None:
    """The index of a rewritten table is told with it, an index alone by itself."""
    rows = (*table("job", 1, "id"), index("by_id", "job"))
    before = located(*rows, _1=10, _9=11)
    assert told(before, located(*rows, _1=12, _9=13)) == [("rewritten", "table", "public.job")]
    assert told(before, located(*rows, _1=10, _9=13)) == [("rebuilt", "index", "public.by_id")]


def test_a_new_index_that_took_over_the_old_ones_file_was_not_built() -> None:
    """As Postgres does for a new type of a column that sorts as the old one; nor was its constraint recreated."""

    def key(own: int, file: int) -> Located:
        constraint = row("constraint", "public.job.key", own + 1, "public.job", 1, definition="UNIQUE (id)")
        return located(*table("job", 1, "id"), constraint, index("key", "job", "key", own), **{f"_{own}": file})

    assert told(key(9, 50), key(20, 50)) == []
    assert told(key(9, 50), key(20, 51)) == [("rebuilt", "index", "public.key")]
