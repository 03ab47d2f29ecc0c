"""JSON: the report as versioned data; its schema is in `docs/report.schema.json`."""

from __future__ import annotations

import json
from typing import Any

from alembic_proof.findings import Finding, Severity
from alembic_proof.render.text import visible
from alembic_proof.report import SCHEMA_VERSION, Report


def render(report: Report) -> str:
    """ASCII JSON with sorted findings; paths relative to where the run was started, where they are below it."""
    return json.dumps(as_data(report), indent=2) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    return {
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
        "coverage": {"not_looked_at": list(report.coverage), "unmodelled": list(report.unmodelled)},
        "environment": {**vars(report.facts), "replaced": list(report.facts.replaced)},
        "seconds": round(report.seconds, 3),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    data = {**vars(finding), "severity": finding.severity.value, "basis": finding.basis.value}
    data["details"] = [visible(d) for d in finding.details]
    data["message"] = visible(finding.message)
    data["sql"] = visible(finding.sql) if finding.sql else None
    return data
