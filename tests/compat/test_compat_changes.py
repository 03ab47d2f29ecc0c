"""What code from before and after a change says to the other's schema, on each major version."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from changes import BREAKING, COMPATIBLE
from compat_help import Change, Ground, both_ways, told

from alembic_proof.provision.scratch import ScratchDatabase

CHANGES = (*BREAKING, *COMPATIBLE)


@pytest.fixture(scope="module")
def database(ground: Ground) -> Iterator[ScratchDatabase]:
    """Tables with rows; every change is rolled back."""
    with ground.database() as made:
        yield made


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: c.name.replace(" ", "-"))
def test_a_change_breaks_what_it_breaks_and_nothing_else(database: ScratchDatabase, change: Change) -> None:
    old, new = asyncio.run(both_ways(database, change.sql))
    assert told(old) == change.old
    assert told(new) == change.new


def test_the_breaking_changes_break_old_code_and_the_compatible_ones_do_not() -> None:
    assert all(c.old for c in BREAKING)
    assert not any(c.old for c in COMPATIBLE)
