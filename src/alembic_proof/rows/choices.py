"""Which values each column of a table may take: those of its type, and those that its CHECKs suggest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, product

from alembic_proof.rows.hints import candidates
from alembic_proof.rows.shape import Check, Column, Shape, Type
from alembic_proof.rows.values import array, composite, edges, guesses, keys, ordinary

MANY = 8
_WIDTH = {2: 16, 3: 7, 4: 5}
_MOST = 400
Tuple = tuple[str | None, ...]


@dataclass(frozen=True)
class Choices:
    """Values by column: `plain` first, then `edges`; `limited` are columns that take no others, by a CHECK.

    `joint` are the tuples that satisfy a condition on several columns.
    """

    plain: Mapping[int, tuple[str, ...]]
    edges: Mapping[int, tuple[str, ...]]
    limited: frozenset[int] = frozenset()
    joint: tuple[tuple[tuple[int, ...], tuple[Tuple, ...]], ...] = ()


@dataclass(frozen=True)
class Question:
    """Which of the tuples satisfy the condition; `names` are the columns, and what the condition calls them."""

    columns: tuple[int, ...]
    names: tuple[tuple[str, str], ...]
    expression: str
    tuples: tuple[Tuple, ...] = field(repr=False)


def of_types(shape: Shape) -> Choices:
    """What the types alone allow."""
    plain = {c.number: _plain(c.type) for c in shape.written}
    return Choices(plain, {c.number: edges(c.type) for c in shape.written})


@cache
def _plain(kind: Type) -> tuple[str, ...]:
    found = (ordinary(kind, n) for n in range(MANY))
    return tuple(dict.fromkeys(v for v in found if v is not None))


def single(shape: Shape, choices: Choices, referred: Mapping[int, tuple[str, ...]]) -> list[Question]:
    """Questions about one column: domains, unknown types, CHECKs and bounds of partitions.

    `referred` are the values that foreign keys leave to a column.
    """
    asked = []
    unique = {n for u in shape.uniques for n in u.columns}
    for column in shape.written:
        for text, called in _conditions(shape, column, not choices.plain[column.number]):
            own = keys(column.type) if column.number in unique else ()
            suggested = (*candidates(column.type, text), *_nested(column.type))
            found = (*referred.get(column.number, ()), *own, *suggested, *_all(column, choices))
            values = tuple((v,) for v in dict.fromkeys(found or guesses()))
            asked.append(Question((column.number,), ((column.quoted, called),), text, values))
    return asked


def _all(column: Column, choices: Choices) -> tuple[str, ...]:
    return (*choices.plain[column.number], *choices.edges[column.number])


def _conditions(shape: Shape, column: Column, unknown: bool) -> list[tuple[str, str]]:
    if not unknown and column.type.kind != "d":
        unknown = any(_domain_checks(part) for part in column.type.parts)
    own = [(check.expression, column.quoted) for check in conditions(shape) if check.columns == (column.number,)]
    found = [*((text, "value") for text in _domain_checks(column.type)), *own]
    return found or ([("true", column.quoted)] if unknown else [])


def _domain_checks(kind: Type) -> tuple[str, ...]:
    return (*kind.checks, *_domain_checks(kind.parts[0])) if kind.kind == "d" else ()


def _nested(kind: Type) -> tuple[str, ...]:
    """Arrays and rows of what the CHECKs of the domains in them suggest."""
    lists: list[list[str | None]] = [
        [v for v in _suggested(part) if v is not None] if _domain_checks(part) else list(_plain(part)) or [None]
        for part in kind.parts
    ]
    if kind.array:
        return tuple(array([value], kind.delimiter) for value in lists[0])
    return tuple(composite(list(values)) for values in islice(product(*lists), _MOST)) if kind.kind == "c" else ()


def _suggested(kind: Type) -> tuple[str, ...]:
    return tuple(v for text in _domain_checks(kind) for v in candidates(kind, text))


def conditions(shape: Shape) -> tuple[Check, ...]:
    """The table's CHECKs, and the bound of a partition."""
    if shape.bound is None:
        return shape.checks
    named = tuple(c.number for c in shape.columns if _names(shape.bound, c.quoted))
    return (*shape.checks, Check("", shape.bound, named))


def _names(expression: str, quoted: str) -> bool:
    return re.search(rf'(?<![\w"]){re.escape(quoted)}(?![\w"])', expression) is not None


def limited(choices: Choices, question: Question, numbers: Sequence[int]) -> Choices:
    """With only the values that satisfied a question about one column."""
    (column,) = question.columns
    held = tuple(v for n in numbers for v in question.tuples[n] if v is not None)
    before = column in choices.limited
    held = tuple(v for v in held if not before or v in choices.plain[column] or v in choices.edges[column])
    rare = set(choices.edges[column])
    plain = tuple(v for v in held if v not in rare) or held
    return Choices(
        {**choices.plain, column: plain},
        {**choices.edges, column: tuple(v for v in held if v in rare)},
        choices.limited | {column},
        choices.joint,
    )


def several(shape: Shape, choices: Choices, referred: Mapping[int, tuple[str, ...]]) -> list[Question]:
    """Questions about more than one column."""
    asked = []
    for check in conditions(shape):
        columns = tuple(shape.column(n) for n in check.columns if n > 0 and not shape.column(n).generated)
        if len(check.columns) < 2 or len(columns) != len(check.columns):
            continue
        width = _WIDTH.get(len(columns), 3)
        lists = [_possible(c, choices, referred, check.expression)[:width] for c in columns]
        names = tuple((c.quoted, c.quoted) for c in columns)
        asked.append(Question(check.columns, names, check.expression, tuple(islice(product(*lists), _MOST))))
    return asked


def _possible(
    column: Column, choices: Choices, referred: Mapping[int, tuple[str, ...]], expression: str
) -> list[str | None]:
    empty: list[str | None] = [None] if column.nullable else []
    if column.number in referred:
        return [*referred[column.number][:2], *empty]
    plain = choices.plain[column.number]
    suggested = () if column.number in choices.limited else candidates(column.type, expression)
    return list(dict.fromkeys([*plain[:2], *empty, *suggested[:6], *plain[2:], *choices.edges[column.number]]))


def joined(choices: Choices, question: Question, numbers: Sequence[int]) -> Choices:
    """With the tuples that satisfied a question about several columns, those that are filled first."""
    held = sorted((question.tuples[n] for n in numbers), key=lambda t: t.count(None))
    return Choices(choices.plain, choices.edges, choices.limited, (*choices.joint, (question.columns, tuple(held))))
