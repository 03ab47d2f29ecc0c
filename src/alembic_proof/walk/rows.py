"""Puts rows into the tables, and takes just those away again; a connection of the owner's, an ordinary role."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import asyncpg

from alembic_proof.effects import Unfilled
from alembic_proof.rows import statements
from alembic_proof.rows.choices import Choices, Question, joined, limited, of_types, several, single
from alembic_proof.rows.filled import Filled, Put
from alembic_proof.rows.order import groups, holders
from alembic_proof.rows.plan import Plan, Referred, Row, merged
from alembic_proof.rows.shape import Reference, Shape

if TYPE_CHECKING:
    from asyncpg import Connection

_BATCH = 40
_ALTERNATIVES = 12
# what the project's own triggers find their tables by; the session of the harness has no path
_SETTINGS = """SELECT pg_catalog.set_config('search_path', coalesce(
  (SELECT substr(setting, 13) FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) setting
   WHERE setting LIKE 'search_path=%'
     AND s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
     AND s.setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user))
   ORDER BY s.setrole DESC, s.setdatabase DESC LIMIT 1), '"$user", public'), true)
WHERE pg_catalog.current_setting('search_path') IN ('', '""')"""


async def fill(
    connection: Connection, shapes: Sequence[Shape], level: str, tables: Collection[str] | None = None
) -> Filled:
    """Puts rows into all tables, or those of these names with the empty ones that they need.

    `level`: `all` with NULLs, edges and duplicates, or `plain`, a few ordinary rows. What is there already stays, and
    foreign keys may use it. Each row that the server refuses is tried again, changed; a table that cannot be filled is
    told.
    """
    async with connection.transaction():
        await connection.execute(_SETTINGS)
        await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        filling = _Filling(connection, {s.oid: s for s in shapes}, level)
        return await filling.run(tables)


async def remove(connection: Connection, filled: Filled) -> bool:
    """Takes away what `fill` put, and nothing else; False, and nothing done, where that cannot be."""
    if filled.others:
        return False
    try:
        async with connection.transaction():
            await connection.execute(_SETTINGS)
            await _remove(connection, filled)
    except (asyncpg.PostgresError, _Left):
        return False
    return True


class _Left(Exception):
    """Some of our rows are not what they were."""


async def _remove(connection: Connection, filled: Filled) -> None:
    names = {r["oid"]: (r["name"], r["columns"]) for r in await connection.fetch(_NAMES, [p.oid for p in filled.puts])}
    puts = [p for p in reversed(filled.puts) if p.oid in names and p.keys]
    by_group: dict[int, list[str]] = {}
    questions = []
    for put in puts:
        table, columns = names[put.oid][0], dict(enumerate(names[put.oid][1] or (), 1))
        if put.columns:
            key = [columns[n] for n in put.columns]
            by_group.setdefault(put.group, []).append(statements.delete(table, key, put.keys))
            questions.append(statements.left(table, key, put.keys))
        else:
            by_group.setdefault(put.group, []).append(statements.delete_alike(table, put.hashes))
    hashed = sum(len(p.keys) for p in puts if not p.columns)
    before = await _total(connection, [names[p.oid][0] for p in puts if not p.columns])
    await connection.execute(";\n".join(statements.together(texts) for texts in by_group.values()) or "SELECT")
    after = await _total(connection, [names[p.oid][0] for p in puts if not p.columns])
    if before - after != hashed or (questions and await connection.fetchval("SELECT " + " + ".join(questions))):
        raise _Left


_NAMES = """SELECT c.oid::bigint AS oid, concat(quote_ident(n.nspname), '.', quote_ident(c.relname)) AS name,
  (SELECT array_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
   WHERE a.attrelid = c.oid AND a.attnum > 0) AS columns
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY ($1::oid[])"""


async def _total(connection: Connection, tables: Iterable[str]) -> int:
    parts = [f"(SELECT count(*) FROM ONLY {table})" for table in tables]  # noqa: S608
    return int(await connection.fetchval("SELECT " + " + ".join(parts))) if parts else 0


@dataclass
class _Filling:
    """One run; `rows` are those put so far, by table."""

    connection: Connection
    shapes: dict[int, Shape]
    level: str
    rows: dict[int, list[Row]] = field(default_factory=dict)
    hashes: dict[int, list[str]] = field(default_factory=dict)
    why: dict[int, str] = field(default_factory=dict)
    samples: dict[Reference, list[tuple[str, ...]]] = field(default_factory=dict)
    answers: dict[str, list[int]] = field(default_factory=dict)

    async def run(self, names: Collection[str] | None) -> Filled:
        everything = tuple(self.shapes.values())
        self.holders = holders(everything)
        self.before = dict(zip(self.shapes, await self._counts(), strict=True))
        ordered = groups(everything)
        wanted = self._wanted(names)
        chosen = [tuple(s for s in group if s.oid in wanted) for group in ordered]
        chosen = [group for group in chosen if group]
        for start in range(0, len(chosen), _BATCH):
            await self._batch(chosen[start : start + _BATCH])
        after = dict(zip(self.shapes, await self._counts(), strict=True))
        return self._filled(ordered, wanted, after)

    async def _counts(self) -> list[int]:
        return list(await self.connection.fetchval(statements.counts(tuple(self.shapes.values()))))

    def _wanted(self, names: Collection[str] | None) -> set[int]:
        """The tables of these names, a partitioned table's partitions, and the empty tables that they refer to."""
        if names is None:
            return set(self.shapes)
        found: set[int] = set()
        new = [s.oid for s in self.shapes.values() if s.name in names]
        while new:
            oid = new.pop()
            if oid in found:
                continue
            found.add(oid)
            new += [h for h in self.holders[oid] if h != oid]
            new += [r.table for r in self.shapes[oid].references if r.table in self.shapes and self._empty(r.table)]
        return found

    def _empty(self, oid: int) -> bool:
        return not any(self.before.get(h) for h in self.holders[oid])

    async def _batch(self, batch: Sequence[tuple[Shape, ...]]) -> None:
        """All tables at once, as most take what is planned; where one does not, each by itself."""
        await self._ask_ahead([s for group in batch for s in group if s.kind == "r"])
        plans, scripts = [], []
        for group in batch:
            single_one = len(group) == 1 and group[0].key and group[0].kind == "r"
            plan = await self._plan(group[0]) if single_one else None
            rows = plan.rows() if plan and not plan.blocked() else []
            if rows:
                plans.append((group[0], rows))
                scripts.append(statements.insert(group[0], rows))
                self.rows[group[0].oid] = rows
        done = not scripts or await self._try(";\n".join(scripts)) is None
        for shape, _ in plans:
            if not done:
                del self.rows[shape.oid]
        planned = {shape.oid for shape, _ in plans} if done else set()
        for group in batch:
            if not done or group[0].oid not in planned:
                await self._group(group)

    async def _try(self, script: str) -> asyncpg.PostgresError | None:
        """The server's refusal, and all as it was before; None where it was done."""
        try:
            await self.connection.execute(
                f"SAVEPOINT alembic_proof_row;\n{script};\nRELEASE SAVEPOINT alembic_proof_row"
            )
        except asyncpg.PostgresError as error:
            await self._back()
            return error
        return None

    async def _back(self) -> None:
        await self.connection.execute("ROLLBACK TO SAVEPOINT alembic_proof_row; RELEASE SAVEPOINT alembic_proof_row")

    async def _group(self, group: tuple[Shape, ...]) -> None:
        """In a ring, the first row of each table goes in together with the others."""
        held = [s for s in group if s.kind == "r"]
        seeds = await self._seed(held) if len(held) > 1 else {}
        for shape in held:
            await self._table(shape, seeds.get(shape.oid))

    async def _seed(self, ring: Sequence[Shape]) -> dict[int, Plan]:
        """Rows that refer to each other, in one statement; those that may be NULL stay so, the next rows have them."""
        plans, firsts = {}, {}
        for shape in ring:
            plan = await self._plan(shape, ring)
            row = plan.row(0)
            if row is None:
                return {}
            plans[shape.oid], firsts[shape.oid] = plan, row
            self.rows[shape.oid] = [row]
        error = await self._try(statements.together([statements.insert(s, [firsts[s.oid]]) for s in ring]))
        for shape in ring:
            if error is not None:
                self.rows.pop(shape.oid, None)
            elif not shape.key:
                self.hashes[shape.oid] = [await self._hash_of_only_row(shape)]
        return {} if error is not None else plans

    async def _hash_of_only_row(self, shape: Shape) -> str:
        text = f"SELECT pg_catalog.md5(r::text) FROM ONLY {shape.name} r ORDER BY ctid DESC LIMIT 1"  # noqa: S608
        return str(await self.connection.fetchval(text))

    async def _table(self, shape: Shape, seeded: Plan | None) -> None:
        """The rows of one table: in one go, else one by one."""
        plan = await self._plan(shape, offset=len(seeded.shape.columns) and 1 if seeded else 0)
        why = plan.blocked()
        rows = [] if why else plan.rows()
        if why is None and not rows:
            why = self._without_parent(shape) or "no row satisfies all that its foreign keys and CHECKs ask"
        error = await self._put(shape, rows) if rows else None
        if error is not None:
            error = await self._one_by_one(plan, rows)
        if why is None and error is not None and not self.rows.get(shape.oid):
            why = _said(error)
        if why and not self.rows.get(shape.oid):
            self.why[shape.oid] = why

    def _without_parent(self, shape: Shape) -> str | None:
        for reference in shape.references:
            parent = self.shapes.get(reference.table)
            if not self.samples.get(reference) and not all(shape.column(n).nullable for n in reference.columns):
                name = parent.name if parent else f"the table of oid {reference.table}"
                return f"{name}, which it refers to, has no rows"
        return None

    async def _put(self, shape: Shape, rows: Sequence[Row]) -> asyncpg.PostgresError | None:
        """Rows in one statement; a table without a key says which they are."""
        script = statements.insert(shape, rows, returning=not shape.key)
        if shape.key:
            error = await self._try(script)
        else:
            error = await self._hashed(shape, script)
        if error is None:
            self.rows.setdefault(shape.oid, []).extend(rows)
        return error

    async def _hashed(self, shape: Shape, script: str) -> asyncpg.PostgresError | None:
        await self.connection.execute("SAVEPOINT alembic_proof_row")
        try:
            made = await self.connection.fetch(script)
        except asyncpg.PostgresError as error:
            await self._back()
            return error
        await self.connection.execute("RELEASE SAVEPOINT alembic_proof_row")
        self.hashes.setdefault(shape.oid, []).extend(r[0] for r in made)
        return None

    async def _one_by_one(self, plan: Plan, rows: Sequence[Row]) -> asyncpg.PostgresError | None:
        """Each row; of one that is refused, what is refused of it is left out."""
        first: asyncpg.PostgresError | None = None
        good: Row | None = None
        for row in rows:
            error = await self._put(plan.shape, [row])
            if error is not None:
                first = first or error
                mended = await self._mended(plan, row, good)
                good = good or mended
            else:
                good = good or row
            if good is not None:
                plan.adopt(good)
        return first

    async def _mended(self, plan: Plan, row: Row, good: Row | None) -> Row | None:
        """The row with as much of its own as the server takes, on top of one that it took; else another row."""
        for _ in range(_ALTERNATIVES if good is None else 2):
            fresh = plan.row(plan.count + 1 if good is not None else 0)
            if fresh is None:
                return None
            if good is not None:
                fresh = {**good, **{n: v for n, v in fresh.items() if n in plan.unique}}
                fresh = await self._as_far_as(plan, fresh, {**row, **plan.own(fresh)})
            if fresh is not None and await self._put(plan.shape, [fresh]) is None:
                return fresh
        return await self._emptied(plan) if good is None else None

    async def _as_far_as(self, plan: Plan, base: Row, wanted: Row) -> Row:
        for column in merged(base, wanted, frozenset(plan.unique)):
            tried = {**base, column: wanted[column]}
            if await self._would(plan.shape, tried):
                base = tried
        return base

    async def _would(self, shape: Shape, row: Row) -> bool:
        await self.connection.execute("SAVEPOINT alembic_proof_row")
        try:
            await self.connection.execute(statements.insert(shape, [row]))
        except asyncpg.PostgresError:
            return False
        finally:
            await self._back()
        return True

    async def _emptied(self, plan: Plan) -> Row | None:
        """Only what must be there: NULL wherever it may be, then the defaults."""
        row = plan.row(0)
        if row is None:
            return None
        must = {c.number for c in plan.shape.written if not c.nullable} | plan.primary
        for fewer in (
            {n: v if n in must else None for n, v in row.items()},
            {n: v for n, v in row.items() if n in must},
        ):
            if await self._put(plan.shape, [fewer]) is None:
                return fewer
        return None

    async def _plan(self, shape: Shape, ring: Sequence[Shape] = (), offset: int = 0) -> Plan:
        """What the table may hold, the server asked what satisfies its conditions."""
        referred = await self._referred(shape, ring)
        values: dict[int, tuple[str, ...]] = {}
        for reference, tuples in referred.items():
            for n, column in enumerate(reference.columns):
                values.setdefault(column, tuple(dict.fromkeys(t[n] for t in tuples)))
        choices = await self._choices(shape, values)
        return Plan(shape, choices, referred, self.level, self.before[shape.oid] + offset)

    async def _choices(self, shape: Shape, referred: dict[int, tuple[str, ...]]) -> Choices:
        choices = of_types(shape)
        alone = single(shape, choices, referred)
        for question, numbers in zip(alone, await self._ask(shape, alone), strict=True):
            choices = limited(choices, question, numbers)
        some = several(shape, choices, referred)
        for question, numbers in zip(some, await self._ask(shape, some), strict=True):
            choices = joined(choices, question, numbers)
        return choices

    async def _ask(self, shape: Shape, questions: Sequence[Question]) -> list[list[int]]:
        """Which tuples satisfy each question: all in one statement, unless the server cannot stand one of them."""
        if not questions:
            return []
        texts = [statements.holding(shape, q.names, q.expression, q.tuples) for q in questions]
        await self._learn([t for t in texts if t not in self.answers])
        if all(t in self.answers for t in texts):
            return [self.answers[t] for t in texts]
        return [await self._satisfying(shape, q, range(len(q.tuples))) for q in questions]

    async def _ask_ahead(self, shapes: Sequence[Shape]) -> None:
        """What needs no row of another table, for many tables at once: to ask takes longer than to answer."""
        asked = ((s, q) for s in shapes for q in single(s, of_types(s), {}))
        await self._learn([statements.holding(s, q.names, q.expression, q.tuples) for s, q in asked])

    async def _learn(self, texts: Sequence[str]) -> None:
        """Nothing is learnt where the server cannot stand one of the questions."""
        joined_texts = ", ".join(f"({t})" for t in texts)
        found = await self._asked(f"SELECT pg_catalog.to_json(ARRAY[{joined_texts}])::text") if texts else None
        if found is not None:
            self.answers.update(zip(texts, json.loads(found), strict=True))

    async def _asked(self, sql: str) -> str | None:
        await self.connection.execute("SAVEPOINT alembic_proof_row")
        try:
            found = await self.connection.fetchval(sql)
        except asyncpg.PostgresError:
            await self._back()
            return None
        await self.connection.execute("RELEASE SAVEPOINT alembic_proof_row")
        return str(found)

    async def _satisfying(self, shape: Shape, question: Question, numbers: Sequence[int]) -> list[int]:
        """A value that the condition, or the type, cannot stand is found by halves."""
        if not numbers:
            return []
        tuples = [question.tuples[n] for n in numbers]
        found = await self._asked(statements.holding(shape, question.names, question.expression, tuples))
        if found is not None:
            return [numbers[n] for n in json.loads(found)]
        if len(numbers) == 1:
            return []
        half = len(numbers) // 2
        low, high = numbers[:half], numbers[half:]
        return [*await self._satisfying(shape, question, low), *await self._satisfying(shape, question, high)]

    async def _referred(self, shape: Shape, ring: Sequence[Shape]) -> Referred:
        found: dict[Reference, Sequence[tuple[str, ...]]] = {}
        for reference in shape.references:
            found[reference] = await self._tuples(shape, reference, ring)
        return found

    async def _tuples(self, shape: Shape, reference: Reference, ring: Sequence[Shape]) -> Sequence[tuple[str, ...]]:
        """The keys that a foreign key may name: of rows just put, of rows that were there, of rows still to come."""
        parent = self.shapes.get(reference.table)
        if parent is None:
            return ()
        ours = [t for h in self.holders[parent.oid] for t in self._known(parent, reference, h)]
        if not ours:
            rows = await self.connection.fetch(statements.sample(parent, reference.referred))
            ours = [tuple(r) for r in rows]
        self.samples[reference] = ours
        empty = all(shape.column(n).nullable for n in reference.columns)
        waiting = parent.oid == shape.oid or (parent.oid in {s.oid for s in ring} and not empty)
        if ours or not waiting:
            return ours
        first = await self._first(parent, reference)
        self.samples[reference] = first
        return first

    def _known(self, parent: Shape, reference: Reference, holder: int) -> list[tuple[str, ...]]:
        """A partition's columns have the names of its parent's, not their numbers."""
        own = {c.name: c.number for c in self.shapes[holder].columns}
        numbers = [own[parent.column(n).name] for n in reference.referred]
        tuples = (tuple(row.get(n) for n in numbers) for row in self.rows.get(holder, ()))
        return [t for t in dict.fromkeys(tuples) if None not in t]  # type: ignore[misc]

    async def _first(self, parent: Shape, reference: Reference) -> list[tuple[str, ...]]:
        """The key that the first row of a table will have."""
        alone = Shape(parent.oid, parent.name, parent.columns, parent.kind, parent.checks, parent.uniques)
        choices = await self._choices(alone, {})
        row = Plan(alone, choices, {}, self.level, self.before[parent.oid]).row(0) or {}
        key = tuple(row.get(n) for n in reference.referred)
        return [] if None in key else [key]  # type: ignore[list-item]

    def _filled(self, ordered: Sequence[tuple[Shape, ...]], wanted: set[int], after: dict[int, int]) -> Filled:
        puts = []
        for number, group in enumerate(ordered):
            for shape in group:
                rows, hashes = self.rows.get(shape.oid, ()), self.hashes.get(shape.oid, ())
                keys = (
                    tuple(tuple(r.get(n) for n in shape.key) for r in rows)
                    if shape.key
                    else tuple((h,) for h in hashes)
                )
                if keys:
                    puts.append(Put(shape.oid, shape.name, number, shape.key, keys))
        more = {o: after[o] - self.before[o] - len(self.rows.get(o, ())) for o in self.shapes}
        self._nothing_came(more)
        unfilled = tuple(Unfilled(self.shapes[o].name, self._why(o)) for o in self.shapes if self._lacks(o, wanted))
        others = tuple((self.shapes[o].name, n) for o, n in more.items() if n > 0)
        return Filled(tuple(puts), unfilled, others)

    def _nothing_came(self, more: dict[int, int]) -> None:
        """A rule or a trigger can swallow an INSERT without a word."""
        for oid, number in more.items():
            if number < 0 and -number >= len(self.rows.get(oid, ())):
                self.rows.pop(oid)
                self.why[oid] = "what is inserted does not arrive: a trigger or a rule does something else"

    def _lacks(self, oid: int, wanted: set[int]) -> bool:
        if oid not in wanted:
            return False
        return oid in self.why or not any(self.rows.get(h) for h in self.holders[oid])

    def _why(self, oid: int) -> str:
        empty = "it has no partition" if not self.holders[oid] else "its partitions could not be filled"
        return self.why.get(oid) or (empty if self.shapes[oid].kind == "p" else "no row was taken")


def _said(error: asyncpg.PostgresError) -> str:
    return f"{error.sqlstate}: {str(error).splitlines()[0]}"
