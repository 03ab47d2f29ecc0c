"""What git knows, asked without a lock, a prompt or the network; None wherever it has no answer.

No git, no repository, a shallow clone, a detached head, a commit that is not there: all of them are no answer.
"""

from __future__ import annotations

import os
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

_SECONDS = 20
# set by git for its hooks: they name its own place, not the project's
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
_NO_FILTERS = {"GIT_LFS_SKIP_SMUDGE": "1"}  # large files would be asked of the network
_REMOTE_BASES = ("origin/HEAD", "origin/main", "origin/master")
_LOCAL_BASES = ("main", "master")


def run(folder: Path, *arguments: str, fed: bytes | None = None) -> bytes | None:
    """What git writes when it is run in a folder."""
    environment = {**{k: v for k, v in os.environ.items() if k not in _OF_HOOKS}, **_QUIET, **_NO_FILTERS}
    command = ("git", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *arguments)
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, timeout=_SECONDS, check=False, input=fed or b""
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None


def line(folder: Path, *arguments: str) -> str | None:
    """As `run`, for an answer of one line."""
    answer = run(folder, *arguments)
    return answer.decode("utf-8", "replace").strip() or None if answer is not None else None


def commit(folder: Path, name: str) -> str | None:
    """The commit that a name stands for."""
    return None if name.startswith("-") else line(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")


def main_branch(folder: Path) -> str | None:
    """The main branch: of the remote, else, on another branch, the local one."""
    branch = line(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
    for name in (*_REMOTE_BASES, *_LOCAL_BASES):
        if name == branch:
            return None
        if commit(folder, name):
            return name
    return None


def base(folder: Path) -> str | None:
    """The commit where this branch left the main one."""
    main = main_branch(folder)
    return line(folder, "merge-base", "HEAD", main) if main else None


def content(folder: Path, commit: str, name: str) -> bytes | None:
    """A file of the folder as it was in a commit."""
    return run(folder, "cat-file", "blob", f"{commit}:./{name}")


def exists(folder: Path, commit: str, name: str) -> bool:
    """Whether the folder had the file in a commit."""
    return run(folder, "cat-file", "-e", f"{commit}:./{name}") is not None


def top(folder: Path) -> Path | None:
    """The folder of the whole working tree."""
    found = line(folder, "rev-parse", "--show-toplevel")
    return Path(found).resolve() if found else None


def export(folder: Path, commit: str, target: Path) -> bool:
    """Puts all files of a commit into a folder, also where `folder` is within the repository; False: it could not."""
    whole = top(folder)
    with TemporaryDirectory(prefix="alembic-proof-") as made:
        archive = Path(made) / "commit.tar"
        given = ("archive", "--format=tar", f"--output={archive}", commit)
        if whole is None or commit.startswith("-") or run(whole, *given) is None:
            return False
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(target, filter=_within)  # noqa: S202  see `_within`
        except (OSError, tarfile.TarError, AttributeError):  # Python 3.11.3 and older have no filters
            return False
    return True


def _within(member: tarfile.TarInfo, target: str) -> tarfile.TarInfo | None:
    """None for what would be written, or lead, outside the target."""
    try:
        return tarfile.data_filter(member, target)
    except tarfile.FilterError:
        return None


def versions(folder: Path, name: str, limit: int = 50) -> list[bytes]:
    """Every committed content of a file of the folder, newest first, also under its earlier names."""
    log = run(folder, "log", "--follow", "--format=%x00%H", "--name-only", f"-n{limit}", "--", name)
    entries = ([part.strip() for part in entry.split(b"\n", 1)] for entry in (log or b"").split(b"\0")[1:])
    fed = b"".join(b":".join(entry) + b"\n" for entry in entries)
    return _blobs(run(folder, "cat-file", "--batch", fed=fed) or b"")


def _blobs(batch: bytes) -> list[bytes]:
    """The contents in the answer of `cat-file --batch`: a head with the size, then so many bytes; or `missing`."""
    found = []
    while batch:
        head, _, batch = batch.partition(b"\n")
        if head.endswith((b" missing", b" ambiguous")):
            continue
        size = int(head.rpartition(b" ")[2])
        found.append(batch[:size])
        batch = batch[size + 1 :]
    return found
