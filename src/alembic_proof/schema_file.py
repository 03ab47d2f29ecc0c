"""The committed `schema.sql` and `history.lock`: what `alembic-proof snapshot` writes, and `--check` compares."""

from __future__ import annotations

import asyncio
import difflib
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from alembic_proof.ddl import cannot_say, schema_text
from alembic_proof.ddl.schema import Schema
from alembic_proof.diff import compare_lines, informational
from alembic_proof.errors import CouldNotVerify, UsageError
from alembic_proof.history import History
from alembic_proof.released import lock_path, lock_text
from alembic_proof.settings import Settings
from alembic_proof.snapshot import Snapshot
from alembic_proof.trace import Committed
from alembic_proof.walk import runs, schemas
from alembic_proof.walk.runs import Ground

NAME = "schema.sql"


@dataclass(frozen=True)
class File:
    """One file as it is, None where there is none, and as it should be; `same`: it says the same in other words."""

    path: Path
    text: str | None
    wanted: str
    same: bool = False

    @property
    def current(self) -> bool:
        """Whether nothing needs to be written."""
        return self.text == self.wanted

    @property
    def diff(self) -> str:
        """From what is committed to what the migrations make."""
        name = os.path.relpath(self.path)
        texts = ((self.text or "").splitlines(keepends=True), self.wanted.splitlines(keepends=True))
        return "".join(difflib.unified_diff(*texts, f"{name} (committed)", f"{name} (migrated)"))


@dataclass(frozen=True)
class Files:
    """What `snapshot` looks after, and what its text cannot say."""

    schema: File
    lock: File
    cannot: tuple[str, ...]


def path_of(settings: Settings, history: History) -> Path:
    """Where the schema's text is: beside env.py, or where the setting `schema-file` says."""
    return settings.folder / settings.schema_file if settings.schema_file else Path(history.home) / NAME


def files(ground: Ground, reseal: Collection[str] = ()) -> Files:
    """The files as they are and as they should be, after a plain upgrade to the heads."""
    return asyncio.run(_files(ground, reseal))


async def _files(ground: Ground, reseal: Collection[str]) -> Files:
    history = await runs.read_history(ground.settings)
    lock = File(lock_path(history), _text(lock_path(history)), lock_text(history, reseal))
    made = await schemas.migrated(ground)
    path, wanted = path_of(ground.settings, history), schema_text(made.schema)
    text = _text(path)
    same = text not in (None, wanted) and await _says_the_same(ground, str(text), made)
    return Files(File(path, text, wanted, same), lock, cannot_say(made.schema))


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


async def _says_the_same(ground: Ground, text: str, made: schemas.Migrated) -> bool:
    try:
        snapshot = await schemas.loaded(ground, text, made.context.version_table_identity)
    except CouldNotVerify:
        return False
    return not differences(snapshot, made.schema.snapshot)


def differences(committed: Snapshot, migrated: Snapshot) -> bool:
    """Whether they differ in anything that the text says: all but the versions of extensions."""
    only = committed.lines - migrated.lines, migrated.lines - committed.lines
    return bool(compare_lines(*only)) or any(c.kind == "column order" for c in informational(*only))


def write(file: File) -> None:
    """The text as it should be."""
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        file.path.write_text(file.wanted, "utf-8")
    except OSError as error:
        raise UsageError(f"{file.path} cannot be written: {error.strerror}") from error


def committed(ground: Ground, history: History, schema: Schema, version_table: str) -> Committed | None:
    """What verify compares: nothing where there is no file, or its text is that of the migrated heads."""
    path = path_of(ground.settings, history)
    text = _text(path) if history.home else None
    wanted = schema_text(schema)
    if text is None or text == wanted:
        return None
    name = os.path.relpath(path)
    try:
        return Committed(name, text, wanted, asyncio.run(schemas.loaded(ground, text, version_table)))
    except CouldNotVerify as error:
        return Committed(name, text, wanted, failure=" ".join(filter(None, (error.message, error.hint))))
