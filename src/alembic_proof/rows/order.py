"""Tables in the order of their foreign keys; those that refer to each other in a ring stand together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from alembic_proof.rows.shape import Shape


def groups(shapes: Sequence[Shape]) -> tuple[tuple[Shape, ...], ...]:
    """Each table after all that it refers to; tables of a ring, which have no such order, in one group."""
    by_oid = {s.oid: s for s in shapes}
    of = holders(shapes)
    needs = {s.oid: sorted({o for r in s.references for o in of.get(r.table, ())} & by_oid.keys()) for s in shapes}
    return tuple(tuple(by_oid[oid] for oid in sorted(ring)) for ring in _rings(needs))


def holders(shapes: Sequence[Shape]) -> dict[int, tuple[int, ...]]:
    """The tables that hold the rows of each: itself, or its partitions and theirs."""
    parts: dict[int, list[int]] = {}
    for shape in shapes:
        if shape.parent is not None:
            parts.setdefault(shape.parent, []).append(shape.oid)

    def below(oid: int, kind: str) -> tuple[int, ...]:
        kinds = {s.oid: s.kind for s in shapes} if oid in parts else {}
        return (oid,) if kind == "r" else tuple(h for part in parts.get(oid, ()) for h in below(part, kinds[part]))

    return {s.oid: below(s.oid, s.kind) for s in shapes}


def _rings(needs: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Strongly connected components, what is needed first; no recursion, as histories have long chains."""
    walk = _Walk(needs)
    for root in needs:
        if root not in walk.number:
            walk.visit(root)
    return walk.found


class _Walk:
    """Tarjan's search."""

    def __init__(self, needs: Mapping[int, Sequence[int]]) -> None:
        self.needs = needs
        self.number: dict[int, int] = {}
        self.low: dict[int, int] = {}
        self.stack: list[int] = []
        self.found: list[list[int]] = []
        self.done: set[int] = set()

    def visit(self, root: int) -> None:
        """All that is reached from one table."""
        path = [self._enter(root)]
        while path:
            node, rest = path[-1]
            following = next(rest, None)
            if following is None:
                path.pop()
                self._leave(node, path[-1][0] if path else None)
            elif following not in self.number:
                path.append(self._enter(following))
            elif following not in self.done:
                self.low[node] = min(self.low[node], self.number[following])

    def _enter(self, node: int) -> tuple[int, Iterator[int]]:
        self.number[node] = self.low[node] = len(self.number)
        self.stack.append(node)
        return node, iter(self.needs[node])

    def _leave(self, node: int, above: int | None) -> None:
        if above is not None:
            self.low[above] = min(self.low[above], self.low[node])
        if self.low[node] == self.number[node]:
            at = self.stack.index(node)
            self.found.append(self.stack[at:])
            self.done.update(self.stack[at:])
            del self.stack[at:]
