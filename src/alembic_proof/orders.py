"""Other orders in which Alembic could run a branched history: each revision after all that it needs, and pairs swapped.

A database that was upgraded each time a branch was merged went another way than a new one goes. Sets of revisions
are bits of a number, by their place in the plain order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

LIMIT = 3
Pair = tuple[str, str]


def other_orders(
    parents: Mapping[str, Sequence[str]], limit: int = LIMIT
) -> tuple[tuple[tuple[str, ...], ...], tuple[Pair, ...]]:
    """Orders that run every pair of parallel revisions the other way round, and the pairs for which there is no room.

    `parents` has the revisions in the plain order, with all that each needs, `depends_on` too. None where the
    history is a line; one more order is enough for branches that lie side by side.
    """
    names = tuple(parents)
    place = {name: i for i, name in enumerate(names)}
    needs = [[place[p] for p in parents[name] if p in place] for name in names]
    ahead, behind = _parallel(needs)
    found: list[tuple[str, ...]] = []
    while any(ahead) and len(found) < limit:
        order = _order(needs, ahead, behind)
        found.append(tuple(names[i] for i in order))
        done = 0
        for i in order:
            ahead[i] &= done
            behind[i] &= ~done
            done |= 1 << i
    return tuple(found), tuple((names[early], names[late]) for early, late in _pairs(ahead))


def swapped(plain: Sequence[str], other: Sequence[str]) -> Iterator[Pair]:
    """The pairs that the plain order runs as they stand here, and the other one the other way round."""
    place = {name: i for i, name in enumerate(plain)}
    for i, late in enumerate(other):
        yield from ((early, late) for early in other[i + 1 :] if place[early] < place[late])


def _parallel(needs: list[list[int]]) -> tuple[list[int], list[int]]:
    """For each revision those before it in the plain order that it does not need, and those after that do not need it.

    What is still to be run the other way round, seen from both sides.
    """
    everything = (1 << len(needs)) - 1
    below, above = [0] * len(needs), [0] * len(needs)
    for i, parents in enumerate(needs):
        for parent in parents:
            below[i] |= below[parent] | 1 << parent
    for i, parents in reversed([*enumerate(needs)]):
        for parent in parents:
            above[parent] |= above[i] | 1 << i
    ahead = [((1 << i) - 1) & ~mask for i, mask in enumerate(below)]
    behind = [everything >> (i + 1) << (i + 1) & ~mask for i, mask in enumerate(above)]
    return ahead, behind


def _pairs(ahead: list[int]) -> Iterator[tuple[int, int]]:
    """(earlier, later) in the plain order."""
    for i, mask in enumerate(ahead):
        rest = mask
        while rest:
            yield (rest & -rest).bit_length() - 1, i
            rest &= rest - 1


def _order(needs: list[list[int]], ahead: list[int], behind: list[int]) -> list[int]:
    """Next always the revision that turns round the most pairs and spoils the fewest; one pair is certain."""
    early, late = next(_pairs(ahead))
    waits = [len(parents) for parents in needs]
    then: list[list[int]] = [[] for _ in needs]
    for i, parents in enumerate(needs):
        for parent in parents:
            then[parent].append(i)
    then[late].append(early)
    waits[early] += 1
    ready = [i for i, number in enumerate(waits) if not number]
    order: list[int] = []
    left = (1 << len(needs)) - 1
    while ready:
        best = max(ready, key=lambda i: ((ahead[i] & left).bit_count() - (behind[i] & left).bit_count(), i))
        ready.remove(best)
        order.append(best)
        left &= ~(1 << best)
        for i in then[best]:
            waits[i] -= 1
            if not waits[i]:
                ready.append(i)
    return order
