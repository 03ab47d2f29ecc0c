"""The measured database as one in use: rows in its tables, and the code that reads and writes them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import asyncpg

from alembic_proof.catalog.compat import usage_sql
from alembic_proof.catalog.shapes import read_shapes, shapes_sql
from alembic_proof.compat.models import MappedTable
from alembic_proof.compat.relations import read_usable
from alembic_proof.compat.replies import owners, read_results, replay_sql
from alembic_proof.compat.side import Side
from alembic_proof.compat.statements import Usage
from alembic_proof.compat.verdict import broken
from alembic_proof.effects import Broken, Change, Unfilled
from alembic_proof.rows.contents import Contents, compare, contents_sql, read_contents, unread
from alembic_proof.rows.filled import Filled
from alembic_proof.rows.shape import Shape, parse_shapes
from alembic_proof.walk.replay import read_side, replay
from alembic_proof.walk.rows import fill, remove


@dataclass
class InUse:
    """What is known of it at a revision; `owner` is a session as the owner, `admin` one that may be anybody.

    `models` are those of the code that runs today, where they are known.
    """

    owner: asyncpg.Connection
    admin: asyncpg.Connection
    version_table: str
    models: tuple[MappedTable, ...] | None = None
    filled: list[Filled] = field(default_factory=list)
    unfilled: dict[str, Unfilled] = field(default_factory=dict)
    missed: dict[str, None] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    old: Side | None = None
    new: Side = field(default_factory=Side)

    async def begin(self, level: str, tables: Collection[str] | None) -> None:
        """Before a revision: rows for all tables, or those of these names; what there is, and how it is used."""
        self.changes, self.broken = [], []
        shapes = await self._shapes()
        if level != "none":
            self._took(await fill(self.owner, shapes, level, tables))
        await self._remember(shapes)

    async def fewer(self, level: str) -> bool:
        """The rows of before are taken away again, and ordinary ones put in their place; False where that cannot be."""
        while self.filled:
            if not await remove(self.owner, self.filled[-1]):
                return False
            self.filled.pop()
        self.old = None
        await self.begin(level, None)
        return True

    async def settle(self) -> None:
        """What these sessions did is counted now, and not while a statement is watched by the server's sums."""
        for session in (self.owner, self.admin):
            await session.execute("SELECT pg_catalog.pg_stat_force_next_flush()")

    def _took(self, filled: Filled) -> None:
        self.filled.append(filled)
        self.unfilled.update({u.table: u for u in filled.unfilled})

    async def _remember(self, shapes: tuple[Shape, ...]) -> None:
        self.before = await self._contents(shapes)
        self.missed.update(dict.fromkeys(f"rows of {text}" for text in unread(self.before)))
        earlier, self.old = self.old, await self._side(self.models, self.old)
        self.old = self.old.with_rest_of(earlier) if earlier else self.old

    async def passed(self) -> None:
        """After the upgrade: what became of the rows, and of the statements that ran before it."""
        self.after = await self._contents(await self._shapes())
        self.changes += compare(self.before, self.after, "upgrade")
        now = read_usable(await self.admin.fetchval(usage_sql(self.version_table)))
        old = self._old()
        usages = old.against(now)
        self.broken += broken(usages, old.control, await replay(self.admin, usages), "old")
        self.new = await self._side(None, old)

    # -- within the project's own transaction, on its connection ----------------------------------------------------

    def first_queries(self) -> list[str]:
        """What has to be known first, so that rows can be read."""
        return [shapes_sql(self.version_table)]

    def second_queries(self, stage: str, answers: list[str]) -> list[str]:
        """The rows; and after a downgrade, the statements of the new code on the old schema."""
        queries = [contents_sql(parse_shapes(answers[0]))]
        return [*queries, replay_sql(self._new())] if stage == "downgrade" and self._new() else queries

    def looked(self, stage: str, answers: list[str]) -> None:
        """What the second queries gave."""
        earlier = self.before if stage == "downgrade" else self.after
        self.changes += compare(earlier, read_contents(answers[0]), stage)
        if len(answers) > 1:
            usages = self._new()
            self.broken += broken(usages, self.new.control, read_results(usages, answers[1]), "new")

    def _old(self) -> Side:
        assert self.old is not None
        return self.old

    def _new(self) -> tuple[Usage, ...]:
        return owners(self.new.usages)

    # -- reading ----------------------------------------------------------------------------------------------------

    async def _side(self, models: tuple[MappedTable, ...] | None, since: Side | None) -> Side:
        """The statements of the schema as it is now; of what has not changed since, none."""
        return await read_side(self.admin, self.version_table, models, since=since.usable if since else None)

    async def _shapes(self) -> tuple[Shape, ...]:
        return await read_shapes(self.owner, self.version_table)

    async def _contents(self, shapes: tuple[Shape, ...]) -> Contents:
        return read_contents(await self.owner.fetchval(contents_sql(shapes)))
