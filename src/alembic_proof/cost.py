"""What a statement would cost on a table of another size: a line through two measured sizes; an estimate.

WAL and time of a rewrite, a scan, an index build and an update grow with the rows; that they grow by the same amount
with each row is what makes an estimate possible, and that rows are as wide as those measured is what makes it one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from alembic_proof.effects import Estimate
from alembic_proof.errors import UsageError

# in one line, for `\copy (...) TO 'row_counts.csv' CSV` as well as for `psql -At -F,`
ROW_COUNTS_SQL = (
    "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), "
    "(SELECT sum(l.reltuples)::bigint FROM pg_catalog.pg_class l WHERE l.reltuples >= 0 AND l.relkind = 'r' AND "
    "(l.oid = c.oid OR c.relkind = 'p' AND l.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(c.oid)))) AS rows "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' "
    "AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' ORDER BY 1"
)
_CSV_QUOTED = re.compile(r'"(?:[^"]|"")*"')


@dataclass(frozen=True)
class Sample:
    """What a statement took with so many rows in the table."""

    rows: int
    wal: int
    seconds: float


def per_row(samples: Iterable[Sample]) -> tuple[float, float]:
    """WAL bytes and seconds that each row adds; of several samples of one size the cheapest counts.

    Another session can only add to what is measured, so the least is nearest to the truth.
    """
    sizes: dict[int, list[Sample]] = {}
    for sample in samples:
        sizes.setdefault(sample.rows, []).append(sample)
    small, large = min(sizes), max(sizes)
    if small == large:
        raise ValueError("a line needs two sizes")
    wal = [min(s.wal for s in sizes[n]) for n in (small, large)]
    seconds = [min(s.seconds for s in sizes[n]) for n in (small, large)]
    return max(0.0, (wal[1] - wal[0]) / (large - small)), max(0.0, (seconds[1] - seconds[0]) / (large - small))


def parse_row_counts(text: str) -> dict[str, int]:
    """Rows by table, from lines `schema.table,rows` as the query writes them.

    A table of which the server has no count (an empty second column) is left out.
    """
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, _, rows = line.strip().rpartition(",")
        if line.strip() and not line.startswith("#") and rows.strip():
            counts[_table(name, number)] = _count(rows, number)
    return counts


def _table(name: str, number: int) -> str:
    """A table's name, also where a CSV writer quoted it as a whole."""
    if _CSV_QUOTED.fullmatch(name):
        name = name[1:-1].replace('""', '"')
    if "." not in name:
        raise UsageError(f"row counts, line {number}: `{name}` is not schema.table", "alembic-proof row-counts")
    return name


def _count(text: str, number: int) -> int:
    if not text.strip().isdigit():
        raise UsageError(f"row counts, line {number}: `{text.strip()}` is not a number", "alembic-proof row-counts")
    return int(text)


def words(estimate: Estimate) -> str:
    """For a report, with the word that it is an estimate."""
    wal, seconds = estimate.wal_per_row, estimate.seconds_per_row
    if estimate.rows is None:
        return f"about {size(wal)} of WAL and {duration(seconds)} for each row of {estimate.table}, estimated"
    cost = f"about {size(wal * estimate.rows)} WAL and {duration(seconds * estimate.rows)}"
    return f"{cost} on {estimate.table} ({estimate.rows:,} rows), estimated"


def size(number: float) -> str:
    """Bytes in words, with no more digits than an estimate is good for."""
    for unit, least in (("GB", 1e8), ("MB", 1e5), ("kB", 1e3)):
        if number >= least:
            amount = number / {"GB": 1e9, "MB": 1e6, "kB": 1e3}[unit]
            return f"{amount:,.1f} {unit}" if amount < 10 else f"{amount:,.0f} {unit}"
    return f"{number:.0f} bytes"


def duration(seconds: float) -> str:
    """Seconds in words."""
    if seconds >= 120:
        return f"{seconds / 60:,.0f} min"
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.1f} {unit}" if seconds * factor < 10 else f"{seconds * factor:.0f} {unit}"
    return "less than 1 µs"
