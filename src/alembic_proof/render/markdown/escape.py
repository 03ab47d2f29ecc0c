"""Text from the project made into Markdown that stays text: no markup, no link, no mention, no picture.

Names, paths and SQL become code, in which GitHub and GitLab look for nothing. In sentences, what would start a link or
notify somebody is broken by a space without width, as bots that quote release notes do it; a backslash or an entity
alone does not help, since mentions are looked for in the text that is left after Markdown.
"""

from __future__ import annotations

import re

from alembic_proof.render.text import visible

# separators of lines, more marks of direction, what cannot be written as UTF-8, and what nobody sees
_HIDDEN = re.compile("[\u2028\u2029\u061c\u00ad\u200b\u2060-\u2065\ud800-\udfff\U000e0000-\U000e007f]")
# read beyond a cut, so that a password that the cut would halve is still seen as one
_BEYOND = 4096
_BREAK = "\u200b"
_LIVE = re.compile(
    r"@(?=\w)|[#!~$%&](?=\d)|\bgh-(?=\d)|:(?=//)|\bwww(?=\.)|\b(?:mailto|xmpp):|:(?=[\w+-]+:)", re.IGNORECASE
)
_ENTITIES = {c: f"&#{ord(c)};" for c in "&<>`|$\\*[]~"}
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
# at the start of a line a heading, a list or a rule
_STARTS = re.compile(r"[#+=-]|\d+[.)]")
# GitHub links what could be a commit, and revision ids look like one
_HASH = re.compile(r"(?<![\w#&])(?=[a-f]*\d)[0-9a-f]{7,40}(?!\w)")


def plain(text: str, limit: int) -> str:
    """Nothing hidden, no password, at most `limit` characters; line feeds are kept."""
    told = _spelt(text[: limit + _BEYOND])
    return told if len(told) <= limit and len(text) <= limit + _BEYOND else told[: limit - 1] + "…"


def _spelt(text: str) -> str:
    return _HIDDEN.sub(lambda m: f"\\u{ord(m[0]):04x}", visible(text))


def flat(text: str, limit: int) -> str:
    """The same in one line."""
    return " ".join(plain(text, limit).split())


def code(text: str, limit: int = 160) -> str:
    """A span of code that holds whatever it is, also in a table."""
    return span(flat(text, limit))


def span(text: str) -> str:
    """One line of plain text as code; with a pipe in it as HTML, since tables split code at pipes."""
    if "|" in text or not text:
        return tagged(text)
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def tagged(text: str) -> str:
    """As `<code>`, for where Markdown is not read, and for where it is read, too."""
    return f"<code>{_entities(text)}</code>"


def markup(text: str) -> str:
    """One line of plain text for where Markdown is not read, as in the line of `<details>` that one clicks on."""
    last, parts = 0, []
    for found in _HASH.finditer(text):
        parts += [_entities(text[last : found.start()]), tagged(found[0])]
        last = found.end()
    return "".join([*parts, _entities(text[last:])])


def _entities(text: str) -> str:
    inert = _LIVE.sub(lambda m: m[0] + _BREAK, text)
    return re.sub(r"[!-/:-@\[-`{-~]|\u200b", lambda m: f"&#{ord(m[0])};", inert)


def prose(text: str, limit: int = 600) -> str:
    """A sentence in one line: what stands between backticks becomes code, the rest is text only."""
    parts = flat(text, limit).split("`")
    if len(parts) % 2 == 0 or "" in parts[1:-1:2]:
        parts = ["`".join(parts)]
    told = "".join(span(part) if n % 2 else _words(part) for n, part in enumerate(parts))
    return f"&#8203;{told}" if _STARTS.match(told) else told


def _words(text: str) -> str:
    inert = _LIVE.sub(lambda m: m[0] + _BREAK, text)
    escaped = "".join(_ENTITIES.get(c, c) for c in inert)
    escaped = _UNDERSCORE.sub("&#95;", escaped).replace(_BREAK, "&#8203;")
    return _HASH.sub(lambda m: f"`{m[0]}`", escaped)


def fence(text: str, language: str = "", lines: int = 40, width: int = 400) -> str:
    """A block of code, its fence longer than any run of backticks in it; cut between lines, with the cut told."""
    told = [line if len(line) <= width else line[: width - 1] + "…" for line in _split(text, lines, width)]
    longest = max((len(run) for line in told for run in re.findall("`+", line)), default=0)
    ticks = "`" * max(3, longest + 1)
    return "\n".join([f"{ticks}{language}", *told, ticks])


def _split(text: str, lines: int, width: int) -> list[str]:
    """No line hides those after it, however long it is."""
    every = text.strip("\n").split("\n")
    shown = "\n".join(line[: width + _BEYOND] for line in every[:lines])
    left = [f"… {len(every) - lines:,} more lines"] if every[lines:] else []
    return [*_spelt(shown).split("\n"), *left]
