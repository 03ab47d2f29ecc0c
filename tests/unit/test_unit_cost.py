"""Estimates: a line through two sizes, the file of row counts, and the words."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from alembic_proof.cli import cli
from alembic_proof.cost import ROW_COUNTS_SQL, Sample, duration, parse_row_counts, per_row, size, words
from alembic_proof.effects import Estimate
from alembic_proof.errors import UsageError


def test_what_each_row_adds_is_the_slope() -> None:
    """What a statement takes without any row is no part of it."""
    wal, seconds = per_row([Sample(2_000, 5_000 + 2_000 * 109, 0.002), Sample(20_000, 5_000 + 20_000 * 109, 0.02)])
    assert wal == pytest.approx(109)
    assert seconds == pytest.approx(1e-6)


def test_the_cheapest_sample_of_a_size_counts() -> None:
    """What another session wrote meanwhile can only add."""
    noisy = [Sample(10, 1_000, 0.1), Sample(10, 900_000, 0.1), Sample(20, 2_000, 0.2), Sample(20, 2_500, 9.0)]
    assert per_row(noisy) == pytest.approx((100, 0.01))


def test_nothing_is_cheaper_with_more_rows() -> None:
    """A slope that noise made negative is none."""
    assert per_row([Sample(10, 500, 0.2), Sample(20, 400, 0.1)]) == (0, 0)


def test_one_size_gives_no_line() -> None:
    """It would be a division by nothing."""
    with pytest.raises(ValueError, match="two sizes"):
        per_row([Sample(10, 500, 0.2)])


def test_row_counts_are_read_as_psql_and_as_copy_write_them() -> None:
    """Names may hold commas and quotes; a table without a count is left out."""
    text = 'public.orders,5000000\n# by hand\n\npublic."a,b",7\n"public.""c""",8\npublic.never_analyzed,\n"O"."T",9\n'
    assert parse_row_counts(text) == {"public.orders": 5_000_000, 'public."a,b"': 7, 'public."c"': 8, '"O"."T"': 9}


@pytest.mark.parametrize(
    ("line", "complaint"), [("orders,5", "line 1: `orders`"), ("public.orders,many", "line 1: `many`")]
)
def test_a_line_that_is_not_a_table_and_a_number_is_named(line: str, complaint: str) -> None:
    """With the command that writes the file."""
    with pytest.raises(UsageError, match=complaint):
        parse_row_counts(line)


def test_the_words_say_what_how_much_where_and_that_it_is_an_estimate() -> None:
    """With a row count, and without one."""
    cheap = Estimate("public.orders", "ALTER …", None, None, 109.0, 2.2e-6)
    known = Estimate("public.orders", "ALTER …", None, None, 109.0, 2.2e-6, 5_000_000)
    assert words(known) == "about 0.5 GB WAL and 11 s on public.orders (5,000,000 rows), estimated"
    assert words(cheap) == "about 109 bytes of WAL and 2.2 µs for each row of public.orders, estimated"


def test_sizes_and_durations_have_few_digits() -> None:
    """An estimate is not good for more."""
    assert [size(n) for n in (20, 4_200, 3_400_000, 545e6, 54.5e9)] == [
        "20 bytes",
        "4.2 kB",
        "3.4 MB",
        "0.5 GB",
        "54 GB",
    ]
    assert [duration(n) for n in (1e-9, 2e-4, 0.25, 11.2, 700)] == [
        "less than 1 µs",
        "200 µs",
        "250 ms",
        "11 s",
        "12 min",
    ]


def test_the_command_prints_the_query_in_one_line() -> None:
    """So that it can be given to psql as it is, also within `\\copy (...)`."""
    done = CliRunner().invoke(cli, ["row-counts"])
    assert done.output == f"{ROW_COUNTS_SQL}\n"
    assert "\n" not in ROW_COUNTS_SQL
    assert ";" not in ROW_COUNTS_SQL
