"""Markup that can hold anything: every string is text, unless it came from `tag`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape

from alembic_proof.render.markdown.escape import plain

_VOID = frozenset({"input", "br", "meta", "link"})
# what runs, loads or sends: the page has none of it, whoever asks
_REFUSED = re.compile(r"on|style$|src|action|formaction|background|ping|xlink")
_LIMIT, _SHORT = 200_000, 80


class Html(str):
    """Markup; every other string is text."""

    __slots__ = ()


Content = str | int | None | Iterable["Content"]
Value = str | int | float | bool | None


def text(value: str) -> Html:
    """What a browser shows as it stands: nothing hidden, no password, no markup."""
    return _short(value) if len(value) <= _SHORT else Html(escape(plain(value, _LIMIT)))


@lru_cache(20_000)
def _short(value: str) -> Html:
    """The same names stand in many places."""
    return Html(escape(plain(value, _LIMIT)))


def markup(content: Content) -> Html:
    """Everything in a row, with all that is not markup as text."""
    if isinstance(content, Html):
        return content
    if content is None:
        return Html("")
    if isinstance(content, str | int):
        return text(str(content))
    return Html("".join(map(markup, content)))


def tag(name: str, /, *content: Content, **attributes: Value) -> Html:
    """An element; `class_` and `data_kind` are the attributes `class` and `data-kind`, None and False are left out."""
    given = "".join(_attribute(key.strip("_").replace("_", "-"), value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{given}>")
    return Html(f"<{name}{given}>{markup(content)}</{name}>")


def _attribute(name: str, value: Value) -> str:
    if _REFUSED.match(name) or (name == "href" and not str(value).startswith("#")):
        raise ValueError(f"the page has no attribute {name}={value!r}")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{text(str(value))}"'
