"""Annotations on GitHub: read back as the runner reads them, no line is a command that we did not write."""

import re
from pathlib import Path

import pytest
from ci_reports import HOSTILE, finding, hostile, many

from alembic_proof.findings import Severity
from alembic_proof.render import RENDERERS
from alembic_proof.report import Report

COMMAND = re.compile(r"::(error|warning|notice) ((?:(?:file|line|title)=[^,:\r\n]+,?)+)::([^\r\n]*)")


def _data(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def read(report: Report) -> list[tuple[str, dict[str, str], str]]:
    """Kind, properties and message of each line; nothing else may stand there."""
    out = RENDERERS["github"](report)
    out.encode("utf-8")
    found = []
    for line in re.split(r"\r\n|\r|\n", out.removesuffix("\n")) if out else []:
        match = COMMAND.fullmatch(line)
        assert match, line
        pairs = (pair.partition("=") for pair in match[2].split(","))
        told = {key: _data(value.replace("%3A", ":").replace("%2C", ",")) for key, _, value in pairs}
        found.append((match[1], told, _data(match[3])))
    return found


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_texts_make_no_command(text: str) -> None:
    """One line each, whatever the names are; no password is told."""
    found = read(hostile(text))
    assert [kind for kind, _, _ in found] == ["error", "error", "warning"]
    assert found[1][1]["title"] == "upgrade/fails"
    assert "s3cret" not in RENDERERS["github"](hostile(text))


def test_what_is_escaped_is_read_back() -> None:
    """Percent signs, line feeds, colons and commas."""
    text = "50%0A, a:b\n::error::c"
    ((kind, told, message),) = read(Report((finding(message=text, file="v/a,b:%.py", line=7, hint="h"),)))
    assert (kind, told) == ("error", {"file": "v/a,b:%.py", "line": "7", "title": "upgrade/fails"})
    assert message == f"{text}\nway out: h"


def test_a_finding_without_a_file_has_no_place() -> None:
    """GitHub shows it at the run."""
    ((_, told, _),) = read(Report((finding(line=3),)))
    assert told == {"title": "upgrade/fails"}


def test_of_many_the_worst_are_shown_and_the_rest_counted() -> None:
    """Ten of each kind, and the line about the rest is a notice itself."""
    found = read(Report((*many(30, Severity.INFO), *many(6000), *many(11, Severity.WARNING))))
    assert [kind for kind, _, _ in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert found[-1][2] == "not shown here: 5990 error, 1 warning, 21 info; --format json=PATH has all"


def test_as_many_as_there_is_room_for_are_all_shown() -> None:
    """Nothing is said of a rest."""
    found = read(Report((*many(10), *many(10, Severity.WARNING), *many(10, Severity.INFO))))
    assert len(found) == 30
    assert all(told["title"] == "lock/reindex" for _, told, _ in found)


def test_an_unfinished_run_is_the_first_of_ten_errors() -> None:
    """It is never left out."""
    found = read(Report(many(12), incomplete="no server"))
    assert [kind for kind, _, _ in found] == ["error"] * 10 + ["notice"]
    assert found[0][2] == "no server"
    assert found[-1][2].startswith("not shown here: 3 error;")


def test_nothing_is_said_of_what_is_accepted() -> None:
    """A clean report is an empty text."""
    assert RENDERERS["github"](Report((finding(accepted="they know"),))) == ""


@pytest.mark.parametrize("name", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_files_are_named_from_the_top_of_the_checkout_also_in_a_folder_below(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "backend").mkdir()
    monkeypatch.chdir(tmp_path / "backend")
    found = finding(file=str(tmp_path / "backend" / "versions" / "a1.py"), line=3)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert read(Report(findings=(found,)))[0][1]["file"] == "versions/a1.py"
    monkeypatch.setenv(name, str(tmp_path))
    assert read(Report(findings=(found,)))[0][1]["file"] == "backend/versions/a1.py"
