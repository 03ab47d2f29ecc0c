"""GitLab Code Quality: the shape that GitLab reads, one fingerprint an issue."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ci_reports import HOSTILE, finding, hostile, many

from alembic_proof.findings import Severity
from alembic_proof.render import RENDERERS
from alembic_proof.report import Report

ISSUE = {
    "type": "object",
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "additionalProperties": False,
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string", "minLength": 1},
        "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "properties": {
                "path": {"type": "string", "pattern": "^[^/]"},
                "lines": {"type": "object", "properties": {"begin": {"type": "integer", "minimum": 1}}},
            },
        },
    },
}


def issues(report: Report) -> list[dict[str, Any]]:
    out = RENDERERS["gitlab"](report)
    assert out.isascii()
    found: list[dict[str, Any]] = json.loads(out)
    jsonschema.validate(found, {"type": "array", "items": ISSUE})
    assert len({i["fingerprint"] for i in found}) == len(found)
    return found


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_texts_leave_it_valid(text: str) -> None:
    """Whatever the names are; no password is told."""
    assert [i["check_name"] for i in issues(hostile(text))] == ["could-not-verify", "upgrade/fails", "x/y"]
    assert "s3cret" not in RENDERERS["gitlab"](hostile(text))


def test_a_finding_is_told_with_place_and_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The path as from here."""
    monkeypatch.chdir(tmp_path)
    (issue,) = issues(Report((finding(file=str(tmp_path / "v/a1.py"), line=7, hint="correct it"),)))
    assert issue["description"] == "it fails\nway out: correct it"
    assert issue["location"] == {"path": "v/a1.py", "lines": {"begin": 7}}


def test_severities_worst_first() -> None:
    """An unfinished run is a blocker: an empty array would mean clean."""
    found = (*many(1, Severity.INFO), *many(1, Severity.WARNING), *many(1), finding(accepted="they know"))
    told = [i["severity"] for i in issues(Report(found, incomplete="no server"))]
    assert told == ["blocker", "critical", "minor", "info"]


def test_fingerprints_outlive_lines_and_differ_by_file() -> None:
    """Rule, revision, object and file; equal ones by their order."""
    first, second, third, moved = (
        issues(Report(tuple(finding(object="t", file=file, line=line) for file, line in places)))[-1]["fingerprint"]
        for places in ([("a.py", 1)], [("b.py", 1)], [("a.py", 1), ("a.py", 1)], [("a.py", 9)])
    )
    assert first == moved
    assert len({first, second, third}) == 3


def test_none_of_many_is_left_out() -> None:
    """And a clean report is an empty array."""
    assert len(issues(Report(many(6000)))) == 6000
    assert issues(Report()) == []
