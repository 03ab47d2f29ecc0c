"""Rows without a database: patterns, hints, order, what a declaration covers."""

import re

import pytest

from alembic_proof.effects import Change
from alembic_proof.rows.declared import declarations, judge
from alembic_proof.rows.hints import candidates
from alembic_proof.rows.order import groups
from alembic_proof.rows.patterns import like, matching
from alembic_proof.rows.same import Verdict
from alembic_proof.rows.same import judge as judge_value
from alembic_proof.rows.shape import Reference, Shape, Type
from alembic_proof.rows.values import edges, key, ordinary

TEXT = Type(25, "text", "b", "text")


@pytest.mark.parametrize(
    "pattern",
    [
        "^[A-Z]{3}$",
        r"^\d{4}-\d{2}$",
        "^[^@]+@[^@]+\\.[a-z]{2,}$",
        "^(new|done)$",
        "^a?b*c+$",
        "^#[0-9a-f]{6}$",
        "^[a-z][a-z0-9_-]{2,62}$",
        r"^\+?[1-9]\d{1,14}$",
        "^(?:[0-9]{1,3}\\.){3}[0-9]{1,3}$",
        "^[]x]+$",
    ],
)
def test_a_text_is_found_for_a_usual_pattern(pattern: str) -> None:
    assert any(re.search(pattern, text) for more in range(4) if (text := matching(pattern, more)) is not None)


def test_a_named_class_stands_for_one_of_its_characters() -> None:
    assert matching("^[[:alpha:]]{2}[[:digit:]]$") == "aa5"


def test_a_pattern_that_looks_ahead_is_left_to_others() -> None:
    assert matching("^(?=.*a)b$") is None


def test_a_like_pattern_is_filled_in() -> None:
    assert like("https://%.x_") == "https://a.xa"
    assert like("100\\%") == "100%"


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("state = ANY (ARRAY['new'::text, 'it''s'::text])", "it's"),
        ("char_length(code) = 12", "aprfxxxxxxxx"),
        ("(code ~ '^[A-Z]{2}$'::text)", "AA"),
        ("(url ~~ 'ftp://%'::text)", "ftp://a"),
        ("code = upper(code)", "APRF0"),
    ],
)
def test_the_text_of_a_check_suggests_values(expression: str, wanted: str) -> None:
    assert wanted in candidates(TEXT, expression)


def test_numbers_are_tried_on_both_sides_of_a_bound_and_between_two() -> None:
    assert {"0", "50", "99", "101"} <= set(candidates(Type(23, "int4", "b", "integer"), "n >= 0 AND n <= 100"))


def test_the_oid_in_a_hash_partitions_bound_suggests_nothing() -> None:
    assert "8345" not in candidates(Type(23, "int4", "b", "integer"), "satisfies_hash_partition('8345'::oid, 2, 0, id)")


def test_ordinary_values_differ_and_use_the_whole_scale() -> None:
    money = Type(1700, "numeric", "b", "numeric(10,2)", (10, 2))
    assert [ordinary(money, n) for n in range(3)] == ["10.55", "11.55", "12.55"]
    assert edges(money) == ("0", "-99999999.99", "99999999.99")


def test_keys_count_down_from_above_every_sequence() -> None:
    assert key(Type(21, "int2", "b", "smallint"), 3) == "31997"
    assert key(Type(23, "int4", "b", "integer"), 0) == "2000000000"
    assert (key(TEXT, 5) or "").startswith("aprf")


def table(oid: int, *needs: int, parent: int | None = None, kind: str = "r") -> Shape:
    return Shape(oid, f"t{oid}", (), kind, references=tuple(Reference(n, (1,), (1,)) for n in needs), parent=parent)


def test_tables_stand_after_what_they_refer_to_and_rings_together() -> None:
    ordered = groups([table(1, 2), table(2, 3), table(3, 2), table(4), table(5, 5)])
    assert [[s.oid for s in group] for group in ordered] == [[2, 3], [1], [4], [5]]


def test_what_refers_to_a_partitioned_table_stands_after_its_partitions() -> None:
    ordered = groups([table(1, 2), table(2, kind="p"), table(3, parent=2, kind="p"), table(4, parent=3)])
    oids = [s.oid for group in ordered for s in group]
    assert oids.index(4) < oids.index(1)


def test_a_chain_of_thousands_of_tables_is_no_recursion() -> None:
    assert len(groups([table(n, n - 1) for n in range(1, 5001)])) == 5000


@pytest.mark.parametrize(
    ("before", "after", "kinds", "verdict"),
    [
        ("10.50", "10.5", ("numeric(10,2)", "numeric(12,1)"), Verdict.SAME),
        ("10.55", "11", ("numeric(10,2)", "numeric(10,0)"), Verdict.CHANGED),
        ("1", "true", ("integer", "boolean"), Verdict.SAME),
        ("7", "true", ("integer", "boolean"), Verdict.CHANGED),
        ('{"a":1,"b":[]}', '{"b": [], "a": 1}', ("json", "jsonb"), Verdict.SAME),
        ("abc", "ABC", ("text", "text"), Verdict.CHANGED),
        ("1.0", "1", ("text", "text"), Verdict.CHANGED),
        ("x", "{x}", ("text", "text[]"), Verdict.SAME),
        ("abc", "\\x616263", ("text", "bytea"), Verdict.SAME),
        ("2026-01-01 00:00:00", "2026-01-01", ("timestamp without time zone", "date"), Verdict.SAME),
        ("2026-01-01 00:00:01", "2026-01-01", ("timestamp without time zone", "date"), Verdict.CHANGED),
    ],
)
def test_a_value_is_judged_by_what_it_means_in_its_types(
    before: str, after: str, kinds: tuple[str, str], verdict: Verdict
) -> None:
    assert judge_value(before, after, kinds, "UTC") is verdict


SOURCE = '''"""A revision."""
# alembic-proof: loses users.email: mail moved to the accounts service
# alembic-proof: loses "odd: name"."a.b" — never used
# alembic-proof: loses public.logs: kept for a week only
# alembic-proof: loses users.phone:
'''


def test_a_declaration_names_its_target_reason_and_line_and_needs_a_reason() -> None:
    assert [(d.target, d.reason, d.line) for d in declarations(SOURCE)] == [
        ("users.email", "mail moved to the accounts service", 2),
        ('"odd: name"."a.b"', "never used", 3),
        ("public.logs", "kept for a week only", 4),
    ]


def test_a_change_is_declared_by_its_column_or_its_table_and_the_rest_is_told() -> None:
    email = Change("upgrade", "public.users", "values gone", 3, ("email",))
    other = Change("upgrade", "public.users", "values gone", 3, ("name",))
    logs = Change("downgrade", "public.logs", "values changed", 3, ("n",))
    odd = Change("upgrade", 'public."odd: name"', "values changed", 1, ('"a.b"',))
    found = judge([email, other, logs, odd], declarations(SOURCE))
    assert [change for change, _ in found.declared] == [email, logs, odd]
    assert found.undeclared == (other,)
    assert found.stale == ()


def test_a_column_declared_does_not_cover_the_rows_of_its_table() -> None:
    rows = Change("upgrade", "public.users", "rows gone", 3)
    found = judge([rows], declarations(SOURCE))
    assert found.undeclared == (rows,)
    assert [d.target for d in found.stale] == ["users.email", '"odd: name"."a.b"', "public.logs"]
