"""What statements of one revision cost per row: its upgrade measured with two numbers of rows in its tables."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from alembic_proof.cost import Sample, parse_row_counts, per_row
from alembic_proof.effects import Estimate
from alembic_proof.errors import UsageError
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.walk import runs
from alembic_proof.walk.bench import Attempt, Bench, Fill, NotTried, Ran, open_bench
from alembic_proof.walk.multiply import CannotMultiply, multiply

SIZES = (2_000, 20_000)
TIMES = 2


def read_row_counts(path: Path) -> dict[str, int]:
    """Rows by table of the committed file."""
    try:
        return parse_row_counts(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "alembic-proof row-counts") from error


async def estimates(
    ground: runs.Ground,
    revision: str,
    statements: Sequence[tuple[int, str]],
    counts: Mapping[str, int] | None = None,
    fill: Fill | None = None,
) -> tuple[tuple[Estimate, ...], tuple[str, ...]]:
    """An estimate for each statement (its number in the upgrade, its table), and in words what has none.

    WAL is counted for the whole server: nothing else should run on it meanwhile. `fill` puts in the rows that are
    multiplied, `counts` are the rows that the tables have elsewhere.
    """
    async with open_bench(ground, fill) as bench:
        return await estimates_on(bench, revision, statements, counts)


async def estimates_on(
    bench: Bench, revision: str, statements: Sequence[tuple[int, str]], counts: Mapping[str, int] | None = None
) -> tuple[tuple[Estimate, ...], tuple[str, ...]]:
    """As `estimates`, on a bench that serves several revisions."""
    if not statements:
        return (), ()
    tables = sorted({table for _, table in statements})
    try:
        async with bench.filled(revision) as base:
            rounds = [await _round(bench, revision, base, tables, size) for size in SIZES]
    except (NotTried, asyncpg.PostgresError) as why:
        return (), (f"{revision}: what it costs per row: {why}",)
    reasons = {table: why for r in rounds for table, why in r.reasons.items()}
    missed = [f"{revision}: what it costs per row of {table}: {why}" for table, why in sorted(reasons.items())]
    known = [(n, table) for n, table in statements if table not in reasons and n <= len(rounds[0].runs[0])]
    return tuple(_estimate(rounds, n, table, counts or {}) for n, table in known), tuple(missed)


@dataclass(frozen=True)
class _Round:
    """The upgrade, several times, with so many rows in each table; `reasons`: why some could not be made large."""

    rows: Mapping[str, int]
    reasons: Mapping[str, str]
    runs: Sequence[tuple[Ran, ...]]


def _estimate(rounds: Sequence[_Round], number: int, table: str, counts: Mapping[str, int]) -> Estimate:
    samples = [
        Sample(r.rows[table], run[number - 1].wal, run[number - 1].seconds)
        for r in rounds
        for run in r.runs
        if number <= len(run)
    ]
    ran = rounds[0].runs[0][number - 1]
    return Estimate(table, ran.sql, ran.file, ran.line, *per_row(samples), counts.get(table))


async def _round(
    bench: Bench, revision: str, base: ScratchDatabase, tables: Sequence[str], size: int, every: bool = True
) -> _Round:
    """Where the upgrade fails on new values, once more with copied ones."""
    async with bench.copy(base) as large:
        rows, reasons = await _enlarge(large, tables, size, every)
        attempts = [await _measured(bench, revision, large) for _ in range(TIMES if rows else 1)]
    failure = next((a.failure for a in attempts if a.failure), None)
    if failure and every:
        return await _round(bench, revision, base, tables, size, every=False)
    if failure:
        raise NotTried(f"its upgrade fails on rows that were multiplied: {failure}")
    return _Round(rows, reasons, [a.statements for a in attempts])


async def _measured(bench: Bench, revision: str, large: ScratchDatabase) -> Attempt:
    async with bench.copy(large) as database:
        return await bench.attempt(database, revision, measure=True)


async def _enlarge(
    database: ScratchDatabase, tables: Sequence[str], size: int, every: bool
) -> tuple[dict[str, int], dict[str, str]]:
    """The rows of each table, and why others could not be multiplied."""
    rows: dict[str, int] = {}
    reasons: dict[str, str] = {}
    connection = await runs.connect(database, admin=True)
    try:
        with contextlib.suppress(asyncpg.InsufficientPrivilegeError):  # triggers fire then, as they would
            await connection.execute("SET session_replication_role = replica")
        for table in tables:
            try:
                rows[table] = await _multiplied(connection, table, size, every)
            except CannotMultiply as why:
                reasons[table] = str(why)
    finally:
        await connection.close()
    return rows, reasons


async def _multiplied(connection: asyncpg.Connection, table: str, size: int, every: bool) -> int:
    """With copied values where new ones break a constraint."""
    try:
        return await multiply(connection, table, size, every)
    except CannotMultiply:
        if not every:
            raise
        return await multiply(connection, table, size, every=False)
