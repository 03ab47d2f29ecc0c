"""The figures of the corpora, as a table: `python -m tests.corpus`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from corpus import downgrades, drift  # noqa: E402  found where the tests find it


def main() -> None:
    """One line per family, and the sums."""
    row = "| {:<12} | {:>11} | {:>14} | {:>11} |".format
    print(row("family", "differences", "of the models", "equal pairs"))
    print(row(*("---",) * 4))
    for family in drift.FAMILIES:
        name = family.__name__.rpartition(".")[2]
        print(row(name, *_counts(family.DIFFERENT), len(family.EQUAL)))
    print(row("all", *_counts(drift.DIFFERENT), len(drift.EQUAL)))
    print(f"\nways back: {len(downgrades.LEAKY)} leaky, {len(downgrades.CORRECT)} correct")


def _counts(cases: tuple[drift.Case, ...]) -> tuple[int, int]:
    return len(cases), sum(case.models is not None for case in cases)


if __name__ == "__main__":
    main()
