"""What is released, as the files and git know it: `history.lock`, the one of the main branch, and old sources."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from alembic_proof import git
from alembic_proof.errors import UsageError
from alembic_proof.history import History
from alembic_proof.inside.meaning import hash_of
from alembic_proof.seal import LOCK_NAME, Edit, Seal, Sealed, compare_seal, file_of, read_seal, recorded_now, updated

_OLD_SOURCES = 25


def lock_path(history: History) -> Path:
    """Where the lock is: in the script directory, beside env.py."""
    return Path(history.home) / LOCK_NAME


def read_lock(history: History) -> Sealed | None:
    """What the project's lock says, None without one; UsageError where it cannot be read."""
    path = lock_path(history)
    if not history.home or not path.is_file():
        return None
    return _split(history, read_seal(path.read_text("utf-8", "replace"), os.path.relpath(path)))


def _split(history: History, sealed: Sealed) -> Sealed:
    """A recorded file that is there, and is not of this history, is of another one in the same script directory."""
    mine = {os.path.normpath(r.file) for r in history.revisions}
    gone = {r.id: file_of(history, r) for r in sealed.records if r.id not in history.by_id}
    others = {id_ for id_, path in gone.items() if path not in mine and Path(path).is_file()}
    return Sealed(
        tuple(r for r in sealed.records if r.id not in others),
        tuple(r for r in sealed.records if r.id in others),
    )


def lock_text(history: History, reseal: Collection[str] = ()) -> str:
    """What the lock should say now, for `alembic-proof snapshot`; `reseal` are ids that are recorded as they are.

    Raises UsageError where a released revision was edited, the history is broken, or the lock cannot be read.
    """
    sealed = read_lock(history) or Sealed()
    unreleased = _unreleased(history, sealed) if compare_seal(history, sealed) else ()
    return updated(history, sealed, unreleased, reseal)


def read_released(history: History) -> Seal | None:
    """What the checks may know of the seal; git is only asked where something was edited."""
    sealed = read_lock(history)
    if sealed is None:
        return None
    seal = Seal(str(lock_path(history)), sealed, compare_seal(history, sealed))
    if not seal.edits:
        return seal
    edited = [e for e in seal.edits if e.now is not None][:_OLD_SOURCES]
    return replace(
        seal,
        unreleased=_unreleased(history, sealed),
        old={e.record.id: source for e in edited if e.body and (source := _old_source(history, e)) is not None},
        new={e.record.id: _text(Path(e.now.file).read_bytes()) for e in edited if e.now is not None},
    )


def unreleased(history: History) -> frozenset[str] | None:
    """Revisions that are not recorded, or that only this branch recorded; None without a lock."""
    sealed = read_lock(history)
    if sealed is None:
        return None
    known = sealed.by_id.keys() - _unreleased(history, sealed)
    return frozenset(history.by_id.keys() - known)


def _unreleased(history: History, sealed: Sealed) -> frozenset[str]:
    """What the main branch has not recorded; without an answer from git, all that is recorded counts as released."""
    home = Path(history.home)
    commit = git.base(home)
    if commit is None:
        return frozenset()
    with suppress(UsageError):
        text = git.content(home, commit, LOCK_NAME)
        released = read_seal(_text(text)) if text is not None else Sealed()
        return frozenset(sealed.by_id.keys() - released.by_id.keys())
    return frozenset()


def _old_source(history: History, edit: Edit) -> str | None:
    """The newest committed version that has the recorded hash."""
    for source in _committed(history, edit):
        with suppress(SyntaxError, ValueError):  # a conflict that was committed, or the syntax of a newer Python
            if hash_of(source) == edit.record.hash:
                return _text(source)
    return None


def _committed(history: History, edit: Edit) -> Iterator[bytes]:
    """Versions of the file that was recorded; then those of the file that has the id now, which may have moved."""
    names = [edit.record.file]
    if edit.now is not None:
        names.append(recorded_now(history, edit.now).file)
    for name in dict.fromkeys(names):
        yield from git.versions(Path(history.home), name)


def _text(source: bytes) -> str:
    return source.decode("utf-8", "replace")
