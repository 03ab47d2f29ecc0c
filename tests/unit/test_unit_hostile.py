"""Names that mean harm, in every field of a report and through every renderer."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hostile import ACTIVE, HOSTILE, SECRET, hostile
from markdown_it import MarkdownIt
from review_sample import sample
from rich.console import Console

from alembic_proof.render import RENDERERS, terminal
from alembic_proof.render.markdown import one_line
from alembic_proof.report import Report

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# a line feed or a tab in what a workflow reads would begin a new command
COMMAND = re.compile(r"::(error|warning|notice) [^\n]*::[^\n]*")


@pytest.mark.parametrize("name", RENDERERS)
def test_no_name_breaks_a_format_or_shows_a_password_or_what_is_not_seen(name: str) -> None:
    """No control character, none that turns the direction of text, and what reads the format can read it."""
    for text in HOSTILE:
        out = RENDERERS[name](hostile(text))
        assert not ACTIVE & set(out), f"{text!r}: {ACTIVE & set(out)}"
        assert "s3cret" not in out, text
        out.encode("utf-8")
        READ.get(name, str)(out)


@pytest.mark.parametrize("name", RENDERERS)
def test_five_megabytes_of_sql_are_told_in_seconds(name: str) -> None:
    """In long lines and in many; no password is left where it was cut."""
    began = time.process_time()
    out = RENDERERS[name](flooded(f"SELECT '{'x' * 2_000_000}'\n" + "1; -- ```\n" * 200_000 + f"{SECRET} " * 40_000))
    assert time.process_time() - began < 20
    assert "s3cret" not in out
    READ.get(name, str)(out)


def flooded(sql: str) -> Report:
    """The sample with a statement, a finding and an object that are as long as that."""
    report = sample()
    passage = report.measured.passages[0]
    statements = tuple(replace(s, sql=sql) for s in passage.statements)
    findings = (replace(report.findings[0], sql=sql, message=sql), *report.findings[1:])
    assert report.review is not None
    objects = (replace(report.review.objects[0], after=sql), *report.review.objects[1:])
    return replace(
        report,
        findings=findings,
        measured=replace(report.measured, passages=(replace(passage, statements=statements),)),
        review=replace(report.review, objects=objects),
    )


def read_markdown(out: str) -> None:
    """Paragraphs, tables, code and our own tags; no link, no picture, no tag of anybody else."""
    tokens = [t for token in MARKDOWN.parse(out) for t in (token, *(token.children or ()))]
    assert not {"link_open", "image"} & {t.type for t in tokens}
    opened = 0
    for token in tokens:
        if token.type in ("html_block", "html_inline"):
            assert not re.sub(OURS, "", token.content).count("<"), token.content
            opened += token.content.count("<details>") - token.content.count("</details>")
        assert token.type != "fence" or token.info in ("sql", "diff", "text", "python", "mermaid")
        assert token.type != "heading_open" or token.markup in ("##", "###")
    assert opened == 0


OURS = r"</?details>|</?summary>|<br>|</?code>|<!-- alembic-proof:report [^<>]* -->"


def read_terminal(out: str) -> None:
    """A runner reads commands at the start of a line after spaces, and the old ones anywhere."""
    assert not re.search(r"(?m)^\s*::", out)
    assert "##[" not in out


def read_commands(out: str) -> None:
    """Each line is one command of ours."""
    assert all(COMMAND.fullmatch(line) for line in out.splitlines())


def read_html(out: str) -> None:
    """Scripts and styles are ours alone: as many as of a harmless name, and no handler."""
    assert Tags(out).active == harmless()


@cache
def harmless() -> list[str]:
    """What runs or loads something in a page of names that mean nothing."""
    return Tags(RENDERERS["html"](hostile("x"))).active


class Tags(HTMLParser):
    """Elements that run or load something, and handlers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.active: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.active += [tag] if tag in ("script", "style", "img", "iframe", "object", "link", "base", "form") else []
        self.active += [name for name, _ in attrs if name.startswith("on")]
        values = [value for name, value in attrs if name in ("href", "src", "action")]
        self.active += [v for v in values if v and not v.startswith("#")]


READ: dict[str, Callable[[str], object]] = {
    "terminal": read_terminal,
    "markdown": read_markdown,
    "summary": read_markdown,
    "json": json.loads,
    "sarif": json.loads,
    "gitlab": json.loads,
    "junit": ET.fromstring,
    "github": read_commands,
    "html": read_html,
}


def test_each_format_has_somebody_who_reads_it() -> None:
    """So that a new one is not only looked at."""
    assert set(RENDERERS) <= set(READ)


def test_on_a_terminal_colour_is_ours_alone() -> None:
    """The only escapes are those that begin or end a colour."""
    for text in HOSTILE:
        console = Console(file=io.StringIO(), force_terminal=True, width=200, color_system="standard", highlight=False)
        terminal.render(hostile(text), console)
        out = re.sub(r"\x1b\[[0-9;]*m", "", console.file.getvalue())  # type: ignore[attr-defined]
        assert not ACTIVE & set(out), text
        read_terminal(out)


def test_the_one_line_of_a_branch_without_news_is_inert() -> None:
    """It has the commit in it, and nothing else."""
    for text in HOSTILE:
        line = one_line(hostile(text))
        assert "\n" not in line
        read_markdown(line)
