"""All pairs of a server in three databases: as it should be, as it is found, and as the models say."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import psycopg
from sqlalchemy import MetaData

from alembic_proof.ddl.schema import Schema
from alembic_proof.diff import Change, compare, informational
from alembic_proof.snapshot import INFORMATIONAL, Snapshot

from . import servers
from .case import Case
from .drift import CASES
from .dump import Entry, entries
from .servers import Ground

T = TypeVar("T")


@dataclass(frozen=True)
class Side:
    """What one database holds, by us and by pg_dump."""

    schema: Schema
    dump: tuple[Entry, ...]

    @property
    def snapshot(self) -> Snapshot:
        """The facts."""
        return self.schema.snapshot


@dataclass(frozen=True)
class Pairs:
    """The cases that a server can run, and what they made there."""

    cases: tuple[Case, ...]
    one: Side
    other: Side
    models: Snapshot

    @cached_property
    def changes(self) -> dict[str | None, list[Change]]:
        """The differences between the sides by the name of their case; those of no weight where a case asks for one."""
        want, have = self.one.snapshot, self.other.snapshot
        found = self.sorted(compare(have=have, want=want), lambda change: change.identity)
        weightless = self.sorted(
            informational(want.lines - have.lines, have.lines - want.lines), lambda change: change.identity
        )
        asked = [c for c in self.cases if c.kind in INFORMATIONAL]
        return {**found, **{c.name: found.get(c.name, []) + weightless.get(c.name, []) for c in asked}}

    def sorted(self, things: Iterable[T], words: Callable[[T], str]) -> dict[str | None, list[T]]:
        """Things by the name of the case whose schema or whose words they speak of; by None what is nobody's."""
        by_word = {word: case.name for case in self.cases for word in (*case.words, case.schema)}
        own = {case.schema for case in self.cases}
        found: dict[str | None, list[T]] = {}
        for thing in things:
            spoken = [word for word in re.findall(r"\w+", words(thing)) if word in by_word]
            first = sorted(spoken, key=lambda word: word not in own)
            found.setdefault(by_word[first[0]] if first else None, []).append(thing)
        return found


@contextmanager
def built(ground: Ground) -> Iterator[Pairs]:
    """All cases built on both sides, and from the models where there are some."""
    cases = tuple(c for c in CASES if c.runs_on(ground.major, ground.extensions))
    with ExitStack() as stack:
        one, other = (_side(stack, ground, cases, side) for side in ("one", "other"))
        yield Pairs(cases, one, other, _models(stack, ground, cases))


def _side(stack: ExitStack, ground: Ground, cases: Iterable[Case], side: str) -> Side:
    connection = stack.enter_context(servers.database(ground.server, side))
    for case in cases:
        build(connection, case, case.sql(side))
    return Side(servers.schema(ground.server, side), tuple(entries(servers.dump(ground.server, side))))


def build(connection: psycopg.Connection, case: Case, sql: str) -> None:
    """A case's statements in its own schema."""
    text = f"CREATE SCHEMA {case.schema}; SET search_path = {case.schema}, public;\n{sql}"
    try:
        connection.execute(text.replace("{database}", connection.info.dbname).encode())
    except psycopg.Error as error:
        raise AssertionError(f"{case.name}: {error}\n{text}") from error


def _models(stack: ExitStack, ground: Ground, cases: Iterable[Case]) -> Snapshot:
    stack.enter_context(servers.database(ground.server, "models"))
    with servers.engine(ground.server, "models") as connection:
        for case in cases:
            if case.models:
                connection.exec_driver_sql(f"CREATE SCHEMA {case.schema}")
                connection.exec_driver_sql(f"SET search_path = {case.schema}, public")
                metadata = MetaData(schema=case.schema)
                case.models(metadata)
                metadata.create_all(connection)
    return servers.snapshot(ground.server, "models")


def shuffled(ground: Ground, cases: Iterable[Case], seed: int) -> Snapshot:
    """The facts of `one` of all cases, when both the cases and what they create come in another order."""
    chance = random.Random(seed)
    order = list(cases)
    chance.shuffle(order)
    with servers.database(ground.server, f"shuffled_{seed}") as connection:
        for case in order:
            build(connection, case, "SELECT 1")
            _in_any_order(connection, case, chance)
        return servers.snapshot(ground.server, f"shuffled_{seed}")


def _in_any_order(connection: psycopg.Connection, case: Case, chance: random.Random) -> None:
    """What needs another statement first is tried again after it."""
    waiting = [s.replace("{database}", connection.info.dbname) for s in statements(case.sql("one"))]
    if all(s.startswith("CREATE") for s in waiting):
        chance.shuffle(waiting)
    while waiting:
        left = []
        for statement in waiting:
            try:
                connection.execute(statement.encode())
            except psycopg.Error:
                left.append(statement)
        assert len(left) < len(waiting), f"{case.name}: {left}"
        waiting = left


def statements(sql: str) -> list[str]:
    """Statements by themselves; a semicolon in dollar quotes ends none."""
    found = re.findall(r"(?:\$\$.*?\$\$|[^;])+", sql, re.DOTALL)
    return [s.strip() for s in found if s.strip()]
