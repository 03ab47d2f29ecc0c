"""Whatever a pull request's run wrote: a reader of Markdown finds no mention, link, picture or HTML in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from alembic_proof.post.inert import inert

BARE = {"details", "summary", "br", "code", "b", "sub", "kbd"}
OF_MARKDOWN = {"p", "h1", "h2", "h3", "em", "strong", "ul", "ol", "li", "blockquote", "hr", "pre", "s"} | {
    *("table", "thead", "tbody", "tr", "th", "td")
}
# `&#64;` in a span of code stays what it is
LIVE = re.compile(r"@\w|(?<!&)#\d|\bgh-\d|://|\bwww\.|\b(?:mailto|xmpp):[^\s\u200b]", re.IGNORECASE)


class Seen(HTMLParser):
    """What a browser would get: tags with attributes, and the text outside of blocks of code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.depth = 0
        self.feed(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += "\n"  # GitHub looks at each text between tags by itself
        self.attributes += [a for a in attrs if a[0] != "class" and a != ("start", a[1])]
        self.depth += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        self.tags.add(tag)
        self.text += "\n"
        self.depth -= tag == "pre"

    def handle_data(self, data: str) -> None:
        self.text += data if not self.depth else "\n"

    def handle_comment(self, data: str) -> None:
        self.tags.add("!--")

    def handle_decl(self, decl: str) -> None:
        self.tags.add("!")

    def handle_pi(self, data: str) -> None:
        self.tags.add("?")


def assert_inert(text: str) -> None:
    seen = Seen(inert(text))
    assert seen.tags <= BARE | OF_MARKDOWN
    assert seen.attributes == []
    assert not LIVE.search(seen.text), LIVE.search(seen.text)


HOSTILE = (
    "@victim @org/team",
    "&#64;victim &#x40;victim &commat;victim \\@victim",
    "`@victim` ``@victim``",
    "see #12, shop/shop#12, gh-12, &#35;12",
    "https://evil.example http:&#47;/evil.example https&colon;//evil.example www.evil.example www&period;evil.example",
    "[click](https://evil.example) [click][x] [click]",
    "[x]: https://evil.example",
    "[^1]: a note",
    "![beacon](https://evil.example/x.png) ![x]",
    "<https://evil.example> <mailto:a@b.example>",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<a href='https://evil.example'>x</a>",
    "<details open ontoggle=alert(1)>",
    "<details><summary>x</summary>",
    "</details>",
    "<!-- alembic-proof:report key=default digest=0123456789abcdef format=1 -->",
    "<!--",
    "-->",
    "<![CDATA[ x ]]> <?php x ?> <!DOCTYPE x>",
    "<pre>",
    "<code>",
    "`",
    "``",
    "```",
    "```sql",
    "```sql @victim",
    "```mermaid",
    "   ```",
    "````",
    "~~~",
    "~~~~ sql",
    "> ```",
    "- ```",
    "1. x",
    "  ```",
    "    @victim",
    "\t@victim",
    "> @victim",
    "| a | b |\n|---|---|\n| `@victim | ` |",
    "",
    "erDiagram\n%%{init: {}}%%",
    "\\",
    "\u2028@victim",
    "a\r@victim\r\nb",
    "\x00@victim",
    "&",
    "*@*victim",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_every_hostile_line_is_only_text(text: str) -> None:
    assert_inert(text)
    assert_inert(f"<details>\n{text}\n\n{text}")


@given(st.lists(st.sampled_from(HOSTILE), max_size=9))
@settings(max_examples=400, deadline=None)
def test_no_order_of_hostile_lines_is_more_than_text(lines: list[str]) -> None:
    assert_inert("\n".join(lines))


@given(st.text(alphabet="@#`~<>![](): /\\&;\n\t-|w.x164ahtps", max_size=60))
@settings(max_examples=400, deadline=None)
def test_no_row_of_signs_is_more_than_text(text: str) -> None:
    assert_inert(text)


def test_the_reader_of_these_tests_sees_what_is_live() -> None:
    for text in ("@victim", "&#64;victim", "`@victim", "https://evil.example"):
        assert LIVE.search(Seen(text).text)
    assert "script" in Seen("<script>x</script>").tags
    assert Seen("[x](https://evil.example)").attributes


def test_text_of_a_report_reads_as_before() -> None:
    text = (
        "## Migrations: 2 errors\n\n| errors | warnings |\n| --- | --- |\n| 2 | 0 |\n\n"
        "<details><summary>1 revision</summary>\n\nblocks `public.job`<br>\nfor long\n\n</details>"
    )
    assert inert(text) == text


def test_code_in_a_fence_is_left_as_it_is() -> None:
    text = "SELECT 'a@b.example', '#1', '<b>' -- https://x"
    assert f"\n```sql\n{text}\n```\n" in inert(f"x\n\n```sql\n{text}\n```\n\ny")


def test_a_fence_in_another_language_is_plain_text() -> None:
    for opening in ("```math", "```suggestion", "```geojson", "```mermaid\ngraph TD"):
        assert "\n```text\n" in inert(f"{opening}\nx\n```")
    assert "\n```mermaid\nerDiagram\n" in inert("```mermaid\nerDiagram\n  A\n```")


def test_a_fence_that_never_ends_is_ended() -> None:
    assert inert("```sql\nSELECT 1").rstrip("\n").endswith("\n```")


def test_orders_to_other_bots_are_broken_also_in_code() -> None:
    found = inert("/approve\n\n```sql\n/merge now\n  @bors r+\nSELECT '/x'\n```")
    assert not re.search(r"(?m)^\s*[/@]", found)
    assert "SELECT '/x'" in found


def test_a_whole_report_stays_as_it_is_but_for_empty_lines() -> None:
    """The committed one: what the renderer made inert already needs no more."""
    golden = Path(__file__).parents[1] / "golden" / "pull_request" / "report.md"
    text = golden.read_text("utf-8").partition("\n")[2]
    assert [line for line in inert(text).split("\n") if line] == [line for line in text.split("\n") if line]
