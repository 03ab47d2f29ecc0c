"""The outer side of the job `measure`: rows before a revision, sessions beside its statements, looks afterwards."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from alembic_proof import catalog
from alembic_proof.compat.models import MappedTable
from alembic_proof.effects import Effects, Fall, Unfilled, strength
from alembic_proof.history import UnderTest
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.trace import Failure, Passage
from alembic_proof.walk.collect import Collector, read_failure
from alembic_proof.walk.effects import effects_of, indexes_of
from alembic_proof.walk.in_use import InUse
from alembic_proof.walk.passages import Passages
from alembic_proof.walk.probes import Probes
from alembic_proof.walk.relations import Counted, Raw, Relation, Relations, Waits, read_raw, read_relations
from alembic_proof.walk.runs import Ground, connect

LEVELS = ("all", "plain", "none")
# of so many revisions only what each touches itself is tried with old and new code
MANY = 25
_QUICK = f"old and new code on tables that a revision does not change itself: with more than {MANY} under test"


@dataclass
class _Run:
    """What is known of the revision that is running."""

    revision: str
    rows: str
    existing: Relations
    files: dict[int, int]
    created: tuple[str, ...] = ()
    before: frozenset[int] = frozenset()
    last: Raw | None = None
    counted: Relations = field(default_factory=dict)
    transaction: int = 0
    effects: dict[int, Effects] = field(default_factory=dict)
    stages: dict[str, Failure | None] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    after: Relations = field(default_factory=dict)
    for_real: bool = False


@dataclass
class Fallen:
    """What is known from one run to the next: which revisions fell on their rows, and on which they ran then.

    `bare` are revisions before one that no row may be left for, though what was put in cannot be taken away.
    """

    levels: dict[str, str] = field(default_factory=dict)
    falls: dict[str, Fall] = field(default_factory=dict)
    bare: frozenset[str] = frozenset()

    def level(self, revision: str) -> str:
        """The rows that a revision runs on."""
        return "none" if revision in self.bare else self.levels.get(revision, LEVELS[0])


class Measuring:
    """Answers the job: one question, one method of its name."""

    def __init__(
        self,
        ground: Ground,
        database: ScratchDatabase,
        tested: UnderTest,
        fallen: Fallen,
        one_way: Collection[str] = (),
        models: tuple[MappedTable, ...] | None = None,
    ) -> None:
        self.ground = ground
        self.database = database
        self.tested = tested
        self.fallen = fallen
        self.one_way = frozenset(one_way)
        self.models = models
        self.passages: list[Passage] = []
        self.before_deploy: frozenset[int] | None = None
        self.probes = Probes(lambda: connect(database, as_owner=True))
        self.in_use: InUse | None = None
        self.known: frozenset[int] = frozenset()
        self.touched: frozenset[int] | None = None
        self.run: _Run | None = None
        self.collector: Collector = Passages()

    async def answer(self, collector: Collector) -> str:
        """The line that goes back to the inside."""
        self.collector = collector
        what, data = collector.asked
        waits = await self.probes.let_go()
        if waits is not None and what != "measured":  # the statement failed
            waits = None
        if what == "measured":
            data = {**data, "waits": waits}
        handle: Callable[..., Awaitable[str]] = getattr(self, f"_{what}")
        return await handle(**data)

    @property
    def missed(self) -> tuple[str, ...]:
        """What could not be measured."""
        return tuple(self.in_use.missed) if self.in_use else ()

    @property
    def unfilled(self) -> tuple[Unfilled, ...]:
        """Tables without a row."""
        return tuple(self.in_use.unfilled.values()) if self.in_use else ()

    async def close(self) -> None:
        """Ends every session of ours."""
        await self.probes.close()
        if self.in_use is not None:
            await self.in_use.admin.close()

    # -- before -----------------------------------------------------------------------------------------------------

    async def _rows(self, revision: str, seeded: bool) -> str:
        """`seeded`: the project has put rows of its own anywhere."""
        level = self.fallen.level(revision)
        relations = await self._relations()
        await self._put_in_use(level, relations, follows=self._follows(revision) and not seeded)
        if self.before_deploy is None:
            self.before_deploy = frozenset(relations)
        existing = relations
        if self.tested.together:
            existing = {oid: r for oid, r in relations.items() if oid in self.before_deploy}
        created = tuple(sorted(r.identity for oid, r in relations.items() if oid not in existing and _is_table(r)))
        files = {oid: r.file for oid, r in relations.items()}
        self.run = _Run(revision, level, existing, files, created, before=frozenset(relations))
        return "go"

    def _follows(self, revision: str) -> bool:
        """Whether the revision before it is under test, too; what others do is not watched."""
        plan = list(self.collector.plan)
        return bool(self.passages) and plan.index(revision) == plan.index(self.passages[-1].revision) + 1

    async def _put_in_use(self, level: str, relations: Relations, *, follows: bool) -> None:
        """Rows for all tables; later only for those that are new, or that the revision before touched."""
        tables = {oid: r.identity for oid, r in relations.items() if _is_table(r)}
        if self.in_use is None:
            owner, admin = await self.probes.session("own"), await connect(self.database, admin=True)
            table = self.collector.context.version_table_identity
            many = len(self.tested.revisions) > MANY
            self.in_use = InUse(owner, admin, table, self.tested.together, many, self.models)
            if many:
                self.in_use.missed[_QUICK] = None
        if level != LEVELS[0] and self.in_use.filled:
            await self.in_use.fewer(level)  # where that cannot be, the revision falls once more
            follows = False
        touched = None if self.touched is None else self.touched | (tables.keys() - self.known)
        names = None if touched is None else {tables[oid] for oid in touched if oid in tables}
        await self.in_use.begin(level, touched if follows else None, names)
        await self.in_use.settle()
        self.known = frozenset(tables)

    async def _clear(self) -> str:
        """Our rows are taken away, where that can be: what comes now is not under test."""
        await self._used().fewer("none")
        return "go"

    async def _relations(self) -> dict[int, Relation]:
        own = await self.probes.session("own")
        found = read_relations(await own.fetch(catalog.relations_sql()))
        table = self.collector.context.version_table_identity
        versions = {oid for oid, r in found.items() if r.identity == table}
        return {oid: r for oid, r in found.items() if r.table_oid not in versions}

    # -- statement by statement -------------------------------------------------------------------------------------

    async def _begun(self, raw: str) -> str:
        run = self._running()
        run.last, run.transaction, run.effects = read_raw(raw), 0, {}
        return "go"

    async def _hold(self, pid: int) -> str:
        run = self._running()
        await self._used().settle()
        run.counted = await self._relations()
        await self.probes.hold(pid, run.existing)
        return "go"

    async def _measured(
        self,
        raw: str,
        notices: list[Mapping[str, str]],
        tag: str,
        autocommit: bool,
        number: int,
        waits: Any,
    ) -> str:
        run = self._running()
        now, last = read_raw(raw), run.last
        assert last is not None
        if autocommit:
            last, now = await self._with_counts(last, now)
        if autocommit or run.transaction == 0 or now.transaction != last.transaction:
            run.transaction += 1
        effects = effects_of(last, now, run.existing, run.files, notices, tag, run.transaction, waits)
        if not autocommit:
            blocked = await self.probes.blocked(now.locks, run.existing)
            effects = replace(effects, blocked=blocked)
        run.effects[number] = effects
        run.touched |= _touched(now, last, waits)
        run.files.update({oid: r.file for oid, r in now.relations.items() if r.file})
        if not autocommit and now.transaction == last.transaction:  # also of what is not locked at the moment
            now = replace(now, relations={**last.relations, **now.relations})
        run.last = now
        return "go"

    async def _with_counts(self, last: Raw, now: Raw) -> tuple[Raw, Raw]:
        """Outside a transaction locks and counters are gone with the statement: the server's own sums are compared."""
        before, after = self._running().counted, await self._relations()
        return replace(last, relations=_counted(before)), replace(now, relations=_counted(after))

    async def _fell(self, revision: str, failure: dict[str, Any], undone: bool) -> str:
        """Fewer rows the next time; where the failure cannot be undone, in another run."""
        run = self._running()
        rest = LEVELS[LEVELS.index(run.rows) + 1 :]
        if not rest and self._used().filled and revision not in self.fallen.bare:
            plan = list(self.collector.plan)
            self.fallen.bare |= frozenset(plan[: plan.index(revision) + 1])
            return "stop"
        if not rest:
            self.fallen.falls.pop(revision, None)  # it stops without rows, too: that is not for the rows
            return "stop"
        said = read_failure(failure)
        which = "some" if run.rows == "all" else "any"
        fall = Fall(which, said.message, said.sqlstate, said.sql, said.file, said.line)
        self.fallen.falls[revision] = fall
        run.rows = self.fallen.levels[revision] = rest[0]
        return "again" if undone and await self._used().fewer(run.rows) else "stop"

    # -- afterwards -------------------------------------------------------------------------------------------------

    async def _passed(self, **_: object) -> str:
        run = self._running()
        run.after = await self._relations()
        made = {oid for oid, r in run.after.items() if oid not in run.before and _is_table(r)}
        run.touched = {_owner(oid, run.existing, run.after) for oid in run.touched} | made
        await self._used().passed(run.touched)
        return "back" if run.revision not in self.one_way else "stay"

    async def _queries(self, raw: str, **_: object) -> str:
        """Where the transaction is open, its locks say what was touched; else it may be anything."""
        run, now = self._running(), read_raw(raw)
        run.for_real = run.for_real or not now.locks
        touched = {_owner(oid, run.existing, now.relations) for oid in now.locks} | run.touched
        return json.dumps(self._used().first_queries(None if run.for_real else touched))

    async def _more(self, stage: str, answers: list[str], **_: object) -> str:
        return json.dumps(self._used().second_queries(stage, answers))

    async def _answers(self, stage: str, answers: list[str], **_: object) -> str:
        self._running().stages[stage] = None
        self._used().looked(stage, answers)
        return "go"

    def _used(self) -> InUse:
        assert self.in_use is not None
        return self.in_use

    async def _stopped(self, stage: str, failure: dict[str, Any], **_: object) -> str:
        self._running().stages[stage] = read_failure(failure)
        return "go"

    async def _done(self, **_: object) -> str:
        run = self._running()
        relations = await self._relations() if run.for_real else run.after
        passage = self._passage(run, relations)
        self.passages.append(passage)
        self.touched = None if run.for_real else frozenset(run.touched)
        if run.for_real:
            self._used().forget()
        self.run = None
        return "go"

    def _passage(self, run: _Run, relations: Relations) -> Passage:
        assert isinstance(self.collector, Passages)
        step = self.collector.latest[run.revision, "upgrade"]
        statements = tuple(replace(s, effects=run.effects.get(number)) for number, s in enumerate(step.statements, 1))
        stuck, back = next(((stage, failure) for stage, failure in run.stages.items() if failure), ("", None))
        return Passage(
            revision=run.revision,
            ok=step.ok,
            rows=run.rows,
            statements=statements,
            fall=self.fallen.falls.get(run.revision),
            failure=step.failure,
            changes=tuple(self._used().changes),
            broken=tuple(self._used().broken),
            indexes=indexes_of(relations, {t for s in statements if s.effects for t in s.effects.tables}),
            created=run.created,
            way_back=_way_back(run),
            back=back,
            stuck=stuck,
        )

    def stopped_at(self) -> Passage | None:
        """The revision that ended the run, as far as it got."""
        if self.run is None or not isinstance(self.collector, Passages):
            return None
        if (self.run.revision, "upgrade") not in self.collector.latest:
            return None
        return self._passage(self.run, self.run.existing)

    def _running(self) -> _Run:
        assert self.run is not None
        return self.run


def _counted(relations: Relations) -> dict[int, Counted]:
    return {
        oid: Counted(r.identity, r.kind, r.file, r.table_oid, *r.counts, vacuums=r.vacuums)
        for oid, r in relations.items()
    }


def _is_table(relation: Relation) -> bool:
    return relation.kind in ("table", "partitioned table", "materialized view")


_LEAST = strength("RowExclusiveLock")


def _touched(now: Raw, last: Raw, waits: Waits | None) -> set[int]:
    """By oid, what is locked as writers do, or stronger; outside a transaction, what was seen to be, or was written."""
    locks = {**now.locks, **(waits.granted if waits else {}), **(waits.wanted if waits else {})}
    found = {oid for oid, mode in locks.items() if strength(mode) >= _LEAST}
    if waits is None:
        return found
    return found | {oid for oid, r in now.relations.items() if oid in last.relations and r != last.relations[oid]}


def _owner(oid: int, *known: Mapping[int, Relation] | Mapping[int, Counted]) -> int:
    """An index's table; everything else is its own."""
    return next((found.table_oid for relations in known if (found := relations.get(oid))), oid)


def _way_back(run: _Run) -> str:
    if not run.stages:
        return "not run"
    return "fails" if any(run.stages.values()) else "ok"
