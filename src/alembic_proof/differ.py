"""`alembic-proof diff A B`: revisions, files of SQL, and databases that are only read, compared on one server."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from alembic_proof.continuity import compare_located
from alembic_proof.ddl.schema import Schema
from alembic_proof.diff import Change, compare
from alembic_proof.errors import CouldNotVerify, UsageError
from alembic_proof.history import History
from alembic_proof.provision import provide
from alembic_proof.provision.server import Request
from alembic_proof.provision.url import parse
from alembic_proof.settings import Settings
from alembic_proof.snapshot import Snapshot, parse_fact
from alembic_proof.trace import Context
from alembic_proof.walk import runs, schemas
from alembic_proof.walk.runs import Ground, Progress, open_database, prepare

_BASE = ("base",)


@dataclass(frozen=True)
class Side:
    """One of the two: `url`, `file` or `revision`, and its text."""

    kind: str
    text: str


def side(text: str) -> Side:
    """What a word of the command line names."""
    if "://" in text:
        return Side("url", text)
    path = Path(text)
    if path.suffix == ".sql" or path.is_file():
        if not path.is_file():
            raise UsageError(f"there is no file {text}", "name a revision, a file that `snapshot` wrote, or a URL")
        return Side("file", text)
    return Side("revision", text)


def differ(settings: Settings | None, request: Request, one: str, other: str, progress: Progress) -> tuple[Change, ...]:
    """What turns the first into the second: `missing` is to be added, `extra` to be dropped.

    `settings` are the project's, needed for revisions. Two revisions of one line are compared in one database, where
    a renamed table is the same table.
    """
    return asyncio.run(_differ(settings, request, side(one), side(other), progress))


async def _differ(
    settings: Settings | None, request: Request, one: Side, other: Side, progress: Progress
) -> tuple[Change, ...]:
    read = {s: await _remote(s) for s in (one, other) if s.kind == "url"}
    request = replace(request, version=_one_version([v for _, v in read.values()], request.version))
    if len(read) == len({one, other}):
        return compare(have=read[one][0], want=read[other][0])
    with provide(request, lambda text: progress("postgres", text)) as server:
        _one_version([v for _, v in read.values()], server.major)
        ground = Ground(settings or _no_project(request), server, progress)
        history = await _known(ground, [s.text for s in (one, other) if s.kind == "revision"])
        if one.kind == other.kind == "revision":
            return await _of_revisions(ground, history, one.text, other.text)
        found = [(read[s][0], "") if s in read else await _snapshot(ground, s) for s in (one, other)]
        have, want = (_without(snapshot, {table for _, table in found}) for snapshot, _ in found)
        return compare(have=have, want=want)


def _no_project(request: Request) -> Settings:
    return Settings(Path.cwd(), Path(), postgres=request.route)


def _one_version(versions: list[int], asked: int | None) -> int | None:
    """Schemas are compared on one major version: another prints the same thing otherwise."""
    found = {*versions, *([asked] if asked and versions else [])}
    if len(found) > 1:
        said = " and ".join(f"Postgres {v}" for v in sorted(found))
        raise CouldNotVerify(
            f"{said} cannot be compared: they print the same schema otherwise",
            f"take the database's version for the other side: --postgres-version {versions[0]}",
        )
    return next(iter(found), asked)


async def _remote(where: Side) -> tuple[Snapshot, int]:
    endpoint, sslmode = parse(where.text)
    return await schemas.remote(endpoint, schemas.VERSION_TABLE, sslmode)


async def _snapshot(ground: Ground, what: Side) -> tuple[Snapshot, str]:
    """The facts, and the project's version table."""
    if what.kind == "file":
        return await schemas.loaded(ground, _text(what.text)), ""
    made = await _revision(ground, what.text)
    return made.schema.snapshot, made.context.version_table_identity


def _without(snapshot: Snapshot, tables: set[str]) -> Snapshot:
    """Version tables are no part of a schema, neither where they are called otherwise."""
    return Snapshot(frozenset(f for f in snapshot.lines if not {*parse_fact(f).key, parse_fact(f).parent} & tables))


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


async def _revision(ground: Ground, name: str) -> schemas.Migrated:
    if name in _BASE:
        async with open_database(ground, "schema") as database:
            await prepare(ground, database)
            return schemas.Migrated(Schema((await schemas.located(database, Context())).snapshot), History(), Context())
    return await schemas.migrated(ground, name)


# -- two revisions --------------------------------------------------------------------------------------------------


async def _of_revisions(ground: Ground, history: History, one: str, other: str) -> tuple[Change, ...]:
    if other not in _BASE and leads_to(history, one, other):
        return await _in_one_database(ground, one, other)
    have, want = await _revision(ground, one), await _revision(ground, other)
    return compare(have=have.schema.snapshot, want=want.schema.snapshot)


async def _in_one_database(ground: Ground, one: str, other: str) -> tuple[Change, ...]:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(ground, "schema"))
        await prepare(ground, database)
        context = Context()
        if one not in _BASE:
            context = (await schemas.upgraded(ground, database, one)).context
        before = await schemas.located(database, context)
        context = (await schemas.upgraded(ground, database, other)).context
        return compare_located(before, await schemas.located(database, context))


_HEADS = ("head", "heads")


async def _known(ground: Ground, names: list[str]) -> History:
    history = await runs.read_history(ground.settings) if names else History()
    for name in names:
        _require(history, name)
    return history


def _require(history: History, name: str) -> None:
    if name in (*_BASE, *_HEADS) or "@" in name or history.resolve(name) is not None:
        return
    raise UsageError(f"no revision {name}, and no file of that name", "see: alembic history")


def leads_to(history: History, one: str, other: str) -> bool:
    """Whether an upgrade from the one can reach the other."""
    if one in _BASE:
        return True
    start = history.resolve(one)
    ends = history.heads if other in _HEADS else tuple(filter(None, [history.resolve(other)]))
    if start is None or not ends:
        return False
    seen, waiting = set[str](), [r.id for r in ends if r.id]
    while waiting:
        id_ = waiting.pop()
        known = history.resolve(id_)
        if known is None or known.id in seen:
            continue
        seen.add(str(known.id))
        waiting += [*known.parents, *known.depends_on]
    return start.id in seen
