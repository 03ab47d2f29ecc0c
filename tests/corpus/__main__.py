"""The figures of the corpora, as a table: `python -m tests.corpus`."""

from __future__ import annotations

from . import downgrades, drift


def main() -> None:
    """One line per family, and the sums."""
    row = "| {:<12} | {:>11} | {:>11} | {:>11} |".format
    print(row("family", "differences", "with models", "equal pairs"))
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
