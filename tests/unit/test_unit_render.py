"""What is written: hostile names cannot act in a terminal, and JSON is ASCII."""

import io
import json
import time

import pytest
from rich.console import Console

from alembic_proof.findings import Basis, Finding, Severity
from alembic_proof.render import json_report, terminal
from alembic_proof.render.text import one_line, visible
from alembic_proof.report import Facts, Report, RevisionResult

HOSTILE = [
    "\x1b[2J", "\x1b]0;title\x07", "a\rb", "a\x00b", "\x9b31m", "\u202eevil\u202c", "\u2066x\u2069", "\u200ex\u200f",
    "\ufeff", "[bold red]x[/]", "[/]", ":smile:", "::error::x", "<script>", "a\tb", "é", "\U0001f600", "'; --",
]  # fmt: skip
ACTIVE = [chr(c) for c in (*range(9), *range(11, 32), 127, *range(128, 160), 0x200E, 0x200F, *range(0x202A, 0x202F))]


def report(text: str) -> Report:
    finding = Finding(
        "upgrade/fails",
        Severity.ERROR,
        Basis.OBSERVED,
        f"message {text}",
        f"hint {text}",
        revision=text,
        file=f"versions/{text}.py",
        line=3,
        object=text,
        details=(f"detail {text}",),
        sql=f"SELECT {text}",
        mend=f"op.f({text})",
    )
    revision = RevisionResult(text, text, text, "ok", "failed", "not run", 0.1, 1)
    accepted = Finding("x/y", Severity.ERROR, Basis.OBSERVED, text, revision=text, accepted=text)
    facts = Facts("PostgreSQL 18", "embedded", text, text, text, (text,))
    return Report((finding, accepted), (revision,), (text,), (text,), facts, 1.0)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_the_terminal_shows_names_and_obeys_none(text: str) -> None:
    """No control or direction character gets through, and no mark-up is read."""
    out = terminal.render(report(text))
    assert not [c for c in ACTIVE if c in out]
    if text.isprintable() and text.isascii():
        assert f"message {text}" in out


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_colour_is_ours_alone(text: str) -> None:
    """On a terminal, the only escapes are those that begin a colour."""
    console = Console(file=io.StringIO(), force_terminal=True, width=200, color_system="standard", highlight=False)
    terminal.render(report(text), console)
    out = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b[2J" not in out
    assert "\x1b]" not in out
    assert "\x07" not in out


@pytest.mark.parametrize("text", [*HOSTILE, "\ud800", "😀\udfff"], ids=ascii)
def test_json_is_ascii_and_can_be_read_back(text: str) -> None:
    """Whatever the names are."""
    out = json_report.render(report(text))
    assert out.isascii()
    data = json.loads(out)
    assert [f["rule"] for f in data["findings"]] == ["upgrade/fails", "x/y"]
    assert data["findings"][0]["object"] == text


def test_json_has_what_is_promised() -> None:
    """The contract of the format."""
    data = json.loads(json_report.render(report("x")))
    assert data["schema_version"] == 1
    assert data["verdict"] == "findings"
    assert data["counters"] == {"revisions": 1, "error": 1, "warning": 0, "info": 0, "accepted": 1}
    promised = {"rule", "severity", "basis", "revision", "direction", "file", "line", "object", "message", "hint"}
    assert promised <= data["findings"][0].keys()
    assert data["findings"][0]["severity"] == "error"
    assert data["findings"][0]["basis"] == "observed"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://app:s3cret@db/x", "postgresql://app:***@db/x"),
        ("postgresql+asyncpg://app:s3cret@db:5432/x?y=1", "postgresql+asyncpg://app:***@db:5432/x?y=1"),
        ("see redis://:s3cret@cache/0 now", "see redis://:***@cache/0 now"),
        ("postgresql://app:s3c:ret@db/x", "postgresql://app:***@db/x"),
        ("postgresql://app:s3c/ret@db/x", "postgresql://app:***@db/x"),
        ("postgresql://app:s3c@ret@db/x", "postgresql://app:***@db/x"),
        ("postgresql://db/x?user=app&password=s3cret", "postgresql://db/x?user=app&password=***"),
        ("host=db password=s3cret dbname=x", "host=db password=*** dbname=x"),
        ("CREATE ROLE app PASSWORD 's3cret'", "CREATE ROLE app PASSWORD '***'"),
        ("postgresql://app@db/x", "postgresql://app@db/x"),
        ("https://example.com/a@b", "https://example.com/a@b"),
        ("job:12@x", "job:12@x"),
    ],
)
def test_passwords_are_blotted(text: str, shown: str) -> None:
    """In URLs, connection strings and statements; nothing else is touched."""
    assert visible(text) == shown


def test_passwords_do_not_reach_any_field_of_the_report() -> None:
    """Neither the terminal nor JSON."""
    secret = "postgresql://app:s3cret@db/x"
    assert "s3cret" not in terminal.render(report(secret))
    assert "s3cret" not in json_report.render(report(secret))


def test_line_feeds_of_a_message_are_kept_and_others_spelt_out() -> None:
    """A message of several lines stays one."""
    assert visible("a\nb\tc\x08") == "a\nb\tc\\x08"


def test_one_line_folds_and_cuts() -> None:
    """White space folded, an ellipsis at the limit."""
    assert one_line("a\n  b\t c") == "a b c"
    assert one_line("x" * 20, 10) == "x" * 9 + "…"
    assert len(one_line("x" * 10, 10)) == 10


def test_the_verdict_is_the_last_line() -> None:
    """Clean, counted, or not verified."""
    assert terminal.render(Report(seconds=1.25)).splitlines()[-1] == "clean: 0 revisions in 1.2 s"
    assert terminal.render(report("x")).splitlines()[-1] == "1 error: 1 revision in 1.0 s"
    assert terminal.render(Report(incomplete="it stopped")).splitlines()[-1] == "could not verify: it stopped"


def test_a_hint_is_said_once() -> None:
    """Twelve findings of a rule do not repeat its way out."""
    same = Finding("upgrade/fails", Severity.ERROR, Basis.OBSERVED, "m", "the way")
    assert terminal.render(Report((same, same, same))).count("way out: the way") == 1


def test_many_details_are_cut_and_counted() -> None:
    """The rest is in the JSON."""
    found = Finding("x/y", Severity.ERROR, Basis.OBSERVED, "m", details=tuple(f"d{n}" for n in range(15)))
    out = terminal.render(Report((found,)))
    assert "d11" in out
    assert "d12" not in out
    assert "… and 3 more" in out


def test_a_mend_is_shown_line_by_line() -> None:
    """As it would be pasted into a revision."""
    found = Finding("x/y", Severity.ERROR, Basis.OBSERVED, "m", mend="op.a(\n  1)\nop.b()")
    assert "  mended by:\n    op.a(\n      1)\n    op.b()\n" in terminal.render(Report((found,)))


def test_a_long_history_shows_only_what_failed() -> None:
    """The rest is counted."""
    results = [RevisionResult(f"r{n}", "", "", "ok", "ok", "ok", 0, 1) for n in range(30)]
    results.append(RevisionResult("bad", "", "", "ok", "failed", "not run", 0, 1))
    out = terminal.render(Report(revisions=tuple(results)))
    assert "bad" in out
    assert "r7" not in out
    assert "30 more revisions" in out


def test_a_placeholder_is_no_password() -> None:
    """Our own examples are shown as they are."""
    assert visible("postgresql://user:password@localhost/x") == "postgresql://user:password@localhost/x"


@pytest.mark.parametrize("text", ["x://a:", "://a:@", "password '", "password=", "passwords", "a''", "://"])
def test_five_megabytes_take_no_longer_than_their_length(text: str) -> None:
    """Whatever comes again and again in them."""
    began = time.process_time()
    visible(f"password '{text * (5_000_000 // len(text))}")
    assert time.process_time() - began < 5
