"""Markdown for a comment: nothing of the project is markup, and nothing is too long."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hostile import HOSTILE, hostile
from markdown_it import MarkdownIt
from markdown_it.token import Token
from safety_help import ACCOUNT, blocked, ran, touched

from alembic_proof.compat.table import Cell, Compatibility
from alembic_proof.effects import Broken, Estimate
from alembic_proof.findings import Basis, Finding, Severity
from alembic_proof.render import markdown
from alembic_proof.render.markdown.escape import code, fence, prose
from alembic_proof.render.markdown.fit import utf16
from alembic_proof.report import Facts, Report, RevisionResult
from alembic_proof.trace import Measured, Passage, Statement

GOLDEN = Path(__file__).parent / "golden" / "small.md"
UPDATE = "ALEMBIC_PROOF_UPDATE_GOLDEN"
OURS = re.compile(r"</?details>|</?summary>|<br>|</?code>|<!-- alembic-proof:report [^<>]* -->")
LIVE = re.compile(r"@\w|#\d|://|\bwww\.|\bgh-\d|\b[0-9a-f]{7,40}\b|:\w+:", re.IGNORECASE)
# what an empty name leaves out changes the shape of the page
NAMES = [text for text in HOSTILE if text.strip("\ufeff\u200b\u2060 ")]


def finding(number: int = 0, severity: Severity = Severity.ERROR, text: str = "x", **more: Any) -> Finding:
    return Finding(
        more.pop("rule", "lock/no-timeout"), severity, Basis.OBSERVED, f"{text} number {number}", f"way {text}",
        revision=text, file=f"versions/{text}.py", line=number + 1, object=text, details=(f"detail {text}", text),
        sql=f"SELECT {text}", mend=f"op.f(\n{text}\n)", **more,
    )  # fmt: skip


def report(text: str = "x", findings: int = 1) -> Report:
    """With something in every section, and `text` in every field."""
    broken = Broken("old", ACCOUNT, "insert", f"INSERT {text}", "23502", text)
    estimate = Estimate(text, text, text, 5, 109.0, 2e-6, 1_000_000)
    statements = (ran(text, rows=(touched(text, inserted=3),), proofs=(text,)), Statement(text, text, 3, None))
    measured = Measured(text, (Passage(text, ok=True, rows="plain", statements=statements),), estimates=(estimate,))
    return Report(
        (*(finding(n, text=text) for n in range(findings)), finding(text=text, accepted=text)),
        (RevisionResult(text, text, text, "ok", "failed", "not run", 0.1, 1),),
        (text,), (text,), Facts("PostgreSQL 18.1", text, text, text, text, (text,)), 1.0,
        measured=measured, compatibility=Compatibility(Cell("breaks 1", (broken,)), Cell(f"not looked at: {text}")),
    )  # fmt: skip


MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(text: str) -> list[Token]:
    """All, those within lines, too."""
    found = MARKDOWN.parse(text)
    return [t for token in found for t in (token, *(token.children or ()))]


def shape(text: str) -> list[str]:
    """What a page is made of, without the words."""
    found = (t for t in tokens(text) if t.type not in ("text", "inline", "code_inline", "html_inline"))
    return [f"{t.type} {OURS.sub('', t.content) if t.type == 'html_block' else ''}" for t in found]


def test_nothing_of_the_project_is_markup() -> None:
    """The page has the same parts as with a harmless name, no tag but ours, no link, nobody is called."""
    harmless = [part for part in shape(markdown.render(report())) if "html_block" not in part]
    for text in NAMES:
        out = markdown.render(report(text))
        assert [part for part in shape(out) if "html_block" not in part] == harmless, text
        assert_inert(out)


def test_nothing_of_a_pull_request_is_markup() -> None:
    """In a review, too."""
    for text in HOSTILE:
        assert_inert(markdown.render(hostile(text)))


def assert_inert(out: str) -> None:
    """No tag but ours, no link, no picture; outside of code nothing that calls somebody or leads somewhere."""
    told = tokens(out)
    inside = 0
    for token in told:
        if token.type in ("html_block", "html_inline"):
            assert not re.search(r"<(?!\s)", re.sub(r"<summary>[^<]*</summary>", "", OURS.sub("", token.content)))
        if token.type == "html_inline":
            inside += (token.content == "<code>") - (token.content == "</code>")
        text = token.content.replace("18.1", "")
        assert token.type != "text" or inside or not LIVE.search(text), text
    assert not {"link_open", "image"} & {t.type for t in told}
    assert inside == 0


def test_a_name_is_read_as_it_is_in_code() -> None:
    """Also with backticks and pipes in it, alone and in a table."""
    for text in HOSTILE:
        shown = MarkdownIt().render(f"x {code(text)} y")
        assert shown.count("<code>") == shown.count("</code>") == 1, text
        assert MARKDOWN.render(f"| a |\n| - |\n| {code(text)} |").count("<td>") == 1, text
        assert "\n" not in code(text) + prose(text), text


def test_a_fence_holds_what_is_in_it() -> None:
    """However many backticks there are."""
    for text in HOSTILE:
        kinds = [t.type for t in MarkdownIt().parse(fence(text, "sql") + "\n\nafter")]
        assert kinds[:2] == ["fence", "paragraph_open"], text


def test_pipes_and_backticks_of_a_name_are_shown() -> None:
    """Nothing is dropped to be safe."""
    assert "<code>a|b\\</code>" in MarkdownIt().render(code("a|b\\"))
    assert "<code>a`b</code>" in MarkdownIt().render(code("a`b"))
    assert prose("`public.order_line` has no_such column") == "`public.order_line` has no_such column"


def test_no_long_line_hides_those_after_it() -> None:
    """It is cut, and the next one told; of too many, the number."""
    assert fence("x" * 9_000 + "\nDROP TABLE a").split("\n")[2] == "DROP TABLE a"
    assert fence("a\n" * 50, lines=40).split("\n")[-2] == "… 10 more lines"


def test_passwords_are_blotted() -> None:
    """In every field, also where a cut would halve them."""
    assert "s3cret" not in markdown.render(report("postgresql://app:s3cret@db/x"))
    assert "s3cret" not in code("x" * 150 + "postgresql://app:s3cret@db/x")


def test_five_thousand_findings_stay_below_the_limit() -> None:
    """With the verdict and the worst first, the rest counted, and what is missing named."""
    few = [finding(n, text=f"bad{n}") for n in range(3)]
    many = [finding(n, Severity.WARNING, f"w{n}", rule=f"rule/{n % 30}") for n in range(5_000)]
    out = markdown.render(Report((*many, *few)))
    assert utf16(out) <= 20_000
    assert "## Migrations: 3 errors and 5,000 warnings in 0 revisions" in out
    assert all(f"bad{n} number" in out for n in range(3))
    assert "more:**" in out
    assert "findings (shortened)" in out


@pytest.mark.parametrize("limit", [1_000, 2_000, 5_000, 20_000, 65_536])
@pytest.mark.parametrize(
    "text", ["x", "😀|" * 300, "@a#1|" * 5_000, "\n".join("`" * n for n in range(200))], ids=range(4)
)
def test_no_limit_is_exceeded_and_nothing_cut_through(limit: int, text: str) -> None:
    """Every tag and fence that is opened is closed, and the verdict stays."""
    out = markdown.render(report(text, 40), limit)
    assert utf16(out) <= limit
    assert "## Migrations: 40 errors in 1 revision" in out
    blocks = "".join(t.content for t in tokens(out) if t.type == "html_block")
    assert blocks.count("<details>") == blocks.count("</details>") == blocks.count("</summary>")
    assert all(set(line) <= {"|"} or line.endswith("|") for line in out.split("\n") if line.startswith("| "))
    assert out.startswith("<!-- alembic-proof:report key=default digest=")


def test_a_small_report_loses_nothing() -> None:
    """No word of shortening."""
    assert "To keep this short" not in markdown.render(report())


def test_the_summary_of_a_job_has_more_and_stays_below_its_limit() -> None:
    """In bytes."""
    whole = replace(report("é" * 60), findings=tuple(finding(n, text="é" * 60) for n in range(5_000)))
    out = markdown.summary(whole)
    assert 65_536 < len(out.encode()) < 1_048_576
    assert len(markdown.summary(whole, 30_000).encode()) < 30_000
    assert all(f"number {n}" in markdown.summary(report(findings=60)) for n in range(60))


def test_the_same_report_gives_the_same_text() -> None:
    """And the digest stays where only the time differs."""
    assert markdown.render(report()) == markdown.render(report())
    assert markdown.marker(report()) == markdown.marker(replace(report(), seconds=9.0))
    assert markdown.marker(report()) != markdown.marker(report("y"))


def test_the_marker_tells_environments_apart_and_is_a_comment_whatever_the_key() -> None:
    """A key of the project cannot end it."""
    line = markdown.marker(report(), "a --> <b>\nx--y")
    assert " key=a_-_b_x-y " in line
    assert line.count("-->") == 1


def test_an_empty_report_says_so() -> None:
    """In a few lines."""
    out = markdown.render(Report())
    assert "## Migrations: nothing found in 0 revisions" in out
    assert len(out) < 800


def test_an_incomplete_report_is_no_clean_one() -> None:
    """Why, at the top, and what was found before."""
    out = markdown.render(replace(report(), incomplete="the server `x` went @away"))
    assert (
        out.index("could not verify")
        < out.index("**It stopped:** the server `x` went @&#8203;away")
        < out.index("number 0")
    )
    assert "nothing found" not in markdown.render(Report(incomplete="x"))


def test_a_rule_links_to_its_page_where_pages_are_known() -> None:
    """And only where there is one."""
    two = Report((finding(), finding(rule="made/up")))
    assert "[`lock/no-timeout`](https://x.example/lock/no-timeout.md)" in markdown.render(
        two, pages="https://x.example"
    )
    assert "made/up.md" not in markdown.render(two, pages="https://x.example")
    assert "](" not in markdown.render(two)


def test_the_small_report_looks_like_this() -> None:
    """Rewritten by ALEMBIC_PROOF_UPDATE_GOLDEN=1 only."""
    out = markdown.render(small(), pages="https://docs.example/rules")
    if os.environ.get(UPDATE):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(out, "utf-8")
    assert out == GOLDEN.read_text("utf-8"), f"{UPDATE}=1 rewrites it"


def small() -> Report:
    found = (
        Finding("schema/x", Severity.INFO, Basis.REPORTED, "`public.account` has no comment", object=ACCOUNT),
        Finding("lock/default-rewrites-table", Severity.ERROR, Basis.OBSERVED,
            "`public.account` is rewritten while reads and writes wait",
            "add the column without a default, then fill it",
            revision="3c1d9be0a1f2", file="migrations/versions/3c1d_add.py", line=14, object=ACCOUNT,
            details=("AccessExclusiveLock on public.account", "1 of 2 statements"),
            sql="ALTER TABLE account ADD COLUMN seen timestamptz DEFAULT clock_timestamp()",
            mend='op.add_column("account", sa.Column("seen", sa.DateTime()))'),
        Finding("lock/no-timeout", Severity.WARNING, Basis.PROVEN, "no `lock_timeout` is in force",
            "SET lock_timeout", revision="3c1d9be0a1f2", file="migrations/versions/3c1d_add.py", line=14),
        Finding("schema/column-order", Severity.WARNING, Basis.OBSERVED, "order", revision="a", accepted="later|7"),
    )  # fmt: skip
    statements = (
        ran("ALTER TABLE account ADD COLUMN seen timestamptz DEFAULT clock_timestamp()", rewritten=(ACCOUNT,)),
        ran("UPDATE account SET seen = now()", "UPDATE", locks=(), blocked=(blocked(),), rows=(touched(updated=7),)),
    )
    passages = (Passage("3c1d9be0a1f2", ok=True, statements=statements), Passage("b7", ok=True))
    estimate = Estimate(ACCOUNT, statements[0].sql, None, 14, 109.0, 2.2e-6, 5_000_000)
    broken = Broken("old", ACCOUNT, "insert", "INSERT INTO account (id) VALUES (1)", "23502", "no `seen`")
    return Report(
        found,
        (RevisionResult("3c1d9be0a1f2", "add seen | <b>", "a.py", "ok", "failed", "not run", 0.1, 2),
         RevisionResult("b7", "merge", "b.py", "ok", "ok", "ok", 0.1, 0)),
        ("the downgrade of 1 revision(s) was not run: b7",), ("cast: (a AS b)",),
        Facts("PostgreSQL 18.1", "container", "ALEMBIC_PROOF_POSTGRES asks for it", "migrations/versions", "asyncpg",
            ("DATABASE_URL",)), 12.34,
        measured=Measured("since origin/main", passages, estimates=(estimate,)),
        compatibility=Compatibility(Cell("breaks 1", (broken,))),
    )  # fmt: skip
