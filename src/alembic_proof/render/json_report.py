"""JSON: the report as versioned data; its schema is in `docs/report.schema.json`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from alembic_proof.compat.table import Compatibility
from alembic_proof.findings import Finding, Severity
from alembic_proof.render.terminal import relative
from alembic_proof.render.text import visible, without_secrets
from alembic_proof.report import SCHEMA_VERSION, Report
from alembic_proof.review import Review
from alembic_proof.trace import Measured


def render(report: Report) -> str:
    """ASCII JSON with sorted findings; paths relative to where the run was started, where they are below it."""
    return json.dumps(as_data(report), indent=2) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "verdict": report.verdict,
        "incomplete": report.incomplete,
        "findings": [_finding(f) for f in (*report.open_findings, *report.accepted_findings)],
        "counters": {
            "revisions": len(report.revisions),
            "error": report.count(Severity.ERROR),
            "warning": report.count(Severity.WARNING),
            "info": report.count(Severity.INFO),
            "accepted": len(report.accepted_findings),
        },
        "revisions": [vars(r) for r in report.revisions],
        "measured": _measured(report.measured),
        "compatibility": _compatibility(report.compatibility),
        "review": _review(report.review),
        "coverage": {"not_looked_at": list(report.coverage), "unmodelled": list(report.unmodelled)},
        "environment": {**vars(report.facts), "replaced": list(report.facts.replaced)},
        "seconds": round(report.seconds, 3),
    }
    return {key: _told(value) for key, value in data.items()}


def _measured(measured: Measured) -> dict[str, Any]:
    """The revisions under test with their statements, as the values say it; without what the server only chatted."""
    data = asdict(measured)
    for passage in data["passages"]:
        for statement in passage["statements"]:
            if statement["effects"]:
                del statement["effects"]["notices"]
    return data


def _review(review: Review | None) -> dict[str, Any] | None:
    """What the branch does to the schema, as the values say it; None for a plain verification."""
    if review is None:
        return None
    return {**asdict(review), "counts": review.counts}


def _compatibility(table: Compatibility | None) -> list[dict[str, str]] | None:
    """Old and new code on the old and the new schema: `works`, `breaks N`, or why it was not looked at."""
    if table is None:
        return None
    return [{"code": code, "old_schema": old, "new_schema": new} for code, old, new in table.rows]


def _told(value: Any) -> Any:
    """Passwords blotted, wherever they stand; files as a reader would name them here."""
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, dict):
        return {k: _told(relative(v) if k == "file" and isinstance(v, str) else v) for k, v in value.items()}
    return [_told(v) for v in value] if isinstance(value, list | tuple) else value


def _finding(finding: Finding) -> dict[str, Any]:
    data = {**vars(finding), "severity": finding.severity.value, "basis": finding.basis.value}
    data["details"] = [visible(d) for d in finding.details]
    data["message"] = visible(finding.message)
    data["sql"] = visible(finding.sql) if finding.sql else None
    data["mend"] = visible(finding.mend) if finding.mend else None
    return data
