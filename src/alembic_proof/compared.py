"""A branch compared with its base, by git: which revisions are new, edited, deleted, and which it has not seen."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic_proof import git
from alembic_proof.branch import Branch, Commits, Touched
from alembic_proof.errors import UsageError
from alembic_proof.history import History, Revision, read_history
from alembic_proof.inside.history import read_file

_FETCH = "fetch it with its history (`fetch-depth: 0` in actions/checkout), or name another: --base origin/main"


def default_base(folder: Path, environ: Mapping[str, str] = os.environ) -> str:
    """The branch that a pull request goes into, as GitHub or GitLab say it; else the remote's main branch.

    Raises UsageError where nothing says it.
    """
    names = [f"origin/{environ['GITHUB_BASE_REF']}"] if environ.get("GITHUB_BASE_REF") else []
    if environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"):
        names = [f"origin/{environ['CI_MERGE_REQUEST_TARGET_BRANCH_NAME']}"]
        names += filter(None, [environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA")])
    if names:
        found = next((n for n in names if git.commit(folder, n)), None)
        if found is None:
            raise UsageError(f"git has no {names[0]}, the base of this pull request", _FETCH)
        return found
    found = git.main_branch(folder)
    if found is None:
        raise UsageError("nothing says what this branch is compared with", "name it: --base origin/main")
    return found


def compare_branch(history: History, ref: str) -> Branch:
    """What the working tree has against `ref`; UsageError where git finds no common commit."""
    home = Path(history.home)
    top, tip = git.top(home), git.commit(home, ref)
    fork = git.line(home, "merge-base", "HEAD", ref) if tip else None
    if top is None or tip is None or fork is None:
        raise UsageError(f"--base: git finds no common commit with {ref!r}", _FETCH)
    folders = _folders(history, top)
    commits = Commits(ref, tip, fork, git.commit(home, "HEAD") or "")
    here = _changed(folders, fork)
    old = _by_id(top, fork, [name for name, status in here.items() if status in "MD"])
    here |= dict.fromkeys(_untracked(folders), "A")
    mine = {_within(top, Path(r.file)): r for r in history.revisions if r.id}
    added = frozenset(str(r.id) for name, r in mine.items() if name in here and r.id not in old)
    return replace(_unseen(history, folders, commits), added=added, touched=tuple(_touched(history, old)))


@dataclass(frozen=True)
class _Folders:
    """Where revisions are, as git names it below `top`; `deep`: their subfolders are read, too."""

    top: Path
    names: tuple[str, ...]
    deep: bool

    def holds(self, name: str) -> bool:
        """Whether Alembic would read a file of this name."""
        return name.endswith(".py") and (self.deep or str(Path(name).parent) in self.names)


def _folders(history: History, top: Path) -> _Folders:
    names = tuple(_within(top, Path(f)) for f in history.folders if Path(f).resolve().is_relative_to(top))
    if not names:
        raise UsageError(f"--base: {', '.join(history.folders)} is in no git repository with env.py", "commit both")
    files = {str(Path(_within(top, Path(r.file))).parent) for r in history.revisions}
    return _Folders(top, names, deep=not files <= set(names))


def _within(top: Path, path: Path) -> str:
    return os.path.relpath(path.resolve(), top)


def _changed(folders: _Folders, fork: str, *to: str) -> dict[str, str]:
    """Path to status, `A`, `M` or `D`, of a commit against another one or the working tree."""
    said = git.run(folders.top, "diff", "--no-renames", "--name-status", "-z", fork, *to, "--", *folders.names) or b""
    words = [w.decode("utf-8", "surrogateescape") for w in said.split(b"\0") if w]
    return {name: status[0] for status, name in zip(words[::2], words[1::2], strict=True) if folders.holds(name)}


def _untracked(folders: _Folders) -> list[str]:
    said = git.run(folders.top, "ls-files", "--others", "-z", "--", *folders.names) or b""
    return [name for name in (w.decode("utf-8", "surrogateescape") for w in said.split(b"\0")) if folders.holds(name)]


def _by_id(top: Path, commit: str, names: list[str]) -> dict[str, Revision]:
    return {r.id: r for r, _ in _read(top, commit, names) if r.id}


def _read(top: Path, commit: str, names: list[str]) -> list[tuple[Revision, bytes]]:
    """Revision files as they are in a commit, and their texts."""
    found = []
    with TemporaryDirectory(prefix="alembic-proof-") as folder:
        for name in names:
            source = git.content(top, commit, name)
            path = Path(folder) / Path(name).name
            path.write_bytes(source or b"")
            record = {**read_file(str(path)), "file": str(top / name)}
            found += [(revision, source or b"") for revision in read_history([record], ()).revisions]
    return found


def _touched(history: History, old: Mapping[str, Revision]) -> Iterable[Touched]:
    for id_, was in old.items():
        now = history.by_id.get(id_)
        if now is None:
            yield Touched(id_, "deleted", was.file)
        elif (now.hash, now.parents, now.depends_on) != (was.hash, was.parents, was.depends_on):
            yield Touched(id_, "edited", now.file, now.line)


def _unseen(history: History, folders: _Folders, commits: Commits) -> Branch:
    """The base's revisions that came after the branch had left it."""
    came = [name for name, status in _changed(folders, commits.fork, commits.base).items() if status == "A"]
    found = [(r, source) for r, source in _read(folders.top, commits.base, came) if r.id and r.id not in history.by_id]
    return Branch(commits, unseen=tuple(r for r, _ in found), sources=tuple(source for _, source in found))
