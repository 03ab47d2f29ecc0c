"""SARIF: valid whatever the names are, with fingerprints that outlive a line."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ci_reports import HOSTILE, SECRET, finding, hostile, many

from alembic_proof.checks import RULES
from alembic_proof.findings import Severity
from alembic_proof.render import RENDERERS, sarif
from alembic_proof.report import Report

TEXT = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}, "markdown": {"type": "string"}},
    "additionalProperties": False,
}
LEVEL = {"enum": ["error", "warning", "note"]}


def exactly(**properties: Any) -> dict[str, Any]:
    """An object with these properties and no other."""
    required = list(properties)
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string", "pattern": "^[A-Z][A-Za-z]+$"},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "helpUri": {"type": "string", "pattern": "^https://"},
        "defaultConfiguration": exactly(level=LEVEL),
        "properties": exactly(tags={"type": "array"}),
    },
    "additionalProperties": False,
}
PLACE = exactly(
    physicalLocation=exactly(
        artifactLocation=exactly(uri={"type": "string", "pattern": "^[A-Za-z0-9._~%/:-]+$"}),
        region=exactly(startLine={"type": "integer", "minimum": 1}),
    )
)
RESULT = exactly(
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=TEXT,
    locations={"type": "array", "minItems": 1, "maxItems": 1, "items": PLACE},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
    suppressions={
        "type": "array",
        "items": exactly(
            kind={"const": "external"}, status={"const": "accepted"}, justification={"type": "string", "minLength": 1}
        ),
    },
    properties=exactly(basis={"enum": ["observed", "proven", "reported"]}),
)
RUN = exactly(
    tool=exactly(
        driver=exactly(
            name={"const": "alembic-proof"}, version={"type": "string"}, rules={"type": "array", "items": RULE}
        )
    ),
    invocations={
        "type": "array",
        "items": exactly(
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications={"type": "array", "items": exactly(level=LEVEL, message=TEXT)},
        ),
    },
    columnKind={"const": "unicodeCodePoints"},
    results={"type": "array", "maxItems": 5000, "items": RESULT},
)
SCHEMA = exactly(
    **{"$schema": {"type": "string"}, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN}}
)


def run_of(report: Report) -> dict[str, Any]:
    out = RENDERERS["sarif"](report)
    assert out.isascii()
    data = json.loads(out)
    jsonschema.validate(data, SCHEMA)
    run: dict[str, Any] = data["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    return run


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_texts_leave_it_valid(text: str) -> None:
    """Names become no link and no other place, and no password is told."""
    out = json.dumps(run_of(hostile(text)))
    assert "](" not in json.dumps(run_of(hostile(text))["results"])
    assert "s3cret" not in out


def test_a_finding_is_told_with_place_level_and_way_out() -> None:
    """As code scanning shows it."""
    (result,) = run_of(Report((finding(file="versions/a b.py", line=7, hint="correct it", details=("d",)),)))["results"]
    assert (result["ruleId"], result["level"]) == ("upgrade/fails", "error")
    assert result["message"]["text"] == "it fails\nd\nway out: correct it"
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "versions/a%20b.py"}, "region": {"startLine": 7}}


@pytest.mark.parametrize(
    ("severity", "level"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note")]
)
def test_levels_are_severities(severity: Severity, level: str) -> None:
    """Of the finding, as the settings have it, not of the rule."""
    (result,) = run_of(Report(many(1, severity)))["results"]
    assert result["level"] == level


def test_files_below_here_are_relative_and_others_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A place that code scanning can find."""
    monkeypatch.chdir(tmp_path)
    files = (str(tmp_path / "v" / "a1.py"), "/elsewhere/x.py", None)
    results = run_of(Report(tuple(finding(file=file, line=1) for file in files)))["results"]
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results]
    assert uris == ["v/a1.py", "file:///elsewhere/x.py", "alembic.ini"]


def test_rules_are_those_with_findings() -> None:
    """Each once, with its page where there is one."""
    found = (*many(2), finding("upgrade/fails"), finding("x/y"))
    rules = {r["id"]: r for r in run_of(Report(found))["tool"]["driver"]["rules"]}
    assert list(rules) == ["lock/reindex", "upgrade/fails", "x/y"]
    assert rules["lock/reindex"]["name"] == "LockReindex"
    assert rules["lock/reindex"]["help"]["markdown"].startswith("# lock/reindex\n")
    assert "markdown" not in rules["upgrade/fails"]["help"]


def test_every_rule_can_be_written() -> None:
    """None of them breaks the format."""
    found = tuple(finding(name) for name in RULES)
    assert len(run_of(Report(found))["tool"]["driver"]["rules"]) == len(RULES)


def test_pages_are_linked_where_the_package_says_that_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """And only for rules that have one."""
    monkeypatch.setattr(sarif, "_pages", lambda: "https://example.com/rules")
    rules = run_of(Report((*many(1), finding("upgrade/fails"))))["tool"]["driver"]["rules"]
    assert [r.get("helpUri") for r in rules] == ["https://example.com/rules/lock/reindex.md", None]


def fingerprint(**more: object) -> str:
    (result,) = run_of(Report((finding(**{"revision": "a1", "object": "public.t", **more}),)))["results"]
    (mark,) = result["partialFingerprints"].values()
    return str(mark)


def test_a_fingerprint_outlives_line_file_and_words() -> None:
    """It is made of rule, revision and object."""
    assert fingerprint(file="a.py", line=3) == fingerprint(file="b.py", line=9, message="else")
    assert len({fingerprint(), fingerprint(rule="x/y"), fingerprint(revision="b2"), fingerprint(object="t")}) == 4


def test_findings_of_one_identity_have_a_fingerprint_each() -> None:
    """The first keeps its own when others come."""
    marks = [r["partialFingerprints"]["alembicProof/v1"] for r in run_of(Report((finding(),) * 3))["results"]]
    assert len(set(marks)) == 3
    assert run_of(Report((finding(),)))["results"][0]["partialFingerprints"]["alembicProof/v1"] == marks[0]


def test_accepted_findings_are_suppressed_with_their_reason() -> None:
    """After the open ones, which say that they are not."""
    results = run_of(Report((finding(accepted="they know"), finding("x/y", Severity.INFO))))["results"]
    told = [(r["ruleId"], [s["justification"] for s in r["suppressions"]]) for r in results]
    assert told == [("x/y", []), ("upgrade/fails", ["they know"])]


def test_of_many_the_worst_are_kept_and_the_rest_counted() -> None:
    """Code scanning takes five thousand."""
    run = run_of(Report((*many(5500, Severity.WARNING), *many(500))))
    assert [r["level"] for r in run["results"]] == ["error"] * 500 + ["warning"] * 4500
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (note["level"], note["message"]["text"].split()[0]) == ("warning", "1000")
    assert run["invocations"][0]["executionSuccessful"]


def test_an_unfinished_run_is_no_success() -> None:
    """And says why."""
    (invocation,) = run_of(Report(incomplete=f"no server at {SECRET}"))["invocations"]
    assert not invocation["executionSuccessful"]
    (note,) = invocation["toolExecutionNotifications"]
    assert note["message"]["text"] == "could not verify: no server at postgresql://app:***@db/x"
