"""Other orders of a branched history: complete, allowed, few; and what they say about each other."""

from collections.abc import Iterator
from itertools import combinations, product

import pytest

from alembic_proof.orders import other_orders, swapped

DIAMOND = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}


def graphs(size: int) -> Iterator[dict[str, tuple[str, ...]]]:
    """Every graph whose plain order is a, b, c …"""
    names = "abcdefgh"[:size]
    pairs = list(combinations(names, 2))
    for chosen in product((False, True), repeat=len(pairs)):
        edges = [pair for pair, there in zip(pairs, chosen, strict=True) if there]
        yield {name: tuple(early for early, late in edges if late == name) for name in names}


def needed(parents: dict[str, tuple[str, ...]], name: str) -> set[str]:
    return {a for p in parents[name] for a in (p, *needed(parents, p))}


def parallel(parents: dict[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    return {(early, late) for early, late in combinations(parents, 2) if early not in needed(parents, late)}


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_every_parallel_pair_runs_the_other_way_round_and_nothing_before_what_it_needs(size: int) -> None:
    """For every graph of so many revisions."""
    for parents in graphs(size):
        orders, left = other_orders(parents)
        assert not left
        for order in orders:
            assert sorted(order) == sorted(parents)
            assert all(order.index(p) < order.index(name) for name in parents for p in parents[name])
        seen = {pair for order in orders for pair in swapped(tuple(parents), order)}
        assert seen == parallel(parents)


def test_a_line_needs_no_other_order() -> None:
    """Nothing is run for it."""
    assert other_orders({"a": (), "b": ("a",), "c": ("b",)}) == ((), ())


def test_branches_side_by_side_need_one() -> None:
    """However many there are."""
    assert other_orders(DIAMOND) == ((("a", "c", "b", "d"),), ())
    wide = {"a": (), **{f"b{i}": ("a",) for i in range(30)}}
    assert len(other_orders(wide)[0]) == 1


def test_a_dependency_is_an_order() -> None:
    """`depends_on` counts among the parents."""
    assert other_orders({**DIAMOND, "c": ("a", "b")}) == ((), ())


def test_parents_before_the_plan_are_no_part_of_it() -> None:
    """As where the database was stamped."""
    assert other_orders({"b": ("a",), "c": ("a",)}) == ((("c", "b"),), ())


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_what_there_is_no_room_for_is_named(limit: int) -> None:
    """Beyond the limit, the pairs that never ran the other way round, and no others."""
    for parents in graphs(4):
        orders, left = other_orders(parents, limit)
        seen = {pair for order in orders for pair in swapped(tuple(parents), order)}
        assert len(orders) <= limit
        assert seen.isdisjoint(left)
        assert seen | {*left} == parallel(parents)


def test_a_long_history_takes_no_time() -> None:
    """Two branches of a thousand revisions each are a million pairs."""
    left_branch = {f"l{i}": (f"l{i - 1}",) if i else () for i in range(1000)}
    right_branch = {f"r{i}": (f"r{i - 1}",) if i else () for i in range(1000)}
    orders, left = other_orders({**left_branch, **right_branch})
    assert [order[0] for order in orders] == ["r0"]
    assert not left
