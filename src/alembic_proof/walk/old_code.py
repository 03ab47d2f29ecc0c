"""The models of the commit that runs today, from an export of it, in the project's own interpreter."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic_proof import git
from alembic_proof.compat.models import MappedTable, read_mapped
from alembic_proof.errors import ProofError
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.provision.server import Endpoint
from alembic_proof.walk.runs import Ground, crash, do

_NOWHERE = Endpoint("/nonexistent", 1, "", "", "")


@dataclass(frozen=True)
class OldCode:
    """What the models of a commit map; None where they cannot be read, and `why` not."""

    tables: tuple[MappedTable, ...] | None = None
    why: str = ""


async def old_code(ground: Ground, commit: str) -> OldCode:
    """The mapped tables of the project as it was in a commit; its folder is left alone, no database is asked."""
    top = git.top(ground.settings.folder)
    if top is None:
        return OldCode(why="the project is in no git repository")
    with TemporaryDirectory(prefix="alembic-proof-") as made:
        export = _real(made)
        if not await asyncio.to_thread(git.export, top, commit, export):
            return OldCode(why=f"git has no files of commit {commit[:12]}")
        moved = _moved(ground, top, export)
        if moved is None:
            return OldCode(why=f"commit {commit[:12]} does not have the project's files where they are now")
        return await _read(moved, top, export)


def _real(folder: str) -> Path:
    """As Python's own `__file__` will name it."""
    return Path(folder).resolve()


def _moved(ground: Ground, top: Path, export: Path) -> Ground | None:
    """The same project in the export; None where it is not there."""
    settings = ground.settings
    folder, config = settings.folder.resolve(), settings.config.resolve()
    if not (folder.is_relative_to(top) and config.is_relative_to(top)):
        return None
    folder, config = export / folder.relative_to(top), export / config.relative_to(top)
    if not folder.is_dir() or (settings.config_function is None and not config.is_file()):
        return None
    python = str(settings.folder / settings.python) if "/" in settings.python else settings.python
    return replace(ground, settings=replace(settings, folder=folder, config=config, python=python))


async def _read(ground: Ground, top: Path, export: Path) -> OldCode:
    nowhere = ScratchDatabase(_NOWHERE, _NOWHERE, "", "")
    try:
        collector, ending = await do(ground, nowhere, "mapped", origin=str(top), export=str(export))
    except ProofError as error:
        return OldCode(why=f"its models cannot be read: {error}")
    failure = collector.failure or (None if collector.ended else crash(ending))
    if failure is not None:
        return OldCode(why=f"its models cannot be read: {failure}")
    if collector.strays:
        return OldCode(why=f"it imports the working tree's {Path(collector.strays[0]).relative_to(top)}, not its own")
    if not collector.mapped:
        return OldCode(why="its env.py hands no model to Alembic")
    return OldCode(read_mapped(collector.mapped))
