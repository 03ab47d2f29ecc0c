"""Text from the project (names, messages, SQL) made harmless for the sink it goes to."""

from __future__ import annotations

import re

# control characters but line feed and tab, and the marks that turn the direction of text
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SECRET = re.compile(r"(\w+://[^:/\s@]+:)[^@\s/]+(@)")


def visible(text: str) -> str:
    """Control and direction characters spelt out, passwords in URLs blotted."""
    return _SECRET.sub(r"\1***\2", _CONTROLS.sub(lambda m: f"\\x{ord(m[0]):02x}", text))


def one_line(text: str, limit: int = 160) -> str:
    """White space folded, cut at `limit` characters."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
