"""Names that mean harm, and a report that has one of them wherever a project, or a pull request, can put a text."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from review_sample import sample

from alembic_proof.report import Report

SECRET = "postgresql://app:s3cret@db/x"
HOSTILE = [
    # Markdown
    "a | b", "a \\| b", "|", "a`b", "``", "```\n# out\n```", "~~~\n# out", "`````", "`|`", "\\`x`", "a\\", "` ` `",
    "**bold** __bold__ *a* _a_ ~~s~~", "# heading", "- item", "1. item", "+ item", "===", "> quote", "---", "[^1]: x",
    "\n\n# heading\n\n", "a\r\n\r\n# heading", "\u2028# heading", "$x$ $`x`$", "\tcode", "    code", "`a``b`",
    "`a` b `c|d` e", "a\n```", "op.x(\n````\n)", "    \n```", "{{ x }}", ":smile:",
    # what calls somebody or leads somewhere
    "@octocat please", "`@octocat", "see #123 and GH-12, o/r#7, !5", "1234567abcdef", "https://evil.example/x",
    "www.evil.example", "me@evil.example", "[x](https://evil.example)", "![x](https://evil.example/i.png)",
    "[x]: https://evil.example", "<https://evil.example>", "[x](javascript:alert(1))", "javascript:alert(1)",
    # HTML, XML, Mermaid
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "</details>", "<details>", "</style>",
    "</title>", "</summary><img src=x onerror=y>", "<!--", "-->", "</code>", "&lt;b&gt;", "]]>", "<![CDATA[",
    '" onload="x', "' x='", "<svg onload=alert(1)>", "%%{init: {}}%%", "erDiagram", 't1["x"]', "%}",
    # commands of a log
    "::error::x", "\n::error file=a.py::x", "%0A::error::x", "a\r::stop-commands::x", "##[add-path]/x", "x\n##[group]y",
    # what is not seen, or seen where it is not
    "\u202eevil\u202c", "\u2066x\u2069", "\u200ex\u200f", "\u061cx", "\ufeff\u200b\u2060", "\x1b[2J", "\x1b]0;t\x07",
    "\x9b31m", "\x00", "a\x00b", "\x85x", "\ud800", "😀\udfff", "\uffff", "😀" * 40, "é", "e\u0301", "ﬁ", "x" * 63,
    "名" * 21, "[bold red]x[/]", "[/]", "", " ", "../..", "a:b", "a,b:c", "'; --",
    SECRET, f"[x]({SECRET})", f"password='{SECRET}'", "host=db password=s3cret", "ALTER ROLE a PASSWORD 's3cret'",
]  # fmt: skip
# what no output may have, in whatever form: controls but line feed and tab, and marks that turn the direction of text
ACTIVE = frozenset(
    chr(c)
    for c in (
        *(*range(9), *range(11, 32), *range(127, 160), 0x061C, 0x200E, 0x200F),
        *(*range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF),
    )
)
# fields that hold a word of ours, and no text of the project
_WORDS = frozenset({
    *("change", "mode", "rows", "upgrade", "downgrade", "again", "way_back", "keys", "operations", "code", "stage"),
    *("direction", "how", "severity", "basis", "verdict", "kind"),
})  # fmt: skip


def hostile(text: str) -> Report:
    """The sample with the text in every field of it, and in those that it leaves empty."""
    report = _with(sample(), text)
    assert isinstance(report, Report)
    return replace(report, incomplete=text)


def _with(value: Any, text: str) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        return text
    if isinstance(value, tuple):
        return tuple(_with(part, text) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _field(value, f.name, text) for f in fields(value) if f.init})
    return value


def _field(value: Any, name: str, text: str) -> Any:
    held = getattr(value, name)
    return held if name in _WORDS and not is_dataclass(held) and not _is_of_values(held) else _with(held, text)


def _is_of_values(held: Any) -> bool:
    return isinstance(held, tuple) and any(is_dataclass(part) for part in held)
