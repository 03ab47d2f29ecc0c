"""Defaults that differ in text and not in meaning: a plain literal, cast to what the column's type makes of it anyway.

Only casts within one family of types are passed over, and only of literals that are written the same: these give the
same value in the column, whatever the literal is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_EXACT = frozenset({"smallint", "integer", "bigint", "numeric"})
_NUMBERS = _EXACT | {"real", "double precision"}
# not character(n), which cuts blanks, and no length, which cuts letters
_TEXTS = frozenset({"text", "character varying"})
_JSON = frozenset({"json", "jsonb"})
_FAMILIES = (_TEXTS, frozenset(f"{t}[]" for t in _TEXTS), _JSON)
_CASTS = r"(?P<casts>(?:::[^'():\[\]]+(?:\(\d+(?:,\d+)?\))?(?:\[\])?)*)"
_LITERAL = re.compile(r"\(?(?:'(?P<quoted>(?:[^']|'')*)'|(?P<number>-?\d+(?:\.\d+)?)|(?P<null>NULL))\)?" + _CASTS)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?P<fraction>\.\d+)?")


def same_default(have: Any, want: Any, types: Iterable[str]) -> bool:
    """Whether two defaults of a column give the same value; `types` are the column's on both sides."""
    if have == want:
        return True
    bare = [_without_length(t) for t in types]
    return (_is_null(have) and _is_null(want) and not any("." in t for t in bare)) or (
        have is not None and want is not None and _same_literal(str(have), str(want), bare)
    )


def _is_null(default: Any) -> bool:
    """No default, or NULL in words; of a domain, NULL would hide the domain's own."""
    if default is None:
        return True
    match = _LITERAL.fullmatch(str(default))
    return match is not None and match["null"] is not None


def _same_literal(have: str, want: str, types: list[str]) -> bool:
    literals = [m for m in map(_LITERAL.fullmatch, (have, want)) if m and not m["null"]]
    if len(literals) < 2:
        return False
    casts = {c for m in literals for c in _casts(m)}
    first, second = (m["number"] or m["quoted"] for m in literals)
    number = _NUMBER.fullmatch(first or "")
    if number and set(types) <= _NUMBERS:
        return first == second and casts <= {*types, *({"numeric"} if number["fraction"] else _EXACT)}
    in_quotes = all(m["quoted"] is not None for m in literals)
    return in_quotes and first == second and any({*types, *casts} <= family for family in _FAMILIES)


def _casts(literal: re.Match[str]) -> list[str]:
    return [c for c in literal["casts"].split("::") if c]


def _without_length(type_: str) -> str:
    return re.sub(r"\(\d+(,\d+)?\)", "", type_)
