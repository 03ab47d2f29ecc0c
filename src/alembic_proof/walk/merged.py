"""Base and branch in one database, as a deploy after the merge would go; and the other way round, where they parted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic_proof.branch import Branch, in_order, merged
from alembic_proof.continuity import Located, compare_located
from alembic_proof.diff import Change
from alembic_proof.history import History
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.trace import Context, Failure, Merged, Run
from alembic_proof.walk import runs, schemas
from alembic_proof.walk.collect import Collector
from alembic_proof.walk.runs import Ground

Steps = list[tuple[str, tuple[Change, ...]]]


async def run_merged(ground: Ground, history: History, branch: Branch) -> Merged:
    """What the branch does to the schema of its base; where the base went on, also the branch first and then that."""
    order = in_order(merged(history, branch))
    own = [r for r in order if r in branch.added]
    with _unseen(branch) as unseen:
        found = await _base_first(ground, unseen, [r for r in order if r not in branch.added], own)
        if branch.unseen and found.failure is None:
            late = [r for r in order if r in branch.unseen_ids]
            seen = [r for r in order if r not in branch.unseen_ids]
            found = replace(found, other=await _all(ground, unseen, seen, late))
    return found


@dataclass(frozen=True)
class _Unseen:
    """The files of revisions that the branch has not seen: where they lie meanwhile, and where they belong."""

    folders: tuple[str, ...] = ()
    home: Mapping[str | None, str] = field(default_factory=dict)

    def told(self, failure: Failure) -> Failure:
        """At the place in the base's own file."""
        return replace(failure, file=self.home.get(failure.file, failure.file))


@contextmanager
def _unseen(branch: Branch) -> Iterator[_Unseen]:
    """Laid where Alembic finds them beside the others; files of two folders may have one name."""
    if not branch.unseen:
        yield _Unseen()
        return
    with TemporaryDirectory(prefix="alembic-proof-") as made:
        folder = Path(made).resolve()
        paths = [folder / f"{n}_{Path(revision.file).name}" for n, revision in enumerate(branch.unseen)]
        for path, source in zip(paths, branch.sources, strict=True):
            path.write_bytes(source)
        yield _Unseen((str(folder),), {str(p): r.file for p, r in zip(paths, branch.unseen, strict=True)})


@dataclass
class _Road:
    """One database on its way; each part of the way is a process, so that it is committed when it is looked at."""

    ground: Ground
    database: ScratchDatabase
    unseen: _Unseen
    context: Context = field(default_factory=Context)

    async def go(self, revisions: Sequence[str]) -> tuple[str | None, Failure | None]:
        """The revision that failed, and why."""
        if not revisions:
            return None, None
        collector, ending = await runs.do(
            self.ground, self.database, "ordered", order=list(revisions), unseen=list(self.unseen.folders)
        )
        self.context = collector.context
        failure = collector.failure or (None if collector.ended else runs.crash(ending))
        return (_running(collector), self.unseen.told(failure)) if failure else (None, None)

    async def look(self) -> Located:
        """The schema now."""
        return await schemas.located(self.database, self.context)

    async def run(self, failed: str | None, failure: Failure | None) -> Run:
        """The end of it, as a run."""
        snapshot = (await self.look()).snapshot
        return Run(finished=failure is None, last=failed, failure=failure, snapshot=snapshot)


def _running(collector: Collector) -> str | None:
    return collector.running[0] if collector.running else None


@asynccontextmanager
async def _road(ground: Ground, unseen: _Unseen) -> AsyncIterator[_Road]:
    async with runs.open_database(ground, "merged") as database:
        await runs.prepare(ground, database)
        yield _Road(ground, database, unseen)


async def _base_first(ground: Ground, unseen: _Unseen, base: list[str], own: list[str]) -> Merged:
    async with _road(ground, unseen) as road:
        failed, failure = await road.go(base)
        start = last = await road.look()
        before = await schemas.read(road.database, road.context)
        steps: Steps = []
        for revision in own if failure is None else ():
            failed, failure = await road.go([revision])
            if failure is not None:
                break
            then, last = last, await road.look()
            steps.append((revision, compare_located(then, last)))
        after = await schemas.read(road.database, road.context)
        changes = compare_located(start, last)
    return Merged(before, after, changes, tuple(steps), failed, failure)


async def _all(ground: Ground, unseen: _Unseen, first: list[str], then: list[str]) -> Run:
    async with _road(ground, unseen) as road:
        failed, failure = await road.go(first)
        if failure is None:
            failed, failure = await road.go(then)
        return await road.run(failed, failure)
