"""A text that a regular expression or a LIKE pattern matches, for the simple ones that CHECKs have."""

from __future__ import annotations

import re

_CLASSES = {"d": "5", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "y": "", "m": "", "M": "", "A": "", "Z": ""}
_NAMED = {"alpha": "a", "digit": "5", "alnum": "a", "upper": "A", "lower": "a", "space": " ", "xdigit": "a"}
_COUNT = re.compile(r"\{(\d+)(?:,(\d*))?\}\??|[*+?]\??")


def like(pattern: str, filler: str = "a") -> str:
    """A text for a LIKE pattern; `filler` stands for each `%`."""
    return re.sub(r"\\(.)|(%)|(_)", lambda m: m[1] or (filler if m[2] else "a"), pattern)


def matching(pattern: str, more: int = 0) -> str | None:
    """A text that a regular expression matches, repetitions `more` times above their least; None: too hard."""
    try:
        text, rest = _alternatives(pattern.removeprefix("(?i)"), more)
    except (IndexError, ValueError):
        return None
    return text if not rest else None


def _alternatives(pattern: str, more: int) -> tuple[str, str]:
    """The first of the alternatives; what stands after the closing parenthesis."""
    text, rest = _sequence(pattern, more)
    first = text
    while rest.startswith("|"):
        _, rest = _sequence(rest[1:], more)
    return first, rest


def _sequence(pattern: str, more: int) -> tuple[str, str]:
    text = ""
    while pattern and pattern[0] not in "|)":
        one, pattern = _atom(pattern, more)
        least, most, pattern = _repeated(pattern)
        text += one * min(least + more, most)
    return text, pattern


def _atom(pattern: str, more: int) -> tuple[str, str]:
    first, rest = pattern[0], pattern[1:]
    if first == "\\":
        return _CLASSES.get(rest[0], rest[0]), rest[1:]
    if first == "[":
        return _bracket(rest)
    if first == "(":
        if rest.startswith(("?=", "?!", "?<")):
            raise ValueError(pattern)
        text, rest = _alternatives(rest.removeprefix("?:"), more)
        return text, rest[1:]
    return {".": "a", "^": "", "$": ""}.get(first, first), rest


def _bracket(rest: str) -> tuple[str, str]:
    """One character of a class, and what stands after it."""
    denied = rest.startswith("^")
    body = re.match(r"\]?(?:\[:\w+:\]|\\.|[^\]\\])*", rest[denied:])
    inside = body[0] if body else ""
    after = rest[denied + len(inside) + 1 :]
    if denied:
        return next(c for c in "a5-Z_ ~" if not re.search("[" + _plain(inside) + "]", c)), after
    named = re.match(r"\[:(\w+):\]", inside)
    if named:
        return _NAMED[named[1]], after
    return (_CLASSES.get(inside[1], inside[1]) if inside[0] == "\\" else inside[0]), after


def _plain(inside: str) -> str:
    return re.sub(r"\[:(\w+):\]", lambda m: _NAMED[m[1]], inside)


def _repeated(pattern: str) -> tuple[int, int, str]:
    match = _COUNT.match(pattern)
    if not match:
        return 1, 1, pattern
    rest = pattern[match.end() :]
    if match[1]:
        least = int(match[1])
        most = least if match[0].rstrip("?").endswith("}") and match[2] is None else int(match[2] or least + 8)
        return least, most, rest
    return (1, 8, rest) if match[0][0] == "+" else (0, 1 if match[0][0] == "?" else 8, rest)
