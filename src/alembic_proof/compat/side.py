"""A schema with the statements of the code that knows it, and how they end there: the control of what is judged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from alembic_proof.compat.relations import Usable, affected
from alembic_proof.compat.replies import Results
from alembic_proof.compat.statements import Usage


@dataclass(frozen=True)
class Side:
    """What can be read and written, the statements, and how they end on their own schema."""

    usable: Usable = field(default_factory=Usable)
    usages: tuple[Usage, ...] = ()
    control: Results = field(default_factory=dict)

    def against(self, there: Usable) -> tuple[Usage, ...]:
        """The statements to be held against another time of the database: they pass here, and may not there."""
        names = {r.identity for r in affected(self.usable, there)}
        return tuple(u for u in self.usages if u.table in names and (o := self.control.get(u)) and o.passed)

    def without(self, tables: Collection[str]) -> Side:
        """As if nothing were known of these: they hold other rows now."""
        relations = tuple(r for r in self.usable.relations if r.identity not in tables)
        usages = tuple(u for u in self.usages if u.table not in tables)
        return Side(
            replace(self.usable, relations=relations), usages, {u: self.control[u] for u in usages if u in self.control}
        )

    def with_rest_of(self, earlier: Side) -> Side:
        """This side, read only of what may be otherwise since an earlier one, with what is as it was there."""
        own = {r.identity for r in affected(self.usable, earlier.usable)}
        kept = {r.identity for r in self.usable.relations} - own
        rest = tuple(u for u in earlier.usages if u.table in kept)
        control = {**{u: earlier.control[u] for u in rest if u in earlier.control}, **self.control}
        return Side(self.usable, (*self.usages, *rest), control)
