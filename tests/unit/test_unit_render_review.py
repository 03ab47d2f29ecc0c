"""A review as a comment, as the summary of a job and on a terminal: what is told, in which order, what gives way."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from review_sample import LEGACY, NAME, PURCHASE, STATUS, sample

from alembic_proof.branch import Commits, Touched
from alembic_proof.findings import Basis, Finding, Severity
from alembic_proof.picture import Column, Picture, Table
from alembic_proof.render import markdown, terminal
from alembic_proof.render.markdown import one_line
from alembic_proof.render.markdown.fit import utf16
from alembic_proof.render.markdown.objects import difference
from alembic_proof.render.mermaid import mermaid_text, too_large
from alembic_proof.report import Report
from alembic_proof.review import Object, Review
from alembic_proof.trace import Failure, Measured

ORDER = [
    "## Schema review: 5 revisions, 7 changes, 5 need a decision",
    "|  | added | changed | renamed | replaced | rewritten | removed |",
    "### Needs a decision: 3 errors and 2 warnings",
    "### SQL that was run, on tables with rows, 5 revisions",
    "Schema change, 7 objects",
    "### Picture",
    "### Round trip: 4 ran every way, 1 failed, 1 with findings on the way back",
    "### Models and migrations: 1 finding",
    "### Old and new code",
    "### Estimates",
    "1 accepted finding",
    "### Not looked at",
    "**See it at home**",
]


def of_review(**more: Any) -> Report:
    """The sample with another review."""
    review = sample().review
    assert review is not None
    return replace(sample(), review=replace(review, **more))


def quiet(**more: Any) -> Report:
    """A branch that does nothing to the schema."""
    commits = Commits("origin/main", "a" * 40, "a" * 40, "b" * 40)
    return Report(review=Review(commits=commits, start=("x",), end=("x",)), **more)


def huge(tables: int = 300) -> Report:
    """More of everything than a comment can hold."""
    sql = "".join(f"    column_{n} text,\n" for n in range(60))
    made = tuple(Object("added", "table", f"public.t{n}", after=sql, revisions=(NAME,)) for n in range(tables))
    drawn = tuple(Table(f"public.t{n}", (Column("id", "bigint", keys=("PK",), change="added"),)) for n in range(tables))
    found = tuple(
        Finding("lock/x", Severity.ERROR, Basis.OBSERVED, f"no. {n} {'long ' * 50}", "way " * 50, NAME, sql="x " * 90)
        for n in range(tables)
    )  # fmt: skip
    measured = sample().measured
    passage = measured.passages[0]
    passages = tuple(
        replace(passage, revision=f"r{n}", statements=tuple(replace(s, sql=sql) for s in passage.statements))
        for n in range(tables)
    )
    report = of_review(objects=made, picture=Picture(drawn), revisions=tuple(f"r{n}" for n in range(tables)))
    return replace(report, findings=found, measured=Measured("x", passages))


def test_the_sections_of_a_comment_stand_in_their_order() -> None:
    """The verdict first, with its counts; what was not looked at always."""
    out = markdown.render(sample())
    places = [out.find(part) for part in ORDER]
    assert -1 not in places, ORDER[places.index(-1)]
    assert places == sorted(places)
    assert "To keep this short" not in out


def test_what_is_lost_stands_in_the_open() -> None:
    """Counters and decisions are not folded."""
    out = markdown.render(sample())
    open_ = re.sub(r"(?s)<details>.*?</details>", "", out)
    assert "| column |  | 1 | 1 |  |  | **1** |" in open_
    assert "| function |  |  |  |  |  | **1** |" in open_
    assert "purchase.legacy\\_code is dropped" in open_ or "purchase.legacy_code is dropped" in open_


def test_the_context_says_what_was_compared() -> None:
    """Commits, heads before and after, the server; and what ran besides."""
    out = markdown.render(
        of_review(unseen=("u1", "u2"), touched=(Touched("t1", "deleted", "t1.py"),), merged_heads=("a", "b"))
    )
    assert "`origin/main` at `9d3f1c07a2` → `4be27a90c6` · revision `0a7e64b1c95d` → `c03b7d5aa218`" in out
    assert "Not in this branch, and run first, since the base has them: `u1`, `u2`." in out
    assert "**Deleted** revisions of the base: `t1`." in out
    assert "**Merged, the history would have 2 heads:** `a`, `b`." in out


def test_a_decision_names_place_lock_and_how_it_is_known() -> None:
    """Also where the message says no lock."""
    out = markdown.render(sample())
    about = out[out.index("`data/drops-column`") :].split("\n\n")[0]
    assert f"locks AccessExclusiveLock on `{PURCHASE}`: reads and writes wait" in about
    assert "_no_legacy_codes.py:13`" in about
    assert "observed: it happened in this run" in about


def test_the_sql_is_told_with_its_transactions_locks_and_times() -> None:
    """A lock that an earlier statement took is one that is held."""
    out = markdown.render(sample())
    sql = out[out.index(f"<code>{LEGACY}</code>") :].split("</details>")[0]
    assert "4 statements, 1 transaction, 21.8 ms, AccessExclusiveLock" in sql
    assert "-- 2: line 13, 0.9 ms\n--    AccessExclusiveLock on public.purchase: reads and writes wait\nALTER" in sql
    assert "--    AccessExclusiveLock on public.purchase is held from before\n--    reads all of public.purchase" in sql
    assert "-- outside a transaction\n-- 1: line 16" in out


def test_an_object_is_told_as_the_difference_of_its_sql() -> None:
    """Changed lines and a few around them; a rename as its two names."""
    out = markdown.render(sample())
    assert "**renamed** table `public.delivery_address` → `public.address`, by `1f0a4d82e71b`" in out
    assert "-     legacy_code character varying(40),\n" in out
    assert difference("a\nb\n", "a\nb\n") == []
    assert difference("", "a\n") == ["+ a"]
    body = "".join(f"{n}\n" for n in range(20))
    told = difference(body, body.replace("4\n", "x\n", 1).replace("15\n", "y\n"))
    around = ["  12", "  13", "  14", "- 15", "+ y", "  16", "  17", "  18"]
    assert told == ["  1", "  2", "  3", "- 4", "+ x", "  5", "  6", "  7", "  …", *around]


def test_a_rewritten_table_says_that_its_rows_are_copied() -> None:
    """It has no line that differs."""
    thing = Object("rewritten", "table", PURCHASE, before="CREATE", after="CREATE")
    assert "the same definition, every row copied" in markdown.render(of_review(objects=(thing,)))


def test_long_differences_are_folded_and_short_ones_are_not() -> None:
    """Sixty lines are read as they stand."""
    one = Object("added", "table", "public.a", after="x\n" * 50)
    assert "### Schema change, 1 object\n" in markdown.render(of_review(objects=(one,)))
    assert "<summary>Schema change, 2 objects</summary>" in markdown.render(of_review(objects=(one, one)))


def test_a_comment_keeps_the_decisions_and_gives_up_sql_picture_and_differences_first() -> None:
    """It says what is missing, and where all of it is."""
    out = markdown.render(huge())
    assert utf16(out) <= 20_000
    assert "300 need a decision" in out
    assert "| table | 300 |" in out
    assert "no. 0 long" in out
    note = out[out.index("To keep this short") :]
    for name in ("SQL that was run", "the change object by object", "the summary of the job"):
        assert name in note
    assert (
        "Not drawn: 300 tables, and more than 25 cannot be read. `--format html=PATH` has one." in out
        or "picture" in note
    )


@pytest.mark.parametrize("limit", [1_000, 3_000, 10_000, 65_536])
def test_no_limit_is_exceeded(limit: int) -> None:
    """And the verdict stays."""
    out = markdown.render(huge(), limit)
    assert utf16(out) <= limit
    assert "300 need a decision" in out
    assert out.count("<details>") == out.count("</details>")


def test_the_summary_has_more_than_the_comment_and_stays_below_its_limit() -> None:
    """In bytes."""
    out = markdown.summary(huge(60))
    assert len(markdown.render(huge(60))) < len(out.encode()) < 1_048_576
    assert len(markdown.summary(huge(), 100_000).encode()) < 100_000


def test_the_digest_stays_where_only_times_differ() -> None:
    """A comment is not edited for them."""
    report = sample()
    slower = tuple(
        replace(p, statements=tuple(replace(s, seconds=9.0) for s in p.statements)) for p in report.measured.passages
    )
    assert markdown.marker(replace(report, measured=replace(report.measured, passages=slower))) == markdown.marker(
        report
    )
    assert markdown.marker(of_review(revisions=("x",))) != markdown.marker(report)


def test_a_branch_without_news_is_one_line() -> None:
    """With its commit; a finding, a revision or a run that did not finish is news."""
    line = "Schema review: no change of the schema, and nothing found at `bbbbbbbbbb`."
    assert one_line(quiet()) == line
    assert markdown.render(quiet()).split("\n")[1:] == [line, ""]
    warned = Finding("x/y", Severity.WARNING, Basis.OBSERVED, "x")
    assert line not in markdown.render(quiet(findings=(warned,)))
    assert line not in markdown.render(quiet(incomplete="the server went away"))
    assert line not in markdown.render(of_review(objects=(), revisions=("x",)))


def test_a_review_that_stopped_says_where_and_is_not_clean() -> None:
    """Revision, the server's words, the statement; and that the rest is as far as it came."""
    failure = Failure("UndefinedTable", 'relation "x" does not exist', "42P01", "ALTER TABLE x ADD y int")
    out = markdown.render(of_review(failure=failure, failed=STATUS, objects=()))
    assert f'**It stopped at revision `{STATUS}`:** UndefinedTable: relation "x" does not exist' in out
    assert "```sql\nALTER TABLE x ADD y int\n```" in out
    assert "No object of the schema is another" not in out
    assert f"it stopped at {STATUS}: UndefinedTable" in terminal.render(of_review(failure=failure, failed=STATUS))


def test_a_review_that_could_not_finish_never_says_that_there_is_nothing_to_decide() -> None:
    """The title says it."""
    out = markdown.render(quiet(incomplete="the server @went away"))
    assert "## Schema review: could not verify, 0 revisions, 0 changes" in out
    assert "nothing to decide" not in out
    assert "### Models and migrations: not looked at" in out


def test_models_that_were_not_compared_are_not_called_equal() -> None:
    """Only an answer is one."""
    clean = replace(sample(), findings=(), coverage=())
    assert "### Models and migrations: no difference" in markdown.render(clean)
    unknown = replace(clean, coverage=("drift: the heads were not reached",))
    assert "### Models and migrations: not looked at\n\n- drift: the heads were not reached" in markdown.render(unknown)


def test_a_picture_that_nobody_can_read_is_not_drawn() -> None:
    """Of too many tables, or too long; changed columns come first, and words say what colours do."""
    many = Picture(tuple(Table(f"public.t{n}", change="added") for n in range(26)))
    assert too_large(many) == "26 tables, and more than 25 cannot be read"
    wide = Picture(tuple(Table(f"t{n}", tuple(Column(f"c{m}" * 20, "text" * 15, change="added") for m in range(30)))
        for n in range(20)))  # fmt: skip
    assert "20,000 are the most" in too_large(wide)
    assert "Not drawn: 26 tables" in markdown.render(of_review(picture=many))
    review = sample().review
    assert review is not None
    assert too_large(review.picture) == ""
    text = mermaid_text(review.picture)
    assert 'varchar(200) full_name "RENAMED, was name"\n    bigint id PK' in text
    assert "public.team" not in text


def test_the_terminal_shows_a_tree_and_ends_with_the_verdict_and_what_to_run() -> None:
    """`+ ~ > -`, plain where it is no terminal."""
    out = terminal.render(sample())
    for line in (
        "  + table public.refund\n      + id bigint NOT NULL\n",
        "  > table public.delivery_address → public.address\n  ~ table public.customer\n",
        "      > column name → full_name\n",
        "      - column legacy_code character varying(40)\n      ~ column placed_at not null: no → yes\n",
        "  ! view public.customer_totals (replaced)\n  - function public.legacy_code(public.purchase)\n",
    ):
        assert line in out, line
    assert "\x1b" not in out
    assert out.endswith(
        "3 errors, 2 warnings: 5 revisions, 7 changed objects, in 7.4 s\n"
        "next: alembic-proof explain data/drops-column\n"
    )
    assert out.index("+ table public.refund") < out.index("error downgrade/fails") < out.index("under test on tables")


def test_the_terminal_says_what_to_run_where_nothing_is_to_be_mended() -> None:
    """The page for the other reviewers."""
    out = terminal.render(replace(sample(), findings=()))
    assert out.endswith("next: alembic-proof review --base origin/main --format html=review.html\n")
