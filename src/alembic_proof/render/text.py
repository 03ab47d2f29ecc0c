"""Text from the project (names, messages, SQL) made harmless for the sink it goes to."""

from __future__ import annotations

import re

# control characters but line feed and tab, and the marks that turn the direction of text
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# in URLs up to the last `@`, since a password may hold one; in connection strings; in statements
_SECRETS = (
    (re.compile(r"(\w+://[^\s:/@]*:)(?!password@)[^\s'\"]+(@)"), r"\1***\2"),
    (re.compile(r"(\w*password\s*=\s*)(?:'[^']*'|[^\s&;'\"]+)", re.IGNORECASE), r"\1***"),
    (re.compile(r"(\bpassword\s+)E?'(?:[^']|'')*'", re.IGNORECASE), r"\1'***'"),
)


def visible(text: str) -> str:
    """Control and direction characters spelt out, passwords blotted."""
    return _CONTROLS.sub(lambda m: f"\\x{ord(m[0]):02x}", without_secrets(text))


def without_secrets(text: str) -> str:
    """Passwords in URLs, connection strings and statements blotted."""
    for pattern, blotted in _SECRETS:
        text = pattern.sub(blotted, text)
    return text


def one_line(text: str, limit: int = 160) -> str:
    """White space folded, cut at `limit` characters."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
