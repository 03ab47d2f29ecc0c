"""The measured database as one in use: rows in its tables, and the code that reads and writes them.

After a revision only what it touched is read again: a history of hundreds would else be read hundreds of times.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import asyncpg

from alembic_proof.catalog.compat import shapes_call, usage_sql
from alembic_proof.compat.models import MappedTable
from alembic_proof.compat.relations import Usable, read_usable
from alembic_proof.compat.replies import owners, read_results, replay_sql
from alembic_proof.compat.side import Side
from alembic_proof.compat.statements import Usage
from alembic_proof.compat.verdict import broken
from alembic_proof.effects import Broken, Change, Unfilled
from alembic_proof.rows.contents import Contents, compare, contents_sql, read_contents, unread
from alembic_proof.rows.filled import Filled
from alembic_proof.rows.shape import Shape, parse_shapes
from alembic_proof.rows.table import Table
from alembic_proof.walk.replay import read_side, replay
from alembic_proof.walk.rows import fill, remove

Tables = Mapping[int, Table]


@dataclass
class InUse:
    """What is known of it at a revision; `owner` is a session as the owner, `admin` one that may be anybody.

    `models` are those of the code that runs today, where they are known; `together`: the revisions are one deploy, and
    the code that runs today is that of before all of them. `quick`: statements are run again only of tables that are
    themselves otherwise. `was` and `now` are the rows before and after the upgrade.
    """

    owner: asyncpg.Connection
    admin: asyncpg.Connection
    version_table: str
    together: bool
    quick: bool = False
    models: tuple[MappedTable, ...] | None = None
    filled: list[Filled] = field(default_factory=list)
    unfilled: dict[str, Unfilled] = field(default_factory=dict)
    missed: dict[str, None] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    shapes: dict[int, Shape] = field(default_factory=dict)
    was: Tables = field(default_factory=dict)
    now: Tables = field(default_factory=dict)
    old: Side | None = None
    new: Side = field(default_factory=Side)

    async def begin(self, level: str, touched: Collection[int] | None, tables: Collection[str] | None) -> None:
        """Before a revision: rows for the tables of these names; what there is, and how it is used.

        `touched` are the oids of what may be otherwise than it was after the last revision; None: everything.
        """
        self.changes, self.broken = [], []
        await self._read_shapes(touched)
        filled = Filled()
        if level != "none":
            filled = await fill(self.owner, self._all_shapes(), level, tables)
            self._took(filled)
        self.was = await self._contents(None if touched is None else {*touched, *self._oids(filled)}, self.now)
        if self.old is None:
            self.old = await self._side(None)
        elif not self.together:
            known = self.new.with_rest_of(self.old) if self.models is None else self.old
            others = self._names(filled, was_empty=self.quick)
            # the schema is what it was after the last upgrade: else `forget` was called
            again = known.without(others)
            self.old = known if self.models is None and not others else await self._side(again, self.new.usable)

    async def fewer(self, level: str) -> bool:
        """The rows of before are taken away again, and ordinary ones put in their place; False where that cannot be."""
        while self.filled:
            if not await remove(self.owner, self.filled[-1]):
                return False
            self.filled.pop()
        self.forget()
        await self.begin(level, None, None)
        return True

    def forget(self) -> None:
        """What runs today is asked anew: of the rows that there were, others are there now."""
        if not self.together:
            self.old = None

    async def settle(self) -> None:
        """What these sessions did is counted now, and not while a statement is watched by the server's sums."""
        for session in (self.owner, self.admin):
            await session.execute("SELECT pg_catalog.pg_stat_force_next_flush()")

    def _took(self, filled: Filled) -> None:
        self.filled.append(filled)
        self.unfilled.update({u.table: u for u in filled.unfilled})

    def _oids(self, filled: Filled) -> set[int]:
        """Of what was filled, and of what triggers wrote to."""
        others = {name for name, _ in filled.others}
        return {p.oid for p in filled.puts} | {s.oid for s in self.shapes.values() if s.name in others}

    def _names(self, filled: Filled, *, was_empty: bool) -> set[str]:
        """Of what was filled; or only of what had no row before, so that nothing is known of it."""
        oids = {o for o in self._oids(filled) if not (was_empty and o in self.now and self.now[o].count)}
        return {s.name for oid, s in self.shapes.items() if oid in oids}

    async def passed(self, touched: Collection[int]) -> None:
        """After the upgrade, which touched these: what became of the rows, and of the statements that ran before it."""
        await self._read_shapes(touched)
        self.now = await self._contents(touched, self.was)
        self._compare(self.was, self.now, "upgrade", touched)
        assert self.old is not None
        usable = await self._usable(touched if self.quick else None)
        usages = self.old.against(usable)
        results = await replay(self.admin, usages)
        self.broken += broken(usages, self.old.control, results, "old")
        self.new = await read_side(self.admin, self.version_table, since=self.old.usable, usable=usable)
        if self.together:  # a later revision is not told what this one broke
            self.old = replace(self.old, control={**self.old.control, **results})

    # -- within the project's own transaction, on its connection ----------------------------------------------------

    def first_queries(self, touched: Collection[int] | None) -> list[str]:
        """What has to be known first, so that rows can be read; `touched` None: everything may be."""
        self.looking = touched
        return [shapes_call(self.version_table, touched)]

    def second_queries(self, stage: str, answers: list[str]) -> list[str]:
        """The rows; and after a downgrade, the statements of the new code on the old schema."""
        queries = [contents_sql(parse_shapes(answers[0]))]
        return [*queries, replay_sql(self._new())] if stage == "downgrade" and self._new() else queries

    def looked(self, stage: str, answers: list[str]) -> None:
        """What the second queries gave."""
        found = {t.oid: t for t in self._read(answers[0]).tables}
        touched = None if self.looking is None else {*self.looking, *found}
        # what the upgrade itself made may be other values the second time: only what was there before it is a loss
        self._compare(self.was, found, stage, touched)
        if len(answers) > 1:
            usages = self._new()
            self.broken += broken(usages, self.new.control, read_results(usages, answers[1]), "new")

    def _new(self) -> tuple[Usage, ...]:
        return owners(self.new.usages)

    def _compare(self, before: Tables, after: Tables, stage: str, touched: Collection[int] | None) -> None:
        def chosen(tables: Tables) -> Contents:
            return Contents(self.zone, tuple(t for oid, t in tables.items() if touched is None or oid in touched))

        self.changes += compare(chosen(before), chosen(after), stage)

    # -- reading ----------------------------------------------------------------------------------------------------

    async def _side(self, since: Side | None, usable: Usable | None = None) -> Side:
        """The statements of the code that runs today, on the schema as it is now."""
        usable = usable or await self._usable()
        earlier = since.usable if since else None
        side = await read_side(self.admin, self.version_table, self.models, since=earlier, usable=usable)
        return side.with_rest_of(since) if since else side

    async def _usable(self, touched: Collection[int] | None = None) -> Usable:
        """What the database can be used for now; of what was not touched, what is known of it."""
        text = await self.admin.fetchval(usage_sql(self.version_table, touched))
        usable = read_usable(text, quick=touched is not None)
        if touched is None or self.old is None:
            return usable
        rest = (r for r in self.old.usable.relations if r.oid not in touched)
        return replace(usable, relations=(*rest, *usable.relations), shared=self.old.usable.shared)

    async def _read_shapes(self, touched: Collection[int] | None) -> None:
        found = parse_shapes(await self.owner.fetchval(shapes_call(self.version_table, touched)))
        gone = self.shapes.keys() if touched is None else set(touched)
        kept = {oid: s for oid, s in self.shapes.items() if oid not in gone}
        self.shapes = {**kept, **{s.oid: s for s in found}}

    def _all_shapes(self) -> tuple[Shape, ...]:
        return tuple(sorted(self.shapes.values(), key=lambda s: s.name))

    async def _contents(self, touched: Collection[int] | None, others: Tables) -> dict[int, Table]:
        """The rows of what was touched; of the rest, what is known."""
        chosen = [s for s in self._all_shapes() if touched is None or s.oid in touched]
        contents = self._read(await self.owner.fetchval(contents_sql(self._with_relatives(chosen))))
        kept = {} if touched is None else {oid: t for oid, t in others.items() if oid not in touched}
        return {**kept, **{t.oid: t for t in contents.tables}}

    def _with_relatives(self, shapes: Iterable[Shape]) -> tuple[Shape, ...]:
        """With the partitioned tables above them: by these the rows of a partition are known."""
        found = {s.oid: s for s in shapes}
        ahead = list(found.values())
        while ahead:
            parent = self.shapes.get(ahead.pop().parent or 0)
            if parent is not None and parent.oid not in found:
                found[parent.oid] = parent
                ahead.append(parent)
        return tuple(sorted(found.values(), key=lambda s: s.name))

    def _read(self, text: str) -> Contents:
        contents = read_contents(text)
        self.zone = contents.zone
        self.missed.update(dict.fromkeys(f"rows of {words}" for words in unread(contents)))
        return contents
