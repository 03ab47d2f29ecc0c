"""What git knows of the released revisions, in real repositories; no database."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from alembic_proof import git
from alembic_proof.checks import edited
from alembic_proof.errors import UsageError
from alembic_proof.findings import Finding
from alembic_proof.history import History, read_history
from alembic_proof.inside.history import read_file
from alembic_proof.released import lock_path, lock_text, read_lock, read_released
from alembic_proof.trace import Evidence

ENV = {
    **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


def run_git(folder: Path, *arguments: str, check: bool = True) -> str:
    done = subprocess.run(("git", *arguments), cwd=folder, env=ENV, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not check, done.stdout + done.stderr
    return done.stdout.strip()


class Project:
    """A migration environment of revision files, in a folder that may be a repository."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "app" / "migrations"
        (self.home / "versions").mkdir(parents=True)

    def write(self, id_: str, parent: str | None = None, body: str = "op.f(1)", name: str = "") -> Path:
        path = self.home / "versions" / (name or f"{id_}_x.py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'revision = "{id_}"\ndown_revision = {parent!r}\n\n\ndef upgrade():\n    {body}\n', "utf-8")
        return path

    @property
    def history(self) -> History:
        files = sorted(map(str, self.home.glob("versions/**/*.py")))
        return read_history([read_file(f) for f in files], [str(self.home / "versions")], str(self.home))

    def snapshot(self, *reseal: str) -> str:
        """What `alembic-proof snapshot` does with the lock."""
        text = lock_text(self.history, reseal)
        lock_path(self.history).write_text(text, "utf-8")
        return text

    def findings(self) -> list[Finding]:
        return edited.judge(Evidence(self.history, seal=read_released(self.history)))

    def said(self) -> list[tuple[str, str]]:
        return [(f.severity.value, f.message) for f in self.findings()]

    def git(self, *arguments: str, check: bool = True) -> str:
        return run_git(self.root, *arguments, check=check)

    def commit(self, message: str = "more") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def folder(tmp_path: Path) -> Project:
    """Two sealed revisions, and no repository."""
    project = Project(tmp_path / "project")
    project.write("a")
    project.write("b", "a")
    project.snapshot()
    return project


@pytest.fixture
def project(folder: Project) -> Project:
    """The same, committed on `main`."""
    folder.git("init", "-q", "-b", "main")
    folder.commit("released")
    return folder


EDITED = "b was edited after it was released"
STALE = "b was recorded on this branch before it was last edited"


def test_without_a_repository_all_that_is_recorded_is_released(folder: Project) -> None:
    """An edit is an error, and says that its old text is not known."""
    folder.write("b", "a", "op.f(2)")
    (finding,) = folder.findings()
    assert (finding.severity.value, finding.message) == ("error", EDITED)
    assert finding.details[0].startswith("what it was is not in git")
    with pytest.raises(UsageError, match="b was edited"):
        folder.snapshot()
    folder.snapshot("b")
    assert folder.findings() == []


def test_without_a_lock_nothing_is_said(project: Project) -> None:
    """It is opt-in."""
    lock_path(project.history).unlink()
    assert read_lock(project.history) is None
    assert project.findings() == []


@pytest.mark.parametrize("committed", [False, True])
def test_the_old_text_comes_from_git(committed: bool, project: Project) -> None:
    """Whether the edit is committed or not."""
    path = project.write("b", "a", "op.f(2)")
    if committed:
        project.commit()
    (finding,) = project.findings()
    assert (finding.message, finding.file, finding.line) == (EDITED, str(path), 6)
    assert {"-    op.f(1)", "+    op.f(2)"} <= set(finding.details)


def test_the_released_text_is_found_behind_later_ones(project: Project) -> None:
    """Not the newest version, the one that has the recorded hash; reformatted versions have it too."""
    path = project.write("b", "a", "op.f(\n        1,\n    )  # reformatted")
    project.commit()
    assert project.findings() == []
    for body in ("op.f(2)", "op.f(3)", "<<<<<<<", "op.f(4)"):
        project.write("b", "a", body)
        project.commit()
    (finding,) = project.findings()
    assert finding.file == str(path)
    assert "-    )  # reformatted" in finding.details


def test_a_renamed_and_edited_revision_is_followed(project: Project) -> None:
    """Moved to a folder of its own, and edited."""
    project.git("mv", "app/migrations/versions/b_x.py", "app/migrations/versions/b_y.py")
    project.write("b", "a", "op.f(1)\n    op.g()", name="b_y.py")
    project.commit()
    (finding,) = project.findings()
    assert finding.message == f"{EDITED}: it was released as b_x.py, and is b_y.py now"
    assert "+    op.g()" in finding.details


def test_a_reused_id_is_told(project: Project) -> None:
    """The old file is gone, and its id is in another."""
    (project.home / "versions" / "b_x.py").unlink()
    project.write("b", "a", "op.other()", name="b_other.py")
    project.commit()
    (finding,) = project.findings()
    assert finding.message.startswith("the id b was reused for another revision")


def test_what_only_this_branch_recorded_is_not_released(project: Project) -> None:
    """It may be edited and deleted; `snapshot` records it again without asking. What main recorded may not."""
    project.git("checkout", "-q", "-b", "feature")
    project.write("c", "b")
    project.snapshot()
    project.commit()
    project.write("c", "b", "op.f(3)")
    assert project.said() == [("warning", STALE.replace("b was", "c was", 1))]
    project.snapshot()
    assert project.said() == []
    project.write("b", "a", "op.f(2)")
    assert project.said() == [("error", EDITED)]
    with pytest.raises(UsageError):
        project.snapshot()


def test_on_the_main_branch_all_that_is_recorded_is_released(project: Project) -> None:
    """There is no other branch to compare with."""
    project.write("c", "b")
    project.snapshot()
    project.commit()
    project.write("c", "b", "op.f(3)")
    assert [s for s, _ in project.said()] == ["error"]


def clone(project: Project, tmp_path: Path, *options: str) -> Project:
    run_git(tmp_path, "clone", "-q", *options, f"file://{project.root}", "clone")
    cloned = Project.__new__(Project)
    cloned.root, cloned.home = tmp_path / "clone", tmp_path / "clone" / "app" / "migrations"
    return cloned


def test_in_a_clone_the_remote_main_branch_says_what_is_released(project: Project, tmp_path: Path) -> None:
    """What is committed and not pushed yet is not, on `main` too."""
    cloned = clone(project, tmp_path)
    cloned.write("c", "b")
    cloned.snapshot()
    cloned.commit()
    cloned.write("c", "b", "op.f(3)")
    cloned.write("b", "a", "op.f(2)")
    assert [s for s, _ in cloned.said()] == ["error", "warning"]
    cloned.git("checkout", "-q", "--detach")
    assert [s for s, _ in cloned.said()] == ["error", "warning"]


def test_a_shallow_clone_of_a_branch_takes_all_for_released(project: Project, tmp_path: Path) -> None:
    """Where main is not known, an edit is never called harmless."""
    project.git("checkout", "-q", "-b", "feature")
    project.write("c", "b")
    project.snapshot()
    project.commit()
    project.write("c", "b", "op.f(3)")
    project.commit()
    cloned = clone(project, tmp_path, "--depth", "1", "--branch", "feature")
    (finding,) = cloned.findings()
    assert finding.severity.value == "error"
    assert finding.details[0].startswith("what it was is not in git")


def test_a_base_without_a_lock_released_nothing(project: Project) -> None:
    """The seal itself is new on this branch."""
    project.git("rm", "-q", "--cached", "app/migrations/history.lock")
    project.git("commit", "-q", "-m", "no lock")
    project.git("checkout", "-q", "-b", "feature")
    project.write("b", "a", "op.f(2)")
    assert project.said() == [("warning", STALE)]


def test_a_base_whose_lock_is_broken_is_no_answer(project: Project) -> None:
    """All that is recorded counts as released."""
    good = lock_path(project.history).read_text("utf-8")
    lock_path(project.history).write_text("<<<<<<< HEAD\n" + good, "utf-8")
    project.commit()
    project.git("checkout", "-q", "-b", "feature")
    lock_path(project.history).write_text(good, "utf-8")
    project.write("b", "a", "op.f(2)")
    assert project.said() == [("error", EDITED)]


@pytest.mark.parametrize("attributes", [False, True])
def test_two_branches_that_add_a_revision_merge(attributes: bool, project: Project) -> None:
    """Lines far apart merge by themselves; with `merge=union` neighbours do, too."""
    ids = ("03", "c7") if not attributes else ("03", "04")
    if attributes:
        (project.root / ".gitattributes").write_text("history.lock merge=union\n")
        project.commit()
    for branch, id_ in zip(("one", "two"), ids, strict=True):
        project.git("checkout", "-q", "-b", branch, "main")
        project.write(id_, "b")
        project.snapshot()
        project.commit()
    project.git("merge", "-q", "--no-edit", "one")
    assert set(read_lock(project.history).by_id) == {"a", "b", *ids}  # type: ignore[union-attr]
    assert project.said() == []
    assert project.git("diff", "--check") == ""


def test_two_branches_that_record_one_revision_differently_do_not_merge_in_silence(project: Project) -> None:
    """A conflict, told with its line."""
    for branch, body in (("one", "op.f(1)"), ("two", "op.f(2)")):
        project.git("checkout", "-q", "-b", branch, "main")
        project.write("c", "b", body)
        project.snapshot()
        project.commit()
    project.git("merge", "-q", "one", check=False)
    with pytest.raises(UsageError, match=r"history\.lock:\d+: a conflict"):
        read_lock(project.history)


def test_a_second_history_in_the_same_script_directory_is_left_alone(folder: Project) -> None:
    """Its files are there, in a versions folder of its own: neither deleted nor forgotten."""
    other = folder.home / "other" / "o_x.py"
    other.parent.mkdir()
    other.write_text('revision = "o"\ndown_revision = None\n')
    history = read_history([read_file(str(other))], [str(other.parent)], str(folder.home))
    text = lock_text(history)
    assert text.count("\n") == 5
    lock_path(history).write_text(text, "utf-8")
    assert folder.findings() == []
    assert folder.snapshot() == text
    other.unlink()
    assert folder.said() == [("error", "o (other/o_x.py) was deleted after it was released")]


def test_git_has_no_answer_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repository, an empty one, no git: None or nothing, and never an exception."""

    def nothing_known() -> bool:
        return (git.base(tmp_path), git.content(tmp_path, "HEAD", "x"), git.versions(tmp_path, "x")) == (None, None, [])

    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert nothing_known()
    run_git(tmp_path, "init", "-q")
    assert nothing_known()
    monkeypatch.setenv("PATH", "")
    assert nothing_known()
    assert git.run(tmp_path / "gone", "status") is None


def test_git_is_asked_about_this_folder_also_from_within_a_hook(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook's environment names the repository that it runs in."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert len(git.versions(project.home, "versions/a_x.py")) == 1


def test_names_that_git_would_quote_are_found(project: Project) -> None:
    """Letters beyond ASCII, and spaces."""
    project.write("c", "b", name="c größe ä.py")
    first = (project.home / "versions" / "c größe ä.py").read_bytes()
    project.commit()
    project.write("c", "b", "op.f(2)", name="c größe ä.py")
    second = (project.home / "versions" / "c größe ä.py").read_bytes()
    project.commit()
    assert git.versions(project.home, "versions/c größe ä.py") == [second, first]


def test_the_examples_own_lock_is_up_to_date() -> None:
    """What is committed is what `snapshot` would write."""
    home = Path(__file__).parents[2] / "migrations"
    records = [read_file(str(path)) for path in sorted((home / "versions").glob("*.py"))]
    history = read_history(records, [str(home / "versions")], str(home))
    assert lock_path(history).read_text("utf-8") == lock_text(history)


@pytest.fixture
def bound(project: Project) -> Callable[[int], int]:
    """How many versions are found of so many."""
    for n in range(6):
        project.write("b", "a", f"op.f({n + 2})")
        project.commit()
    return lambda limit: len(git.versions(project.home, "versions/b_x.py", limit))


def test_the_search_is_bounded(bound: Callable[[int], int]) -> None:
    """So many versions and no more."""
    assert (bound(3), bound(50)) == (3, 7)
