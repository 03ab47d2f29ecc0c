"""Text from the project (names, messages, SQL) made harmless for the sink it goes to."""

from __future__ import annotations

import re

# control characters but line feed and tab, the marks that turn the direction of text, and halves of characters
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# in connection strings, in statements; where the text ends too soon, up to its end
_SECRETS = (
    (re.compile(r"(password\s*=\s*)(?:'[^']*(?:'|\Z)|[^\s&;'\"]+)", re.IGNORECASE), r"\1***"),
    (re.compile(r"(\bpassword\s+)E?'(?:[^']+|'')*+(?:'|\Z)", re.IGNORECASE), r"\1'***'"),
)
_WORD = re.compile(r"[^\s'\"]+")
_USER = re.compile(r"://[^:/@]*:(?!password(?:@|\Z)|@|\Z)")


def visible(text: str) -> str:
    """Control and direction characters spelt out, passwords blotted."""
    return _CONTROLS.sub(lambda m: f"\\x{ord(m[0]):02x}", without_secrets(text))


def without_secrets(text: str) -> str:
    """Passwords in URLs, connection strings and statements blotted."""
    if "://" in text:
        text = _WORD.sub(lambda m: _url(m[0]), text)
    for pattern, blotted in _SECRETS:
        text = pattern.sub(blotted, text)
    return text


def _url(word: str) -> str:
    """Up to the last `@`, since a password may hold one; in two searches, since one expression would be quadratic."""
    end = word.rfind("@")
    user = _USER.search(word, 0, end) if end > 0 else None
    return f"{word[: user.end()]}***{word[end:]}" if user else word


def one_line(text: str, limit: int = 160) -> str:
    """White space folded, cut at `limit` characters."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
