"""What a branch has against its base, as git and the revision files say it; no database."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from alembic_proof.branch import in_order
from alembic_proof.compared import compare_branch, default_base
from alembic_proof.errors import UsageError
from alembic_proof.history import History, read_history
from alembic_proof.inside.history import read_file

SOURCE = '"""{id}"""\nrevision = {id!r}\ndown_revision = {parent!r}\n\n\ndef upgrade():\n    print("{id}")\n'


def git(folder: Path, *words: str) -> None:
    """A git command in the folder, by nobody."""
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main")
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *identity, *words], cwd=folder, env=env, check=True, capture_output=True)


def write(folder: Path, id_: str, parent: str | None, name: str = "") -> None:
    """One revision file."""
    (folder / f"{name or id_}.py").write_text(SOURCE.format(id=id_, parent=parent))


def commit(folder: Path) -> None:
    """Everything that is there."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")


def history(folder: Path) -> History:
    """As it is in the working tree."""
    records = [read_file(str(path)) for path in sorted(folder.glob("*.py"))]
    return read_history(records, [str(folder)], str(folder))


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """A folder below the top of a repository, with a and b on main; the branch is checked out."""
    folder = tmp_path / "deep" / "versions"
    folder.mkdir(parents=True)
    git(tmp_path, "init", "--quiet")
    write(folder, "a", None)
    write(folder, "b", "a")
    commit(folder)
    git(folder, "switch", "--quiet", "-c", "branch")
    return folder


def test_a_file_that_git_does_not_know_yet_is_the_branchs(versions: Path) -> None:
    """As a developer has it before the commit."""
    write(versions, "c", "b")
    branch = compare_branch(history(versions), "main")
    assert (branch.added, branch.touched, branch.unseen) == ({"c"}, (), ())


def test_a_file_that_is_called_otherwise_is_no_edit(versions: Path) -> None:
    """The id counts."""
    git(versions, "mv", "b.py", "2026_b.py")
    branch = compare_branch(history(versions), "main")
    assert (branch.added, branch.touched) == (frozenset(), ())


def test_a_file_that_alembic_does_not_read_is_none_of_its_revisions(versions: Path) -> None:
    """In a subfolder, where version locations are not recursive."""
    (versions / "old").mkdir()
    git(versions, "switch", "--quiet", "main")
    write(versions / "old", "ancient", None)
    commit(versions)
    git(versions, "switch", "--quiet", "-c", "another")
    git(versions, "rm", "--quiet", "-r", "old")
    assert compare_branch(history(versions), "main").touched == ()


def test_revisions_outside_of_the_repository_are_a_mistake(
    versions: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Git would compare something else."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write(elsewhere, "a", None)
    known = History(history(elsewhere).revisions, (str(elsewhere),), str(versions))
    with pytest.raises(UsageError, match="no git repository"):
        compare_branch(known, "main")


def test_another_parent_is_an_edit(versions: Path) -> None:
    """Databases that ran it went another way."""
    write(versions, "b", None)
    (touched,) = compare_branch(history(versions), "main").touched
    assert (touched.revision, touched.how) == ("b", "edited")


def test_what_came_to_the_base_is_unseen_with_its_text(versions: Path) -> None:
    """Also from a branch that has it under another name already: then it is seen."""
    write(versions, "c", "b")
    commit(versions)
    git(versions, "switch", "--quiet", "main")
    write(versions, "d", "b")
    write(versions, "c", "b", "picked")
    commit(versions)
    git(versions, "switch", "--quiet", "branch")
    branch = compare_branch(history(versions), "main")
    assert branch.unseen_ids == ("d",)
    assert branch.sources == (SOURCE.format(id="d", parent="b").encode(),)
    assert branch.unseen[0].file.endswith("deep/versions/d.py")


def test_the_base_is_what_the_pull_request_says(versions: Path) -> None:
    """Of GitHub and of GitLab; the commit where GitLab has no branch."""
    git(versions, "update-ref", "refs/remotes/origin/release", "main")
    assert default_base(versions, {"GITHUB_BASE_REF": "release"}) == "origin/release"
    assert default_base(versions, {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "release"}) == "origin/release"
    gitlab = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "gone", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "main"}
    assert default_base(versions, gitlab) == "main"
    assert default_base(versions, {}) == "main"


def test_a_base_that_is_not_fetched_is_a_mistake(versions: Path) -> None:
    """Nothing else is taken in its place."""
    with pytest.raises(UsageError, match="origin/release") as raised:
        default_base(versions, {"GITHUB_BASE_REF": "release"})
    assert "fetch-depth" in raised.value.hint


def test_the_main_branch_has_no_base_by_itself(versions: Path) -> None:
    """It has to be named."""
    git(versions, "switch", "--quiet", "main")
    with pytest.raises(UsageError, match="nothing says"):
        default_base(versions, {})


def test_the_order_puts_each_revision_after_what_it_needs(tmp_path: Path) -> None:
    """Files may stand in any order; a ring does not hang it."""
    for id_, parent in (("a", "c"), ("b", None), ("c", "b"), ("x", "y"), ("y", "x")):
        write(tmp_path, id_, parent)
    assert in_order(history(tmp_path))[:3] == ("b", "c", "a")
    assert set(in_order(history(tmp_path))) == set("abcxy")
