"""The history seal: the lock as text, what counts as an edit, and what `history/edited` says of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from alembic_proof.checks import edited
from alembic_proof.errors import UsageError
from alembic_proof.findings import Finding, Severity
from alembic_proof.history import Function, History, Revision
from alembic_proof.seal import Record, Seal, Sealed, compare_seal, read_seal, recorded_now, seal_text, updated
from alembic_proof.trace import Evidence

HEAD = seal_text([])


def rev(id_: str | None, *parents: str, **more: object) -> Revision:
    values = {"file": f"/p/migrations/versions/{id_}_x.py", "hash": f"hash-{id_}", "upgrade": Function("code", 9)}
    return Revision(id=id_, parents=parents, **{**values, **more})  # type: ignore[arg-type]


def graph(*revisions: Revision) -> History:
    return History(revisions, ("/p/migrations/versions",), "/p/migrations")


def sealed(history: History) -> Sealed:
    return read_seal(updated(history, Sealed()))


A, B, C = rev("a"), rev("b", "a"), rev("c", "b")
RELEASED = graph(A, B, C)


def findings(now: History, before: History = RELEASED, **known: object) -> list[Finding]:
    """What the check says of a history that was sealed before."""
    lock = sealed(before)
    seal = Seal("/p/migrations/history.lock", lock, compare_seal(now, lock), **known)  # type: ignore[arg-type]
    return edited.judge(Evidence(now, seal=seal))


def test_the_lock_is_sorted_and_says_what_it_is() -> None:
    """One line per revision, whatever the order of the files."""
    merge = rev("d", "c", "b", depends_on=("a",))
    text = updated(graph(merge, C, A, B), Sealed())
    assert text.splitlines()[2:] == [
        "a hash-a - - versions/a_x.py",
        "b hash-b a - versions/b_x.py",
        "c hash-c b - versions/c_x.py",
        "d hash-d b,c a versions/d_x.py",
    ]
    assert text.startswith("# alembic-proof history seal, format 1: written by `alembic-proof snapshot`")
    assert text == updated(graph(A, B, C, merge), read_seal(text))


def test_ids_and_files_with_spaces_survive() -> None:
    """An id may hold a space, a comma or a `#`, and so may a path."""
    odd = rev("# one, two", file="/p/migrations/versions/one two.py", hash="1")
    history = graph(odd, rev("é", "# one, two"))
    lock = sealed(history)
    assert set(lock.by_id) == {"# one, two", "é"}
    assert lock.by_id["# one, two"].file == "versions/one two.py"
    assert compare_seal(history, lock) == ()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "does not begin"),
        ("a hash - - versions/a.py\n", 1, "does not begin"),
        (HEAD.replace("format 1", "format 2"), 1, "does not begin"),
        (HEAD + "a hash - -\n", 3, "not a line"),
        (HEAD + "a hash  - versions/a.py\n", 3, "not a line"),
        (HEAD + "<<<<<<< HEAD\na hash - - x.py\n=======\n>>>>>>> other\n", 3, "a conflict"),
        (HEAD + "a hash - - x.py\n=======\n", 4, "a conflict"),
        (HEAD + "a 1 - - x.py\n\na 2 - - x.py\n", 5, "a second time, first in line 3"),
    ],
)
def test_a_broken_lock_is_told_with_its_line(text: str, line: int, says: str) -> None:
    """Never read as if nothing were sealed."""
    with pytest.raises(UsageError) as error:
        read_seal(text, "migrations/history.lock")
    assert error.value.message.startswith(f"migrations/history.lock:{line}: ")
    assert says in error.value.message
    assert error.value.hint


def test_lines_in_any_order_are_read() -> None:
    """As a merge of two branches may leave them."""
    text = updated(RELEASED, Sealed())
    head, lines = text.splitlines()[:2], text.splitlines()[2:]
    mixed = read_seal("\n".join([*head, *reversed(lines)]))
    assert compare_seal(RELEASED, mixed) == ()
    assert updated(RELEASED, mixed) == text


def test_what_is_as_it_was_is_no_finding() -> None:
    """New revisions are none either, and without a lock nothing is said."""
    assert findings(graph(A, B, C, rev("d", "c"))) == []
    assert edited.judge(Evidence(RELEASED)) == []


@pytest.mark.parametrize(
    "now",
    [
        graph(A, replace(B, file="/p/migrations/versions/2026/b_renamed.py"), C),
        graph(A, replace(B, message="other words"), C),
        graph(C, B, A),
    ],
    ids=["moved", "message", "order"],
)
def test_what_means_the_same_is_no_finding(now: History) -> None:
    """A file that moved, another message, another order of the files."""
    assert findings(now) == []


def test_a_parent_by_its_label_or_a_short_id_is_the_same_parent() -> None:
    """However down_revision names it."""
    first = rev("abcdef", labels=("core",))
    for name in ("core", "abcd", "abcdef"):
        assert findings(graph(first, rev("b", name)), graph(first, rev("b", "abcdef"))) == []


def test_the_order_of_a_merges_parents_is_no_meaning() -> None:
    """Both are parents."""
    before = graph(A, rev("b", "a"), rev("c", "a"), rev("d", "b", "c"))
    assert findings(graph(A, rev("b", "a"), rev("c", "a"), rev("d", "c", "b")), before) == []


OLD = """revision = "b"


def upgrade():
    op.add_column("t", sa.Column("x", sa.Integer()))
    op.execute("UPDATE t SET x = 1")


def downgrade():
    op.drop_column("t", "x")
"""
NEW = OLD.replace('revision = "b"', '"""Now with words."""\n\nrevision = "b"').replace("x = 1", "x = 2")


def test_an_edit_is_told_with_its_first_line_and_the_diff() -> None:
    """The line is the one that means something else, not the docstring above it."""
    (finding,) = findings(graph(A, replace(B, hash="other"), C), old={"b": OLD}, new={"b": NEW})
    assert (finding.rule, finding.severity, finding.revision) == ("history/edited", Severity.ERROR, "b")
    assert finding.message == "b was edited after it was released"
    assert (finding.file, finding.line) == (B.file, 8)
    assert '-    op.execute("UPDATE t SET x = 1")' in finding.details
    assert '+    op.execute("UPDATE t SET x = 2")' in finding.details
    assert "--reseal" in finding.hint


def test_an_edit_whose_old_text_is_not_known_says_so() -> None:
    """No git, or the version is not in it."""
    (finding,) = findings(graph(A, replace(B, hash="other"), C), new={"b": NEW})
    assert finding.message == "b was edited after it was released"
    assert (finding.file, finding.line) == (B.file, 9)
    assert finding.details == ("what it was is not in git: no version of versions/b_x.py has the hash hash-b",)


def test_a_long_diff_is_cut() -> None:
    """Forty lines, and how many more."""
    long = OLD.replace("    op.execute", '    op.execute("SELECT 1")\n' * 60 + "    op.execute")
    (finding,) = findings(graph(A, replace(B, hash="other"), C), old={"b": OLD}, new={"b": long})
    assert len(finding.details) == 41
    assert finding.details[-1].endswith("more lines")


def test_another_parent_is_told_at_its_line() -> None:
    """Have and want."""
    (finding,) = findings(graph(A, B, replace(C, parents=("a",), parent_line=7)))
    assert finding.message == "c was re-parented after it was released"
    assert finding.line == 7
    assert finding.details == ("down_revision: have a, want b",)


def test_another_dependency_is_told_at_its_line() -> None:
    """Have and want."""
    (finding,) = findings(graph(A, B, replace(C, depends_on=("a",), depends_line=8)))
    assert finding.message == "c was given another depends_on after it was released"
    assert finding.line == 8
    assert finding.details == ("depends_on: have a, want None",)


def test_edited_and_re_parented_is_one_finding() -> None:
    """One revision, one thing to mend."""
    (finding,) = findings(graph(A, B, replace(C, parents=("a",), hash="other")))
    assert finding.message == "c was edited and re-parented after it was released"


def test_a_deleted_revision_is_told_at_its_line_of_the_lock() -> None:
    """There is no other place; the message names the file."""
    (finding,) = findings(graph(A, B))
    assert finding.message == "c (versions/c_x.py) was deleted after it was released"
    assert (finding.file, finding.line, finding.object) == ("/p/migrations/history.lock", 5, "c")


@pytest.mark.parametrize("same", ["file", "hash"])
def test_another_id_is_told_with_the_id(same: str) -> None:
    """The same file, or the same content, under an id that no database knows."""
    renamed = rev("z", "b", line=4, **{same: getattr(C, same)})
    (finding,) = findings(graph(A, B, renamed))
    assert finding.message == "c (versions/c_x.py) was given another id, z after it was released"
    assert (finding.file, finding.line, finding.revision) == (renamed.file, 4, "c")


OTHER = OLD.replace('"t"', '"u"').replace("UPDATE t", "UPDATE u")
ELSEWHERE = "/p/migrations/versions/b_other.py"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (OLD, OTHER, "the id b was reused for another revision: it was released as b_x.py, and is b_other.py now"),
        (OLD, NEW, "b was edited after it was released: it was released as b_x.py, and is b_other.py now"),
        (None, NEW, "b was edited after it was released, or its id was reused: "),
    ],
)
def test_a_reused_id_is_told_as_far_as_it_is_known(old: str | None, new: str, says: str) -> None:
    """Another file and no statement in common: another revision. Without the old text nobody can tell."""
    now = graph(A, replace(B, hash="other", file=ELSEWHERE), C)
    (finding,) = findings(now, old={"b": old} if old else {}, new={"b": new})
    assert finding.message.startswith(says)


def test_an_id_claimed_by_two_files_is_the_release_if_one_of_them_is() -> None:
    """`history/broken` tells the rest."""
    assert findings(graph(A, B, C, replace(B, hash="other", file=ELSEWHERE))) == []


def test_a_file_that_cannot_be_read_is_not_called_deleted() -> None:
    """`history/broken` tells it."""
    assert findings(graph(A, B, Revision(file=C.file, error="invalid syntax"))) == []


def test_a_squash_is_one_finding() -> None:
    """Three hundred deletions are one decision."""
    ids = [f"r{n:03}" for n in range(300)]
    before = graph(*(rev(i) for i in ids))
    (finding,) = findings(graph(rev("squashed")), before)
    assert finding.message == "300 revisions were deleted after they were released"
    assert finding.object == "history.lock"
    assert finding.details[0] == "r000 versions/r000_x.py"
    assert len(finding.details) == 41
    assert "delete history.lock" in finding.hint


def test_what_was_never_released_is_a_warning() -> None:
    """Recorded on this branch, and edited since."""
    now = graph(A, B, replace(C, hash="other"))
    (finding,) = findings(now, unreleased=frozenset({"c"}))
    assert finding.severity is Severity.WARNING
    assert "before it was last edited" in finding.message
    assert finding.hint == "alembic-proof snapshot records it again"
    (finding,) = findings(graph(A, B), unreleased=frozenset({"c"}))
    assert (finding.severity, finding.message) == (
        Severity.WARNING,
        "c was recorded on this branch, and then was deleted",
    )


def test_new_revisions_are_added_and_moved_files_are_followed() -> None:
    """Without asking."""
    moved = replace(B, file="/p/migrations/versions/old/b_x.py")
    lock = read_seal(updated(graph(A, moved, C, rev("d", "c")), sealed(RELEASED)))
    assert set(lock.by_id) == {"a", "b", "c", "d"}
    assert lock.by_id["b"].file == "versions/old/b_x.py"


@pytest.mark.parametrize(
    "now", [graph(A, replace(B, hash="other"), C), graph(A, replace(B, parents=()), C), graph(A, C)]
)
def test_a_released_revision_is_never_recorded_anew_unasked(now: History) -> None:
    """Edited, re-parented or deleted: the error names it and the way out, and `reseal` is the way."""
    lock = sealed(RELEASED)
    with pytest.raises(UsageError) as error:
        updated(now, lock)
    assert "b was " in error.value.message
    assert "alembic-proof snapshot --reseal b" in error.value.hint
    for allowed in ({"unreleased": {"b"}}, {"reseal": ["b"]}):
        assert compare_seal(now, read_seal(updated(now, lock, **allowed))) == ()  # type: ignore[arg-type]


def test_reseal_of_one_does_not_allow_another() -> None:
    """Each by its name."""
    now = graph(replace(A, hash="other"), replace(B, hash="other"), C)
    with pytest.raises(UsageError, match=r"^1 released revision.*: b was edited"):
        updated(now, sealed(RELEASED), reseal=["a"])


def test_reseal_of_an_unknown_revision_is_a_mistake() -> None:
    """A slip of the pen has an effect that nobody wanted, or none."""
    with pytest.raises(UsageError, match="no revision zzz"):
        updated(RELEASED, sealed(RELEASED), reseal=["zzz"])


@pytest.mark.parametrize("broken", [Revision("/p/x.py", error="no"), Revision("/p/x.py"), replace(A, file="/p/y.py")])
def test_a_broken_history_is_not_sealed(broken: Revision) -> None:
    """Unreadable, without an id, or an id twice."""
    with pytest.raises(UsageError, match="cannot be sealed"):
        updated(graph(A, B, broken), Sealed())


def test_lines_of_another_history_stay() -> None:
    """Two sections of an ini file may share a script directory."""
    other = Record("o", "hash-o", (), (), "other_versions/o.py")
    lock = read_seal(updated(RELEASED, Sealed((), (other,))))
    assert replace(lock.by_id["o"], line=0) == other


def test_a_record_is_relative_to_the_script_directory(tmp_path: Path) -> None:
    """Also of a versions folder elsewhere."""
    history = History((rev("a", file="/p/app/versions/a.py"),), ("/p/app/versions",), "/p/migrations")
    assert recorded_now(history, history.revisions[0]).file == "../app/versions/a.py"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("def f():\n    a()\n    b()\n", "def f():\n    a()\n    c()\n", 3),
        ("def f():\n    a()\n    b()\n", "def f():\n    b()\n", 1),
        ("def f():\n    a()\n    b()\n", "# more\n\ndef f():\n    a()\n    x()\n    b()\n", 5),
        ("def f():\n    a(\n        1,\n        2,\n    )\n", "def f():\n    a(\n        1,\n        3,\n    )\n", 4),
        ("def f():\n    a()\n\ndef g():\n    a()\n", "def f():\n    b()\n\ndef g():\n    a()\n", 2),
        ("def f(): a()\n", "def f(): b()\n", 1),
        ("import a\n", "import b\n", None),
    ],
)
def test_the_line_of_an_edit(old: str, new: str, line: int | None) -> None:
    """The first that changed in what means something else."""
    assert edited.changed_line(old, new) == line
