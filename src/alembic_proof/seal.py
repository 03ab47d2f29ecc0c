"""The history seal: what each released revision was, as `history.lock` beside the revisions records it.

A line per revision, sorted by id, so that two branches that each add one seldom meet.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote

from alembic_proof.errors import UsageError
from alembic_proof.history import History, Revision

LOCK_NAME = "history.lock"
_FORMAT = "# alembic-proof history seal, format 1"
_HEAD = f"""\
{_FORMAT}: written by `alembic-proof snapshot`, committed with the revisions.
# A released revision is never edited. Each line: id, hash of what it does, parents, depends_on, file.
"""
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_NAMED = 10


@dataclass(frozen=True)
class Record:
    """A revision as it was released; `file` is its path from the script directory, `line` its place in the lock."""

    id: str
    hash: str
    parents: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Sealed:
    """All that is recorded; `others` belong to another history of the same script directory, and stay as they are."""

    records: tuple[Record, ...] = ()
    others: tuple[Record, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Record]:
        """Records of this history by id."""
        return {r.id: r for r in self.records}


@dataclass(frozen=True)
class Edit:
    """A recorded revision that is no longer what it was; `now` None: no file has its id.

    `successor` is then the revision that the same file, or the same content, is now.
    """

    record: Record
    now: Revision | None = None
    successor: Revision | None = None
    body: bool = False
    parents: bool = False
    depends_on: bool = False


@dataclass(frozen=True)
class Seal:
    """What a run knows of the seal: the records, the edits, which were never released, old and new source by id."""

    path: str
    sealed: Sealed
    edits: tuple[Edit, ...] = ()
    unreleased: frozenset[str] = frozenset()
    old: Mapping[str, str] = field(default_factory=dict)
    new: Mapping[str, str] = field(default_factory=dict)


def read_seal(text: str, path: str = LOCK_NAME) -> Sealed:
    """What a lock says; UsageError with the line where it cannot be read."""
    lines = text.splitlines()
    if not lines or not lines[0].startswith(_FORMAT + ":"):
        raise UsageError(
            f"{path}:1: this does not begin with `{_FORMAT}`",
            "restore it from git, or use the alembic-proof that wrote it",
        )
    found: dict[str, Record] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            record = _read_line(line, number, path)
            if found.setdefault(record.id, record) is not record:
                raise UsageError(
                    f"{path}:{number}: {record.id} is recorded a second time, first in line {found[record.id].line}",
                    "keep the line of the release; after a merge: alembic-proof snapshot",
                )
    return Sealed(tuple(found.values()))


def _read_line(line: str, number: int, path: str) -> Record:
    words = line.split(" ", 4)
    if line.startswith(_CONFLICT):
        raise UsageError(f"{path}:{number}: a conflict that nobody resolved", "keep the lines of both sides")
    if len(words) != 5 or not all(words):
        raise UsageError(f"{path}:{number}: not a line of a history seal: {line[:80]}", "restore it from git")
    id_, hash_, parents, depends_on, file = words
    return Record(unquote(id_), hash_, _read_names(parents), _read_names(depends_on), file, number)


def _read_names(word: str) -> tuple[str, ...]:
    return () if word == "-" else tuple(map(unquote, word.split(",")))


def seal_text(records: Iterable[Record]) -> str:
    """The lock's text: the same records give the same text."""
    return _HEAD + "".join(f"{_line(r)}\n" for r in sorted(records, key=lambda r: r.id))


def _line(record: Record) -> str:
    return " ".join(
        (_word(record.id), record.hash, _names(record.parents), _names(record.depends_on), record.file),
    )


def _word(name: str) -> str:
    return quote(name, safe="")


def _names(names: Sequence[str]) -> str:
    return ",".join(map(_word, names)) or "-"


def recorded_now(history: History, revision: Revision) -> Record:
    """The record of a revision as it is now."""
    assert revision.id is not None
    file = os.path.relpath(revision.file, history.home).replace(os.sep, "/")
    return Record(
        revision.id,
        revision.hash,
        _resolved(history, revision.parents),
        _resolved(history, revision.depends_on),
        file,
    )


def file_of(history: History, record: Record) -> str:
    """The path that was recorded, from the root."""
    return os.path.normpath(Path(history.home) / record.file)


def _resolved(history: History, names: Sequence[str]) -> tuple[str, ...]:
    """Full ids, whatever way the file names them, and sorted: the order of a merge's parents is no meaning."""
    found = ((history.resolve(name), name) for name in names)
    return tuple(sorted({revision.id if revision and revision.id else name for revision, name in found}))


def compare_seal(history: History, sealed: Sealed) -> tuple[Edit, ...]:
    """The recorded revisions that are not what they were; a file that moved is no edit."""
    return tuple(edit for record in sealed.records if (edit := _compare(history, sealed, record)) is not None)


def _compare(history: History, sealed: Sealed, record: Record) -> Edit | None:
    mine = [r for r in history.revisions if r.id == record.id]
    if not mine:
        return _gone(history, sealed, record)
    edits = [_difference(history, record, revision) for revision in mine]
    return None if None in edits else edits[-1]  # of an id that two files claim, one may be the released revision


def _difference(history: History, record: Record, revision: Revision) -> Edit | None:
    now = recorded_now(history, revision)
    body, parents = now.hash != record.hash, now.parents != record.parents
    depends_on = now.depends_on != record.depends_on
    if not (body or parents or depends_on):
        return None
    return Edit(record, revision, body=body, parents=parents, depends_on=depends_on)


def _gone(history: History, sealed: Sealed, record: Record) -> Edit | None:
    """Deleted, or it has another id now; a file that cannot be read is `history/broken`, and not this."""
    path = file_of(history, record)
    if any(r.error and os.path.normpath(r.file) == path for r in history.revisions):
        return None
    new = [r for r in history.revisions if r.id is not None and r.id not in sealed.by_id]
    same_file = (r for r in new if os.path.normpath(r.file) == path)
    same_body = (r for r in new if r.hash == record.hash)
    return Edit(record, successor=next(same_file, next(same_body, None)))


def updated(history: History, sealed: Sealed, unreleased: Collection[str] = (), reseal: Collection[str] = ()) -> str:
    """The lock's new text: new revisions are added, and what was never released is recorded anew.

    Raises UsageError for released revisions that are not what they were, unless `reseal` names them, and for a
    history that cannot be read.
    """
    _require_readable(history)
    unknown = sorted(set(reseal) - history.by_id.keys() - sealed.by_id.keys())
    if unknown:
        raise UsageError(f"--reseal: no revision {', '.join(unknown)}", "give full ids, as `history.lock` has them")
    free = {*unreleased, *reseal}
    held = [e for e in compare_seal(history, sealed) if e.record.id not in free]
    if held:
        raise _edited(held)
    records = [recorded_now(history, r) for r in history.by_id.values()]
    return seal_text([*records, *sealed.others])


def _require_readable(history: History) -> None:
    broken = [r.file for r in history.revisions if r.error or r.id is None or not r.hash]
    if broken or history.duplicates:
        what = ", ".join([*map(os.path.basename, broken), *history.duplicates])
        raise UsageError(f"the history cannot be sealed: {what}", "mend what `alembic-proof verify` says of it")


def _edited(held: Sequence[Edit]) -> UsageError:
    told = "; ".join(f"{e.record.id} {what_changed(e)}" for e in held[:_NAMED])
    more = f"; and {len(held) - _NAMED} more" if len(held) > _NAMED else ""
    ids = " ".join(f"--reseal {e.record.id}" for e in held[:_NAMED])
    whole = f"; after a squash, delete {LOCK_NAME} and let `snapshot` write it anew" if more else ""
    return UsageError(
        f"{len(held)} released revision(s) are not what {LOCK_NAME} recorded: {told}{more}",
        f"restore them, and put the change into a new revision; if never released: alembic-proof snapshot {ids}{whole}",
    )


def what_changed(edit: Edit) -> str:
    """An edit in words that follow the revision's id."""
    if edit.now is None:
        return f"was given another id, {edit.successor.id}" if edit.successor else "was deleted"
    words = ((edit.body, "edited"), (edit.parents, "re-parented"), (edit.depends_on, "given another depends_on"))
    return "was " + " and ".join(word for changed, word in words if changed)
