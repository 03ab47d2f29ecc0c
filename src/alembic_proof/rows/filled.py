"""Values: which rows were put into which tables."""

from __future__ import annotations

from dataclasses import dataclass

from alembic_proof.effects import Unfilled


@dataclass(frozen=True)
class Put:
    """Rows of one table: their keys, in the columns of these numbers; without a key, the hashes of whole rows.

    Tables of one `group` refer to each other.
    """

    oid: int
    table: str
    group: int
    columns: tuple[int, ...] = ()
    keys: tuple[tuple[str | None, ...], ...] = ()

    @property
    def hashes(self) -> tuple[str, ...]:
        """What tells rows without a key."""
        return () if self.columns else tuple(k[0] or "" for k in self.keys)


@dataclass(frozen=True)
class Filled:
    """What `fill` did: `puts` in the order of foreign keys; `others` are tables that triggers wrote to, and rows."""

    puts: tuple[Put, ...] = ()
    unfilled: tuple[Unfilled, ...] = ()
    others: tuple[tuple[str, int], ...] = ()

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table got."""
        return {p.table: len(p.keys) for p in self.puts}
