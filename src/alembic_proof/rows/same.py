"""Whether a value is still the same after its column got another type."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision", "money", "oid")
_STAMPS = ("timestamp without time zone", "timestamp with time zone", "date")
_TIMES = ("time without time zone", "time with time zone")
_TRUE, _FALSE = ("true", "t", "yes", "y", "on", "1"), ("false", "f", "no", "n", "off", "0")
_FURTHEST, _QUARTER = timedelta(hours=15), timedelta(minutes=15)


class Verdict(StrEnum):
    """`zone`: the time zone of the session decided which value it is."""

    SAME = "same"
    CHANGED = "changed"
    ZONE = "zone"


def judge(before: str, after: str | None, kinds: tuple[str, str], zone: str) -> Verdict:
    """A value and what became of it; `kinds` are the types as format_type writes them, `zone` is the session's."""
    if after is None:
        return Verdict.CHANGED
    plain = (_plain(kinds[0]), _plain(kinds[1]))
    if set(plain) == set(_STAMPS[:2]):
        return _moved(before, after, zone, to_local=plain[1] == _STAMPS[0])
    same = before == after or any(_alike(before, after, family) for family in _families(plain))
    return Verdict.SAME if same else Verdict.CHANGED


def _plain(kind: str) -> str:
    return re.sub(r"\([\d,-]+\)", "", kind).replace("  ", " ").strip()


def _families(kinds: tuple[str, str]) -> list[str]:
    """How to look at both, by either type."""
    found = []
    for kind in kinds:
        bare = kind.removesuffix("[]")
        family = "number" if bare in _NUMBERS else "time" if bare in (*_STAMPS, *_TIMES) else bare
        found.append("array of " + family if kind.endswith("[]") else family)
    return found


def _alike(before: str, after: str, family: str) -> bool:
    if family.startswith("array of "):
        return _elements(before, family) == _elements(after, family)
    make = _CANONICAL.get(family)
    return make is not None and _made(make, before) == _made(make, after) is not None


def _made(make: Any, text: str) -> Any:
    try:
        return make(text)
    except (ValueError, InvalidOperation, ArithmeticError):
        return None


def _elements(text: str, family: str) -> list[Any]:
    """Of an array's text; what is no array yet counts as its only element."""
    make = _CANONICAL.get(family.removeprefix("array of "), str)
    inside = text[1:-1] if text.startswith("{") and text.endswith("}") else '"' + text.replace('"', '\\"') + '"'
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"|([^,{}]+)', inside)
    bare = [re.sub(r"\\(.)", r"\1", quoted) if quoted else plain for quoted, plain in parts]
    made = [_made(make, part) for part in bare]
    return [part if value is None else value for part, value in zip(bare, made, strict=True)]


def _number(text: str) -> Decimal:
    truth = {"true": "1", "false": "0"}.get(text, text)
    return Decimal(re.sub(r"[$,\s]", "", truth))


def _truth(text: str) -> bool:
    lower = text.strip().lower()
    if lower in _TRUE or lower in _FALSE:
        return lower in _TRUE
    raise ValueError(text)


def _document(text: str) -> Any:
    return json.dumps(json.loads(text, parse_float=Decimal, parse_int=Decimal), sort_keys=True, default=_digits)


def _digits(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _midnight(text: str) -> str:
    return re.sub(r"\+00(:00)?$", "", text).removesuffix(" 00:00:00")


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:]) if text.startswith("\\x") else text.encode()


_CANONICAL: dict[str, Any] = {
    "number": _number,
    "boolean": _truth,
    "json": _document,
    "jsonb": _document,
    "time": _midnight,
    "bytea": _bytes,
    "character": lambda text: text.rstrip(" "),
    "uuid": lambda text: re.sub(r"[-{}]", "", text).lower(),
    "inet": lambda text: re.sub(r"/(32|128)$", "", text),
    "cidr": lambda text: re.sub(r"/(32|128)$", "", text),
}


def _moved(before: str, after: str, zone: str, to_local: bool) -> Verdict:
    """Between a local time and a moment; all moments are written in UTC."""
    try:
        old, new = (datetime.fromisoformat(t.removesuffix("+00")) for t in (before, after))
    except ValueError:
        return Verdict.SAME if before.removesuffix("+00") == after.removesuffix("+00") else Verdict.CHANGED
    local, moment = (new, old) if to_local else (old, new)
    if moment == _as_moment(local, zone):
        return Verdict.ZONE
    away = abs(moment - local)
    # another zone that the revision names itself
    return Verdict.SAME if away <= _FURTHEST and not away % _QUARTER else Verdict.CHANGED


def _as_moment(local: datetime, zone: str) -> datetime:
    try:
        return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return local
