"""The text of the comment: what the run wrote, made inert, under lines that only GitHub's own event speaks in."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from alembic_proof.post.event import Run
from alembic_proof.post.inert import inert

LIMIT = 65_536
_MOST = 4 * LIMIT
_MARKER = re.compile(
    r"<!-- alembic-proof:report key=(?P<key>[A-Za-z0-9._-]{1,60}) digest=(?P<digest>[0-9a-f]{16}) format=1"
    r"(?P<quiet> news=no)? -->"
)
_KEY = re.compile(r"[A-Za-z0-9._-]{1,60}")
_TITLE = re.compile(r"## \S.{0,200}")
SECOND = "The schema review of this pull request is in an earlier comment of mine."


@dataclass(frozen=True)
class Written:
    """What the run made: its digest, its text below the marker; `quiet`: it says that there is nothing to say."""

    digest: str
    text: str
    quiet: bool


@dataclass(frozen=True)
class Wanted:
    """The comment as it should be; `new`: also where there was none, else `why` there is none."""

    body: str
    new: bool
    why: str = ""


def is_key(text: str) -> bool:
    """Whether it may tell comments apart: the marker has no room for anything else."""
    return _KEY.fullmatch(text) is not None and "--" not in text


def key_of(body: str) -> str | None:
    """The key in the marker of a comment, None for one of somebody else."""
    found = _MARKER.fullmatch(first_line(body))
    return found["key"] if found else None


def first_line(body: str) -> str:
    """The marker, where it is one of ours."""
    return body.partition("\n")[0].rstrip("\r")


def read(file: Path | None) -> Written | None:
    """What the run made; None for no file, one that is not ours, is no plain file, or exceeds every report."""
    raw = _plain_file(file) if file is not None else None
    if raw is None or len(raw) > _MOST:
        return None
    text = raw.decode("utf-8", "replace")
    found = _MARKER.fullmatch(first_line(text))
    return Written(found["digest"], text.partition("\n")[2], found["quiet"] is not None) if found else None


def _plain_file(path: Path) -> bytes | None:
    """Its content, a little more than the most at most; no link is followed, and no pipe waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return os.read(handle, _MOST + 1) if stat.S_ISREG(os.fstat(handle).st_mode) else None
    finally:
        os.close(handle)


def wanted(written: Written | None, run: Run, key: str) -> Wanted:
    """The comment for what a run made, or did not make; a run that failed is never quiet."""
    failed = run.conclusion not in ("", "success")
    if written is None:
        return Wanted(_of(run, key, "none", _no_report(run)), new=False, why="the run made no report")
    if written.quiet and not failed:
        line = f"Schema review: no change of the schema, and nothing found ({_place(run)})."
        return Wanted(_of(run, key, "quiet", line), new=False, why="no change of the schema, and nothing found")
    title, rest = _titled(inert(written.text))
    ended = f", which ended with `{run.conclusion}`" if failed else ""
    body = _of(run, key, written.digest, f"{title}\n\nOf {_place(run)}{ended}.\n\n{rest}")
    if _length(body) > LIMIT:
        long = f"{title}\n\nOf {_place(run)}{ended}.\n\nThe report is too long for a comment: see that run."
        body = _of(run, key, written.digest, long)
    return Wanted(body, new=True)


def _titled(text: str) -> tuple[str, str]:
    """The title and the rest: a heading is one line, so nothing in it changes what comes below."""
    first, _, rest = text.strip("\n").partition("\n")
    return (first, rest.strip("\n")) if _TITLE.fullmatch(first) else ("## Schema review", text.strip("\n"))


def _no_report(run: Run) -> str:
    how = f" ended with `{run.conclusion}` and" if run.conclusion else ""
    return f"**Schema review: no result.** The run of {_place(run)}{how} made no report."


def _place(run: Run) -> str:
    return f"commit {run.head} ([run]({run.url}))"


def _of(run: Run, key: str, digest: str, text: str) -> str:
    """Under a marker whose digest changes with the commit, too: the comment always names the newest."""
    mark = sha256(f"{digest} {run.head} {run.conclusion}".encode()).hexdigest()[:16]
    return f"<!-- alembic-proof:report key={key} digest={mark} format=1 -->\n{text}\n"


def _length(text: str) -> int:
    """As the strictest reader counts: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2
