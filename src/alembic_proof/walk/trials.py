"""What is tried on copies of the database at a revision's parents: breaking its upgrade off, and larger tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from alembic_proof.effects import Estimate, Rerun
from alembic_proof.trace import Measured, Passage
from alembic_proof.walk.bench import Fill, generated, open_bench
from alembic_proof.walk.estimates import estimates_on
from alembic_proof.walk.reruns import reruns_on
from alembic_proof.walk.runs import Ground

# each takes seconds: of a whole history only what commits in the middle is broken off, and no costs are estimated
FEW = 10
MOST = 20


async def broken_off(ground: Ground, measured: Measured) -> Measured:
    """With the reruns of the revisions that commit in the middle; of a few under test, of all."""
    few = len(measured.passages) <= FEW
    chosen = [p for p in measured.passages if p.ok and p.statements and (few or commits(p) is not None)]
    if not chosen:
        return measured
    reruns: dict[str, tuple[Rerun, ...]] = {}
    missed = [f"{p.revision}: whether it can be run again after a failure" for p in chosen[MOST:]]
    async with open_bench(ground) as bench:
        for passage in chosen[:MOST]:
            bench.fill = _rows(passage)
            found, left = await reruns_on(bench, passage.revision, len(passage.statements), commits(passage))
            reruns[passage.revision] = found
            missed += left
    passages = tuple(replace(p, reruns=reruns.get(p.revision, ())) for p in measured.passages)
    return replace(measured, passages=passages, missed=(*measured.missed, *missed))


def commits(passage: Passage) -> int | None:
    """After which of its statements a revision first commits in the middle; 0: before all; None where it does not."""
    effects = [s.effects for s in passage.statements]
    if not any(e and (e.autocommit or e.transaction > 1) for e in effects):
        return None
    return sum(1 for e in effects if e and e.transaction == 1 and not e.autocommit)


async def estimated(ground: Ground, measured: Measured, counts: Mapping[str, int]) -> Measured:
    """With what heavy statements cost per row; nothing else may run on the server meanwhile, whose WAL is counted."""
    if len(measured.passages) > FEW and not counts:
        return measured
    estimates: list[Estimate] = []
    missed: list[str] = []
    heavy = [(p, statements) for p in measured.passages[-MOST:] if p.ok and (statements := _heavy(p))]
    if not heavy:
        return measured
    async with open_bench(ground) as bench:
        for passage, statements in heavy:
            bench.fill = _rows(passage, "plain")  # as wide as ordinary ones
            costs, left = await estimates_on(bench, passage.revision, statements, counts)
            estimates += costs
            missed += left
    return replace(measured, estimates=tuple(estimates), missed=(*measured.missed, *missed))


def _heavy(passage: Passage) -> list[tuple[int, str]]:
    """Statements whose cost grows with a table, by number, and the table."""
    found = []
    for number, statement in enumerate(passage.statements, 1):
        if (effects := statement.effects) is not None:
            touched = {*effects.rewritten, *effects.scanned, *(rows.table for rows in effects.rows)}
            found += [(number, table) for table in sorted(touched)]
    return found


def _rows(passage: Passage, most: str = "all") -> Fill | None:
    """The rows that it is known to run on, or fewer."""
    return None if passage.rows == "none" else generated("plain" if "plain" in (passage.rows, most) else "all")
