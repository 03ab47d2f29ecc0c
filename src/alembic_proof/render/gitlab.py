"""GitLab's Code Quality report: an array of what is open; nothing for what somebody accepted."""

from __future__ import annotations

import json
from typing import Any

from alembic_proof.findings import Finding, Severity
from alembic_proof.render.parts import NOWHERE, clean, fingerprints, path, text
from alembic_proof.render.terminal import relative
from alembic_proof.report import Report

_SEVERITY = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report) -> str:
    """ASCII JSON, worst first; an unfinished run is a blocker, since an empty array means clean."""
    found = report.open_findings
    marks = fingerprints(_identity(f) for f in found)
    issues = [_issue(f, mark) for f, mark in zip(found, marks, strict=True)]
    return json.dumps([*_unfinished(report), *issues], indent=2) + "\n"


def _identity(finding: Finding) -> tuple[str | None, ...]:
    """Never the line: it moves."""
    return finding.rule, finding.revision, finding.object, relative(finding.file) if finding.file else None


def _issue(finding: Finding, mark: str) -> dict[str, Any]:
    place = _location(path(finding) or NOWHERE, finding.line or 1)
    return {
        "description": text(finding),
        "check_name": clean(finding.rule),
        "fingerprint": mark,
        "severity": _SEVERITY[finding.severity],
        "location": place,
    }


def _location(file: str, line: int) -> dict[str, Any]:
    return {"path": file, "lines": {"begin": line}}


def _unfinished(report: Report) -> list[dict[str, Any]]:
    if not report.incomplete:
        return []
    (mark,) = fingerprints([("could not verify",)])
    return [
        {
            "description": f"could not verify: {clean(report.incomplete)}",
            "check_name": "could-not-verify",
            "fingerprint": mark,
            "severity": "blocker",
            "location": _location(NOWHERE, 1),
        }
    ]
