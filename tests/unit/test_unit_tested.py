"""Which revisions are judged by what they do to a database in use."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from alembic_proof.errors import UsageError
from alembic_proof.history import History, Revision, UnderTest
from alembic_proof.inside.meaning import hash_of
from alembic_proof.released import lock_path, lock_text
from alembic_proof.settings import Settings
from alembic_proof.tested import under_test

SOURCE = '"""{id}"""\nrevision = {id!r}\ndown_revision = {parent!r}\n\n\ndef upgrade():\n    print("{id}")\n'


def revision(home: Path, id_: str, *parents: str, text: str | None = None) -> Revision:
    """One, with its file."""
    path = home / f"{id_}.py"
    path.write_text(text or SOURCE.format(id=id_, parent=parents[0] if parents else None))
    return Revision(str(path), id_, parents, hash=hash_of(path.read_bytes()))


def history(home: Path, *revisions: Revision) -> History:
    """In one folder, which is the script directory, too."""
    return History(revisions, (str(home),), str(home))


def settings(home: Path, **given: str) -> Settings:
    """What is asked for."""
    return Settings(folder=home, config=home / "alembic.ini", **given)  # type: ignore[arg-type]


def git(home: Path, *words: str) -> None:
    """A git command in the folder."""
    identity = ("-c", "user.name=t", "-c", "user.email=t@t", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *identity, *words], cwd=home, check=True, capture_output=True)


def branched(home: Path) -> History:
    """Main has a and b; the branch adds c and edits b."""
    git(home, "init")
    revision(home, "a"), revision(home, "b", "a")
    git(home, "add", "."), git(home, "commit", "-m", "one")
    git(home, "switch", "-c", "branch")
    edited = SOURCE.format(id="b", parent="a").replace('print("b")', 'print("more")')
    three = (revision(home, "a"), revision(home, "b", "a", text=edited), revision(home, "c", "b"))
    git(home, "add", "."), git(home, "commit", "-m", "two")
    return history(home, *three)


def test_since_takes_what_does_not_run_before_the_revision(tmp_path: Path) -> None:
    """Also a parallel branch; each is a deploy of its own."""
    known = history(
        tmp_path, revision(tmp_path, "a"), revision(tmp_path, "b", "a"), revision(tmp_path, "c", "a"),
        revision(tmp_path, "d", "b", "c"),
    )  # fmt: skip
    found = under_test(known, settings(tmp_path, since="b"))
    assert (found.revisions, found.together) == ({"c", "d"}, False)
    assert under_test(known, settings(tmp_path, since="base")).revisions == {"a", "b", "c", "d"}
    assert under_test(known, settings(tmp_path, since="head")).revisions == frozenset()


def test_since_of_no_revision_is_told(tmp_path: Path) -> None:
    """With what may stand there."""
    with pytest.raises(UsageError, match="no revision 'nowhere'"):
        under_test(history(tmp_path, revision(tmp_path, "a")), settings(tmp_path, since="nowhere"))


def test_base_takes_what_the_branch_added_or_edited(tmp_path: Path) -> None:
    """As one deploy, from the commit where it left."""
    found = under_test(branched(tmp_path), settings(tmp_path, base="main"))
    assert (found.revisions, found.together) == ({"b", "c"}, True)
    assert found.commit is not None


def test_a_change_of_layout_is_no_edit(tmp_path: Path) -> None:
    """What the revision does counts, not how it is written."""
    known = branched(tmp_path)
    Path(known.by_id["b"].file).write_text(SOURCE.format(id="b", parent="a") + "\n# a comment\n")
    same = Revision(known.by_id["b"].file, "b", ("a",), hash=hash_of(Path(known.by_id["b"].file).read_bytes()))
    again = history(tmp_path, known.by_id["a"], same, known.by_id["c"])
    assert under_test(again, settings(tmp_path, base="main")).revisions == {"c"}


def test_a_base_that_git_does_not_know_is_told(tmp_path: Path) -> None:
    """With the way out for a shallow clone."""
    with pytest.raises(UsageError, match="no common commit") as error:
        under_test(branched(tmp_path), settings(tmp_path, base="origin/main"))
    assert "fetch-depth" in (error.value.hint or "")


def test_without_a_word_it_is_what_the_lock_does_not_record(tmp_path: Path) -> None:
    """On the main branch, where git has no other answer."""
    old = history(tmp_path, revision(tmp_path, "a"))
    lock_path(old).write_text(lock_text(old))
    new = history(tmp_path, *old.revisions, revision(tmp_path, "b", "a"))
    assert under_test(old, settings(tmp_path)).revisions == frozenset()
    found = under_test(new, settings(tmp_path))
    assert (found.revisions, found.together) == ({"b"}, True)


def test_what_only_the_branch_recorded_is_under_test(tmp_path: Path) -> None:
    """The lock is written with the revision, in the same pull request."""
    git(tmp_path, "init")
    old = history(tmp_path, revision(tmp_path, "a"))
    lock_path(old).write_text(lock_text(old))
    git(tmp_path, "add", "."), git(tmp_path, "commit", "-m", "one")
    git(tmp_path, "switch", "-c", "branch")
    new = history(tmp_path, *old.revisions, revision(tmp_path, "b", "a"))
    lock_path(new).write_text(lock_text(new))
    found = under_test(new, settings(tmp_path))
    assert (found.revisions, found.commit is not None) == ({"b"}, True)


def test_without_a_lock_it_is_the_newest_alone(tmp_path: Path) -> None:
    """A first adoption of five hundred revisions is not judged by all of them, and the report says so."""
    known = history(tmp_path, revision(tmp_path, "a"), revision(tmp_path, "b", "a"), revision(tmp_path, "c", "a"))
    found = under_test(known, settings(tmp_path))
    assert found == UnderTest(frozenset({"b", "c"}), found.why, together=False)
    assert "--since" in found.why
