"""The upgrade in other orders that Alembic could go, each in a scratch database of its own."""

from __future__ import annotations

from alembic_proof.catalog.read import read_snapshot, read_versions
from alembic_proof.orders import other_orders
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.trace import Ordered, Orders, Run
from alembic_proof.walk import runs
from alembic_proof.walk.collect import Collector


async def orders(ground: runs.Ground, plain: Collector) -> Orders:
    """Nothing is run where the history is a line."""
    found, left = other_orders(plain.parents)
    return Orders(tuple(plain.parents), tuple([await _ordered(ground, order) for order in found]), left)


async def _ordered(ground: runs.Ground, order: tuple[str, ...]) -> Ordered:
    async with runs.open_database(ground, "ordered") as database:
        await runs.prepare(ground, database)
        collector, ending = await runs.do(ground, database, "ordered", order=order)
        failure = collector.failure or (None if collector.ended else runs.crash(ending))
        if failure:
            return Ordered(order, Run(False, collector.running[0] if collector.running else None, failure))
        return Ordered(order, await _look(collector.context.version_table_identity, database))


async def _look(table: str, database: ScratchDatabase) -> Run:
    connection = await runs.connect(database)
    try:
        versions = await read_versions(connection, table)
        return Run(finished=True, versions=versions, snapshot=await read_snapshot(connection, table))
    finally:
        await connection.close()
