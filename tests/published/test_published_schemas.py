"""What other tools read obeys the schema that they published: of a report of everything, and with hostile names."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema

from alembic_proof.render import RENDERERS
from alembic_proof.report import Report

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "unit"))
from ci_reports import HOSTILE, hostile, many  # noqa: E402
from review_sample import sample  # noqa: E402

GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": "^\\./"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}  # as GitLab's documentation of Code Quality reports has it
REPORTS = {
    "empty": Report(),
    "a review": sample(),
    "many": Report(many(120)),
    **{ascii(h): hostile(h) for h in HOSTILE},
}


@pytest.fixture(scope="module")
def sarif_schema() -> Any:
    """As OASIS published it."""
    schema = json.loads((HERE / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
    return jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())


@pytest.fixture(scope="module")
def junit_schema() -> xmlschema.XMLSchema:
    """As Jenkins published it."""
    return xmlschema.XMLSchema(str(HERE / "junit-10.xsd"))


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_is_valid(name: str, sarif_schema: Any) -> None:
    """For code scanning."""
    errors = [
        f"{e.json_path}: {e.message}" for e in sarif_schema.iter_errors(json.loads(RENDERERS["sarif"](REPORTS[name])))
    ]
    assert errors == []


@pytest.mark.parametrize("name", REPORTS)
def test_junit_is_valid(name: str, junit_schema: xmlschema.XMLSchema) -> None:
    """For whatever shows test reports."""
    errors = [str(e.reason) for e in junit_schema.iter_errors(io.StringIO(RENDERERS["junit"](REPORTS[name])))]
    assert errors == []


@pytest.mark.parametrize("name", REPORTS)
def test_gitlab_has_its_shape(name: str) -> None:
    """And no two findings have one fingerprint."""
    found = json.loads(RENDERERS["gitlab"](REPORTS[name]))
    jsonschema.validate(found, GITLAB)
    assert len({f["fingerprint"] for f in found}) == len(found)


def test_the_schemas_refuse_what_is_wrong(sarif_schema: Any, junit_schema: xmlschema.XMLSchema) -> None:
    """So they were asked."""
    log = json.loads(RENDERERS["sarif"](Report(many(1))))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert [*sarif_schema.iter_errors(log)]
    junit = RENDERERS["junit"](Report(many(1)))
    assert [*junit_schema.iter_errors(io.StringIO(junit.replace("<testsuite ", '<testsuite colour="red" ')))]
