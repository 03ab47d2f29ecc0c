"""What the models need and do not make: a function in a default, an extension's type, an enum made by a revision."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import asyncpg

from alembic_proof.snapshot import Fact, Snapshot
from alembic_proof.trace import Failure
from alembic_proof.walk.collect import Collector

_MISSING = re.compile(r'"([^"]+)"[^"]* does not exist')


@dataclass
class Supply:
    """Makes, beside a `create_all` that fails for want of it, what the migrated head has; none of it can be drift."""

    connect: Callable[[], Awaitable[asyncpg.Connection]]
    head: Snapshot
    given: set[tuple[str, str]] = field(default_factory=set)

    async def answer(self, collector: Collector) -> str:
        """`again` where something new was made since the last try."""
        wanted = [f for f in self._wanted(collector.lacking) if f.key not in self.given]
        made = await self._make(sorted(wanted, key=lambda f: _KINDS.index(f.kind)))
        self.given |= made
        return "again" if made else "stop"

    def _wanted(self, lacking: Failure | None) -> list[Fact]:
        """Schemas, extensions and functions at once; of types and sequences, which models may make, what is named."""
        named = set(_MISSING.findall(lacking.message)) if lacking else set()
        return [
            f
            for f in self.head.facts
            if f.kind in _KINDS
            and f.identity != "public"
            and (f.kind in _AT_ONCE or named & {_bare(f.identity), _bare(f.identity).rpartition(".")[2]})
        ]

    async def _make(self, facts: Iterable[Fact]) -> set[tuple[str, str]]:
        connection = await self.connect()
        made = set()
        try:
            await connection.execute("SET check_function_bodies = off")
            for fact in facts:
                try:
                    await connection.execute(_SQL[fact.kind](fact))
                except asyncpg.PostgresError:
                    continue  # it needs a table; or the models have made it
                made.add(fact.key)
        finally:
            await connection.close()
        return made


def _bare(identity: str) -> str:
    return identity.replace('"', "")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _domain(fact: Fact) -> str:
    p = fact.payload
    parts = [f"CREATE DOMAIN {fact.identity} AS {p['base type']}"]
    parts += [f"COLLATE {p['collation']}"] if p.get("collation") else []
    parts += [f"DEFAULT {p['default']}"] if p.get("default") else []
    parts += ["NOT NULL"] if p.get("not null") else []
    return " ".join(parts)


_SQL: dict[str, Callable[[Fact], str]] = {
    "schema": lambda f: f"CREATE SCHEMA {f.identity}",
    "extension": lambda f: f"CREATE EXTENSION IF NOT EXISTS {f.identity} SCHEMA {f.payload['schema']}",
    "enum": lambda f: f"CREATE TYPE {f.identity} AS ENUM ({', '.join(map(_literal, f.payload.get('labels', [])))})",
    "domain": _domain,
    "sequence": lambda f: f"CREATE SEQUENCE {f.identity} AS {f.payload['type']}",
    "function": lambda f: str(f.payload["definition"]),
}
_KINDS = tuple(_SQL)
_AT_ONCE = ("schema", "extension", "function")
