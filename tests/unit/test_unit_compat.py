"""Statements of old and new code, and what is held against a revision; without a database."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass

import pytest

from alembic_proof.compat.models import MappedColumn, MappedTable, as_mapped
from alembic_proof.compat.relations import Column, Key, Reference, Relation, Usable, affected
from alembic_proof.compat.replies import Outcome, owners, read_results, replay_sql
from alembic_proof.compat.samples import Sample
from alembic_proof.compat.side import Side
from alembic_proof.compat.statements import Usage, statements
from alembic_proof.compat.table import compatibility
from alembic_proof.compat.verdict import broken, unproven
from alembic_proof.effects import Broken

ID = Column("id", "id", "integer", "N", not_null=True, default=True)
NAME = Column("name", "name", "character varying", "S", not_null=True, length=5)
NOTE = Column("note", "note", "text", "S", not_null=False)
BOOK = Relation(
    "public",
    "book",
    "public.book",
    "r",
    (ID, NAME, NOTE),
    (Key("book_pkey", ("id",), True, True),),
    marks="1",
    alone=True,
)
ROW = Sample({"id": "1", "name": "it's", "note": None})


def texts(relation: Relation, sample: Sample, operation: str) -> list[str]:
    """The statements of one operation."""
    return [u.sql for u in statements([relation], {relation.identity: sample}) if u.operation == operation]


def test_an_insert_gives_what_the_database_does_not_and_another_only_what_it_must() -> None:
    assert texts(BOOK, ROW, "insert")[:2] == [
        "INSERT INTO public.book (name, note) VALUES ('it''s'::character varying, NULL::text)",
        "INSERT INTO public.book (name) VALUES ('it''s'::character varying)",
    ]


def test_a_key_that_the_database_fills_is_named_after_on_conflict_and_not_written() -> None:
    assert texts(BOOK, ROW, "insert")[2].endswith(
        "(name, note) VALUES ('it''s'::character varying, NULL::text) ON CONFLICT (id) DO NOTHING"
    )


def test_a_column_is_written_with_the_longest_text_that_it_takes() -> None:
    assert "UPDATE public.book SET name = 'xxxxx'::character varying WHERE id = '1'::integer" in texts(
        BOOK, ROW, "update"
    )


def test_without_a_row_every_statement_is_one_of_no_row() -> None:
    assert texts(BOOK, Sample(), "insert") == [
        "INSERT INTO public.book (name, note) SELECT NULL::character varying, NULL::text WHERE false",
        "INSERT INTO public.book (name) SELECT NULL::character varying WHERE false",
    ]
    assert all(sql.endswith("WHERE false") for sql in texts(BOOK, Sample(), "update") + texts(BOOK, Sample(), "delete"))


def test_a_generated_column_is_read_and_never_written() -> None:
    loud = Column("loud", "loud", "text", "S", not_null=False, generated=True)
    relation = Relation("public", "book", "public.book", "r", (ID, loud))
    assert "loud" in texts(relation, ROW, "select")[0]
    assert not any("loud" in sql for o in ("insert", "update") for sql in texts(relation, ROW, o))


def test_a_view_is_only_read() -> None:
    view = Relation("public", "books", "public.books", "v", (NAME,))
    assert {u.operation for u in statements([view], {})} == {"select"}


def test_a_role_runs_what_it_has_privileges_for() -> None:
    relation = Relation("public", "b", "public.b", "r", (ID, NAME), grants=(("reader", frozenset(["SELECT"])),))
    assert {u.operation for u in statements([relation], {}) if u.role == "reader"} == {"select"}


def test_the_query_survives_every_driver() -> None:
    """No percent sign, colon before a name, brace, backslash or question mark that a driver could take for its own."""
    sql = replay_sql([Usage("t", "select", "SELECT '100%%s' || ':name' || '{x}' || '\\' || '?'")])
    assert not re.search(r"[%?{}\\]|(?<!:):(?!:)", sql)


def test_the_query_holds_the_statements_of_the_owner_in_order() -> None:
    usages = [
        Usage("t", "select", "SELECT 'ä'"),
        Usage("t", "select", "SELECT 2", role="app"),
        Usage("t", "select", "SELECT 3"),
    ]
    packed = re.findall(r"decode\('([^']*)'", replay_sql(usages))
    assert json.loads(base64.b64decode(packed[0])) == ["SELECT 'ä'", "SELECT 3"]
    assert [u.sql for u in owners(usages)] == ["SELECT 'ä'", "SELECT 3"]


def test_what_could_not_be_run_as_its_role_has_no_outcome() -> None:
    usages = [Usage("t", "select", "SELECT 1"), Usage("t", "select", "SELECT 2", role="app")]
    results = read_results(usages, '[["","","","",1], null]')
    assert results == {usages[0]: Outcome(rows=1)}
    assert unproven(usages, results) == ("select on t as app: it cannot be run as that role",)


GOES = Outcome("42703", 'column "note" does not exist')


def one(control: Outcome | None, result: Outcome | None, **more: object) -> tuple[Broken, ...]:
    """What one statement breaks."""
    usage = Usage(**{"table": "t", "operation": "select", "sql": "SELECT", **more})  # type: ignore[arg-type]
    return broken([usage], {usage: control} if control else {}, {usage: result} if result else {}, "old")


def test_only_what_passes_on_its_own_side_is_held_against_a_revision() -> None:
    assert len(one(Outcome(rows=1), GOES)) == 1
    assert one(GOES, GOES) == one(None, GOES) == one(Outcome(), None) == one(Outcome(rows=1), Outcome(rows=1)) == ()


def test_the_column_is_the_one_that_the_server_names() -> None:
    assert one(Outcome(), GOES, column="name")[0].column == "note"
    assert one(Outcome(), Outcome("22P02", "invalid input"), column="name")[0].column == "name"
    assert one(Outcome(), Outcome("42P01", 'relation "t" does not exist'), column="name")[0].column is None


@pytest.mark.parametrize("sqlstate", ["23505", "23514", "22001", "22003", "23P01"])
def test_what_depends_on_the_value_says_so(sqlstate: str) -> None:
    assert one(Outcome(), Outcome(sqlstate, "no"))[0].sample


@pytest.mark.parametrize("sqlstate", ["42703", "23502", "42501", "42883", "22P02"])
def test_what_depends_on_no_value_does_not(sqlstate: str) -> None:
    assert not one(Outcome(), Outcome(sqlstate, "no"))[0].sample


def test_of_new_code_no_made_up_value_is_held_against_a_revision() -> None:
    usage = Usage("t", "update", "UPDATE", "n", sample=True)
    found = [broken([usage], {usage: Outcome()}, {usage: Outcome("22003", "no")}, code) for code in ("old", "new")]
    assert [len(f) for f in found] == [1, 0]


def test_a_row_that_meets_a_constraint_which_it_knew_is_another_row_and_not_another_schema() -> None:
    met = Outcome("23505", "duplicate key", "t_pkey")
    assert one(Outcome(rows=1), met, known=frozenset(["t_pkey"])) == ()
    assert len(one(Outcome(rows=1), met, known=frozenset(["t_name_key"]))) == 1


def test_no_row_where_there_were_some_is_a_break_without_an_error() -> None:
    (found,) = one(Outcome(rows=3), Outcome(hidden=True), rows="all")
    assert (found.sqlstate, found.message) == ("", "it runs and finds no row, where it was 3")
    (found,) = one(Outcome(rows=1), Outcome(), operation="insert", rows="new")
    assert found.message == "it runs and writes no row, where it was 1"


def test_a_row_that_is_gone_for_everybody_is_told_with_the_rows_and_not_here() -> None:
    assert one(Outcome(rows=3), Outcome(), rows="all") == ()
    assert one(Outcome(rows=1), Outcome(), operation="update", rows="one") == ()


def test_a_row_that_only_the_role_does_not_find_is_a_break() -> None:
    own = Usage("t", "select", "SELECT", rows="one")
    app = Usage("t", "select", "SELECT", rows="one", role="app")
    found = broken(
        [own, app], dict.fromkeys([own, app], Outcome(rows=1)), {own: Outcome(rows=1), app: Outcome()}, "old"
    )
    assert [b.role for b in found] == ["app"]


def test_what_breaks_for_the_owner_is_not_told_again_for_a_role() -> None:
    usages = [Usage("t", "select", "SELECT", role="app"), Usage("t", "select", "SELECT")]
    found = broken(usages, dict.fromkeys(usages, Outcome(rows=1)), dict.fromkeys(usages, GOES), "old")
    assert [b.role for b in found] == [None]


def test_an_insert_that_fails_for_want_of_deleting_is_no_broken_insert() -> None:
    insert = Usage("t", "insert", "WITH gone", rows="new", again=True)
    delete = Usage("t", "delete", "DELETE", rows="one")
    kept = Outcome("P0001", "kept")
    found = broken(
        [insert, delete], dict.fromkeys([insert, delete], Outcome(rows=1)), {insert: kept, delete: kept}, "old"
    )
    assert [b.operation for b in found] == ["delete"]


LINE = Relation(
    *("public", "line", "public.line", "r", (ID,)),
    references=(Reference("line_book", ("book",), "public.book", ("id",)),),
    marks="1",
    alone=True,
)


def changed(*relations: Relation, shared: frozenset[str] = frozenset()) -> list[str]:
    """The names of what may be otherwise in a database with these, seen from one with a book and its lines."""
    there = Usable(relations, shared)
    return [r.name for r in affected(Usable((BOOK, LINE), frozenset(["f1"])), there)]


def test_what_has_the_same_marks_is_not_run_again() -> None:
    shared = frozenset(["f1", "f2"])  # one more can change nothing of what is there
    assert changed(BOOK, LINE, shared=shared) == []


def test_what_takes_rows_with_it_is_affected_by_them() -> None:
    other = Relation("public", "line", "public.line", "r", (ID,), marks="2", alone=True)
    assert changed(BOOK, other, shared=frozenset(["f1"])) == ["book", "line"]


def test_what_runs_code_of_its_own_and_a_change_to_what_all_use_are_run_again() -> None:
    runs = Relation("public", "line", "public.line", "r", (ID,), marks="1")
    assert changed(BOOK, runs, shared=frozenset(["f1"])) == ["book", "line"]
    assert changed(BOOK, LINE, shared=frozenset(["f2"])) == ["book", "line"]


def test_a_side_is_read_of_what_changed_and_keeps_the_rest() -> None:
    book, line = (Usage(f"public.{name}", "select", "SELECT") for name in ("book", "line"))
    earlier = Side(Usable((BOOK, LINE)), (book, line), dict.fromkeys([book, line], Outcome(rows=1)))
    grown = Relation("public", "line", "public.line", "r", (ID, NAME), marks="2", alone=True)
    new = Usage("public.line", "select", "SELECT name")
    side = Side(Usable((BOOK, grown)), (new,), {new: Outcome(rows=2)}).with_rest_of(earlier)
    assert side.usages == (new, book)
    assert side.control == {new: Outcome(rows=2), book: Outcome(rows=1)}


def test_models_hide_the_columns_and_tables_that_they_do_not_map() -> None:
    columns = (
        MappedColumn("name", False, False, False, False, True),
        MappedColumn("gone", True, False, False, False, True),
    )
    (seen,) = as_mapped([BOOK, LINE], [MappedTable(None, "book", columns), MappedTable("shop", "line", columns)])
    assert [c.name for c in seen.columns] == ["name"]
    assert [(k.columns, k.plain) for k in seen.keys] == [((), False)]
    assert seen.counterparts == {"book_pkey"}


def test_a_default_of_python_is_written_and_one_of_the_server_is_not() -> None:
    columns = (MappedColumn("id", False, True, False, True, True), MappedColumn("note", True, True, True, False, True))
    (seen,) = as_mapped([BOOK], [MappedTable(None, "book", columns)])
    assert texts(seen, ROW, "insert")[0] == "INSERT INTO public.book (note) VALUES (NULL::text)"


@dataclass(frozen=True)
class Passed:
    """A measured upgrade."""

    broken: tuple[Broken, ...] = ()
    ok: bool = True
    rows: str = "all"
    way_back: str = "ok"
    revision: str = "a1"


OLD = Broken("old", "t", "select", "SELECT", "42703", "gone")
NEW = Broken("new", "t", "update", "UPDATE", "22001", "too long", sample=True)


def test_the_table_has_a_cell_for_each_code_on_each_schema() -> None:
    assert compatibility([Passed(), Passed()]).rows == (("old code", "works", "works"), ("new code", "works", "works"))
    table = compatibility([Passed((OLD, NEW)), Passed((OLD,))])
    assert table.rows == (("old code", "works", "breaks 1"), ("new code", "breaks 1", "works"))
    assert (table.old_code_new_schema.sure, table.new_code_old_schema.sure) == ((OLD,), ())


@pytest.mark.parametrize(
    ("passage", "rows"),
    [
        (Passed(ok=False), (("works", "not looked at: revision a1 fails"), ("not looked at: revision a1 fails",) * 2)),
        (Passed((OLD,), ok=False), (("works", "breaks 1"), ("not looked at: revision a1 fails",) * 2)),
        (
            Passed(way_back="not run"),
            (("works", "works"), ("not looked at: revision a1 has no downgrade that was run", "works")),
        ),
        (Passed(way_back="fails"), (("works", "works"), ("not looked at: revision a1 cannot be downgraded", "works"))),
        (Passed(rows="none"), (("not looked at: there are no rows to look with",) * 2,) * 2),
    ],
    ids=["fails", "fails-and-breaks", "no-way-back", "way-back-fails", "no-rows"],
)
def test_what_was_not_looked_at_is_never_said_to_work(passage: Passed, rows: object) -> None:
    assert tuple(cells for _, *cells in map(list, compatibility([passage]).rows)) == tuple(map(list, rows))  # type: ignore[call-overload]
