"""The revision graph, and what `history/broken` and `history/multiple-heads` say of it."""

from itertools import pairwise

import pytest

from alembic_proof.checks import broken, multiple_heads
from alembic_proof.history import Function, History, Revision
from alembic_proof.trace import Evidence, Failure


def rev(id_: str | None, *parents: str, **more: object) -> Revision:
    return Revision(file=f"versions/{id_}_x.py", id=id_, parents=parents, **more)  # type: ignore[arg-type]


def graph(*revisions: Revision) -> History:
    return History(revisions, ("versions",))


def said(history: History, *errors: Failure) -> list[str]:
    return [f.message for f in broken.judge(Evidence(history, import_errors=errors))]


def test_a_line_has_one_head() -> None:
    """The last revision is the head."""
    assert [h.id for h in graph(rev("a"), rev("b", "a"), rev("c", "b")).heads] == ["c"]


def test_a_merge_has_one_head() -> None:
    """Both parents of a merge are no heads."""
    assert [h.id for h in graph(rev("a"), rev("b", "a"), rev("c", "a"), rev("d", "b", "c")).heads] == ["d"]


def test_a_parent_named_by_its_label_is_no_head() -> None:
    """A down_revision may be a branch label."""
    assert [h.id for h in graph(rev("a", labels=("first",)), rev("b", "first")).heads] == ["b"]


def test_an_empty_history_has_no_heads() -> None:
    """Nothing is no error here."""
    assert graph().heads == ()
    assert said(graph()) == []


@pytest.mark.parametrize(("name", "found"), [("abcd1234", "abcd1234"), ("abcd", "abcd1234"), ("one", "abcd1234")])
def test_resolve_knows_ids_abbreviations_and_labels(name: str, found: str) -> None:
    """As Alembic resolves a down_revision."""
    revision = graph(rev("abcd1234", labels=("one",)), rev("bcde")).resolve(name)
    assert revision is not None
    assert revision.id == found


@pytest.mark.parametrize("name", ["abcd", "ab", "zzzz", ""])
def test_resolve_refuses_what_is_not_one_revision(name: str) -> None:
    """An ambiguous, a short or an unknown name is none."""
    assert graph(rev("abcd1"), rev("abcd2")).resolve(name) is None


def test_duplicates_are_told_once_with_their_files() -> None:
    """Every id that more than one file claims."""
    history = graph(rev("a"), rev("a"), rev("b", "a"))
    assert history.duplicates == ("a",)
    (message,) = said(history)
    assert "claimed by 2 files" in message


def test_a_cycle_is_told_by_its_members_only() -> None:
    """Neither what descends from it nor what leads to it."""
    history = graph(rev("a"), rev("b", "a", "d"), rev("c", "b"), rev("d", "c"), rev("e", "d"))
    assert said(history) == ["these revisions form a cycle: b, c, d"]


def test_a_cycle_of_one() -> None:
    """A revision that is its own parent."""
    assert said(graph(rev("a", "a"))) == ["these revisions form a cycle: a"]


def test_a_cycle_by_depends_on() -> None:
    """depends_on counts as an order."""
    assert said(graph(rev("a", depends_on=("b",)), rev("b", "a"))) == ["these revisions form a cycle: a, b"]


def test_a_long_history_is_judged_quickly() -> None:
    """Linear, not quadratic: five thousand revisions are no matter of seconds."""
    ids = [f"{n:012x}" for n in range(5000)]
    assert broken._cycles(graph(rev(ids[0]), *(rev(i, p) for p, i in pairwise(ids)))) == []


def test_a_missing_parent_is_told_with_its_line() -> None:
    """Where down_revision stands."""
    (finding,) = broken.judge(Evidence(graph(rev("a"), rev("b", "gone", parent_line=7))))
    assert (finding.line, finding.revision) == (7, "b")
    assert "`gone`" in finding.message


def test_a_missing_dependency_is_told_with_its_line() -> None:
    """Where depends_on stands."""
    (finding,) = broken.judge(Evidence(graph(rev("a", depends_on=("gone",), depends_line=9))))
    assert (finding.line, finding.revision) == (9, "a")


def test_a_child_of_a_file_that_cannot_be_read_is_not_blamed() -> None:
    """The file's own error is enough."""
    unreadable = Revision(file="versions/a1_x.py", error="invalid syntax", line=3)
    assert said(graph(unreadable, rev("b", "a1"))) == ["a1_x.py: invalid syntax"]


def test_a_syntax_error_is_told_once() -> None:
    """Read as text and imported: one finding."""
    unreadable = Revision(file="versions/a1_x.py", error="invalid syntax", line=3)
    error = Failure("SyntaxError", "invalid syntax", file="versions/a1_x.py", line=3)
    assert said(graph(unreadable), error) == ["a1_x.py: invalid syntax"]


def test_an_import_error_is_told_at_its_line() -> None:
    """What Alembic would stumble over."""
    error = Failure("ModuleNotFoundError", "No module named 'x'", file="versions/a_x.py", line=4)
    (finding,) = broken.judge(Evidence(graph(rev("a")), import_errors=(error,)))
    assert (finding.file, finding.line) == ("versions/a_x.py", 4)


@pytest.mark.parametrize(("length", "findings"), [(32, 0), (33, 1)])
def test_ids_fit_the_version_table(length: int, findings: int) -> None:
    """32 characters, not one more."""
    assert len(said(graph(rev("a" * length)))) == findings


@pytest.mark.parametrize("kind", ["async", "generator"])
@pytest.mark.parametrize("name", ["upgrade", "downgrade"])
def test_functions_that_do_nothing_when_called(name: str, kind: str) -> None:
    """Alembic calls them, gets an object and throws it away."""
    (finding,) = broken.judge(Evidence(graph(rev("a", **{name: Function(kind, 12)}))))
    assert finding.line == 12
    assert name in finding.message


def heads(*revisions: Revision) -> list[str | None]:
    return [f.revision for f in multiple_heads.judge(Evidence(graph(*revisions)))]


def test_two_heads_of_one_base_are_a_finding() -> None:
    """It is told at the last one."""
    assert heads(rev("a"), rev("b", "a"), rev("c", "a")) == ["c"]


def test_two_bases_without_labels_are_a_finding() -> None:
    """Nobody said that it was meant."""
    assert heads(rev("a"), rev("b")) == ["b"]


def test_labelled_branches_of_their_own_are_by_design() -> None:
    """Independent histories in one folder."""
    assert heads(rev("a", labels=("one",)), rev("b", labels=("two",)), rev("c", "b")) == []


def test_labelled_branches_of_one_base_are_a_finding() -> None:
    """They share an ancestor, so `upgrade head` has to choose."""
    assert heads(rev("a"), rev("b", "a", labels=("one",)), rev("c", "a", labels=("two",))) == ["c"]


@pytest.mark.parametrize(
    "broken_part", [rev("b", "gone"), Revision("versions/x.py", error="invalid"), Revision("versions/x.py")]
)
def test_heads_of_a_broken_history_are_not_counted(broken_part: Revision) -> None:
    """A head may only seem to be one."""
    assert heads(rev("a"), rev("c"), broken_part) == []
