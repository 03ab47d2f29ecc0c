"""What the text of a CHECK suggests: the server decides which of it holds."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from alembic_proof.rows.patterns import like, matching
from alembic_proof.rows.shape import Type
from alembic_proof.rows.values import LONG, PREFIX, array, ordinary, word

_STRING = re.compile(r"E?'((?:[^']|'')*)'")
_NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?![\w.'])")
_OID = re.compile(r"'\d+'::oid")
_PATTERN = re.compile(r"(!?~~?\*?)\s*(E?)'((?:[^']|'')*)'")
_TEXTS = ("text", "varchar", "bpchar", "citext")
_NUMBERS = ("int2", "int4", "int8", "numeric", "float4", "float8", "money")
_DAYS = ("date", "timestamp", "timestamptz")


def candidates(kind: Type, expression: str) -> tuple[str, ...]:
    """Values for a column that a CHECK is about, the likeliest first."""
    base = kind.base
    # the bound of a hash partition names its table by oid, which is another in each database
    expression = _OID.sub("", expression)
    found = [*_made(base, expression), *_literals(expression), *(ordinary(kind, n) for n in range(3))]
    return tuple(dict.fromkeys(v for v in found if v is not None))


def _literals(expression: str) -> list[str]:
    found = []
    for text in (m[1].replace("''", "'") for m in _STRING.finditer(expression)):
        found.append(text)
        if text.startswith("{") and text.endswith("}"):
            found += [part.strip('"') for part in text[1:-1].split(",")]
    return found


def _made(base: Type, expression: str) -> list[str]:
    if base.name in _TEXTS:
        return _texts(expression)
    if base.name in _NUMBERS:
        return [_written(base, n) for n in _around(expression)]
    if base.name in _DAYS:
        return [day for text in _literals(expression) for day in _days(text)]
    if base.array:
        return _arrays(base, expression)
    return _documents(expression) if base.name in ("json", "jsonb", "hstore") else []


def _numbers(expression: str) -> list[Decimal]:
    quoted = [m[1] for m in _STRING.finditer(expression) if _NUMBER.fullmatch(m[1])]
    plain = _NUMBER.findall(_STRING.sub("''", expression))
    return [Decimal(n) for n in dict.fromkeys([*plain, *quoted])]


def _around(expression: str) -> list[Decimal]:
    numbers = _numbers(expression)
    halves = [(a + b) / 2 for a, b in pairwise(numbers)]
    steps = (Decimal(0), Decimal(1), Decimal(-1))
    return [*halves, *(n + step for n in numbers for step in steps), *(n * 2 for n in numbers), Decimal(2)]


def _written(base: Type, number: Decimal) -> str:
    return format(number.to_integral_value() if base.name.startswith("int") else number, "f")


def _texts(expression: str) -> list[str]:
    words = [word(n) for n in range(3)]
    shaped = [form(w) for w in words for form in (str.upper, str.title)] + ["5", "42", "#aabbcc", "a@b.example"]
    lengths = [int(n) for n in _numbers(expression) if 0 <= n <= LONG]
    sized = [(f"{PREFIX}{n}" + "x" * size)[:size] for size in lengths for n in ("", "1")]
    longer = ["x" * (size + step) for size in lengths for step in (1, -1) if size + step >= 0]
    digits = ["1" * size for size in lengths] + ["A" * size for size in lengths]
    return [*_patterned(expression), *sized, *longer, *digits, *shaped, "https://a.example/b", "/a"]


def _patterned(expression: str) -> list[str]:
    found: list[str | None] = []
    for operator, escaped, text in _PATTERN.findall(expression):
        pattern = text.replace("''", "'")
        pattern = pattern.replace("\\\\", "\\") if escaped else pattern
        if "~~" in operator:
            found += [like(pattern, filler) for filler in ("a", "ab", "")]
        else:
            found += [matching(pattern, more) for more in (0, 1, 2, 3, 5)]
    return [t for t in found if t is not None]


def _days(text: str) -> list[str]:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return []
    return [text, *((day + timedelta(days=n)).isoformat() for n in (1, -1, 30, 400))]


def _arrays(base: Type, expression: str) -> list[str]:
    sizes = [int(n) + step for n in _numbers(expression) for step in (0, 1, -1) if 0 <= n + step <= 100]
    elements = [ordinary(base.parts[0], n) for n in range(100)]
    inner = [array([e], base.delimiter) for e in candidates(base.parts[0], expression)]
    return [*(array(elements[:size], base.delimiter) for size in sizes), "{}", *inner]


def _documents(expression: str) -> list[str]:
    keys = [k for k in _literals(expression) if re.fullmatch(r"[\w.-]+", k)]
    every = "{" + ", ".join(f'"{k}": "{k}"' for k in keys) + "}"
    numbers = "{" + ", ".join(f'"{k}": 1' for k in keys) + "}"
    return ["{}", "[]", every, numbers, *(f'{{"{k}": "{k}"}}' for k in keys), '"a"', "1", "true", '["a"]', '{"a": 1}']
