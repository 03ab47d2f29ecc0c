"""Which table stands in which column of the picture: tables left of those that reference them.

The same tables always give the same ranks: everything goes by their order, nothing by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

# child and parent: the one that references, and the one that is referenced
Pair = tuple[str, str]


def components(names: Sequence[str], pairs: Iterable[Pair]) -> list[list[str]]:
    """Tables that hang together, each group in the order of the names."""
    group = {name: name for name in names}
    for child, parent in pairs:
        old, new = _root(group, child), _root(group, parent)
        group[old] = new
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(_root(group, name), []).append(name)
    return sorted(found.values(), key=lambda g: names.index(g[0]))


def _root(group: Mapping[str, str], name: str) -> str:
    while group[name] != name:
        name = group[name]
    return name


def ranked(names: Sequence[str], pairs: Iterable[Pair]) -> dict[str, int]:
    """0 for tables that reference none, more for those that reference them; a circle is cut somewhere."""
    parents = _without_circles(names, pairs)
    ranks: dict[str, int] = {}
    for name in _parents_first(names, parents):
        ranks[name] = max((ranks[p] + 1 for p in parents[name]), default=0)
    return _drawn_near(ranks, parents)


def _without_circles(names: Sequence[str], pairs: Iterable[Pair]) -> dict[str, list[str]]:
    """What each table references, without the references that would lead back to it."""
    wanted: dict[str, list[str]] = {name: [] for name in names}
    for child, parent in pairs:
        if child != parent and parent not in wanted[child]:
            wanted[child].append(parent)
    kept: dict[str, list[str]] = {name: [] for name in names}
    for child in names:
        for parent in wanted[child]:
            if not _reaches(kept, parent, child):
                kept[child].append(parent)
    return kept


def _reaches(parents: Mapping[str, list[str]], start: str, end: str) -> bool:
    seen, stack = {start}, [start]
    while stack:
        name = stack.pop()
        if name == end:
            return True
        new = [p for p in parents[name] if p not in seen]
        seen.update(new)
        stack += new
    return False


def _parents_first(names: Sequence[str], parents: Mapping[str, list[str]]) -> list[str]:
    done: list[str] = []
    left = list(names)
    while left:
        ready = [n for n in left if all(p in done for p in parents[n])]
        done += ready
        left = [n for n in left if n not in ready]
    return done


def _drawn_near(ranks: dict[str, int], parents: Mapping[str, list[str]]) -> dict[str, int]:
    """A table that references none stands right before the first one that references it."""
    nearest: dict[str, int] = {}
    for child, theirs in parents.items():
        for parent in theirs:
            nearest[parent] = min(nearest.get(parent, ranks[child]), ranks[child])
    return {n: nearest[n] - 1 if not parents[n] and n in nearest else rank for n, rank in ranks.items()}


def ordered(columns: list[list[str]], links: Iterable[Pair]) -> list[list[str]]:
    """The tables of each column from top to bottom, so that few lines cross; `links` are between neighbours."""
    left: dict[str, list[str]] = {}
    right: dict[str, list[str]] = {}
    for a, b in links:
        right.setdefault(a, []).append(b)
        left.setdefault(b, []).append(a)
    best, fewest = columns, _crossings(columns, right)
    for sweep in range(12):
        columns = _swept(columns, left) if sweep % 2 == 0 else _swept(columns[::-1], right)[::-1]
        crossings = _crossings(columns, right)
        if crossings < fewest:
            best, fewest = columns, crossings
    return best


def _swept(columns: list[list[str]], neighbours: Mapping[str, list[str]]) -> list[list[str]]:
    """Each column by where its neighbours in the one before stand."""
    done: list[list[str]] = []
    for column in columns:
        place = {name: n / max(1, len(done[-1]) - 1) for n, name in enumerate(done[-1])} if done else {}
        key = {n: _middle([place[x] for x in neighbours.get(n, ()) if x in place]) for n in column}
        own = {name: n / max(1, len(column) - 1) for n, name in enumerate(column)}
        done.append(sorted(column, key=lambda n, k=key, o=own: (o[n] if k[n] is None else k[n], o[n])))  # type: ignore[misc]
    return done


def _middle(places: list[float]) -> float | None:
    return sum(places) / len(places) if places else None


def _crossings(columns: list[list[str]], right: Mapping[str, list[str]]) -> int:
    total = 0
    for here, there in pairwise(columns):
        place = {name: n for n, name in enumerate(there)}
        ends = [(n, place[b]) for n, a in enumerate(here) for b in right.get(a, ()) if b in place]
        total += sum(a < c and b > d for a, b in ends for c, d in ends)
    return total
