"""Annotations on GitHub: workflow commands, worst first, no more than a step may show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from alembic_proof.findings import Finding, Severity
from alembic_proof.render.parts import MORE, clean, path, text
from alembic_proof.report import Report

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
# of each kind in a step; GitHub drops the rest without a word
_AT_MOST = 10


def render(report: Report) -> str:
    """A line for each finding that is open, and one for those that there is no room for."""
    shown, left = _chosen(report)
    lines = [*_unfinished(report), *map(_line, shown)]
    if left:
        counts = ", ".join(f"{left[s]} {s.value}" for s in _COMMAND if left[s])
        lines.append(_command("notice", {"title": "alembic-proof"}, f"not shown here: {counts}; {MORE}"))
    return "".join(f"{line}\n" for line in lines)


def _chosen(report: Report) -> tuple[list[Finding], Counter[Severity]]:
    """What is shown, and how much of each severity is not."""
    found, room = report.open_findings, dict.fromkeys(_COMMAND, _AT_MOST)
    room[Severity.ERROR] -= bool(report.incomplete)
    if any(report.count(severity) > most for severity, most in room.items()):
        room[Severity.INFO] -= 1  # for the one that speaks of the rest
    shown = [f for severity, most in room.items() for f in [f for f in found if f.severity is severity][:most]]
    return shown, Counter(f.severity for f in found) - Counter(f.severity for f in shown)


def _unfinished(report: Report) -> Iterator[str]:
    if report.incomplete:
        yield _command("error", {"title": "alembic-proof could not verify"}, clean(report.incomplete))


def _line(finding: Finding) -> str:
    file = path(finding)
    line = str(finding.line) if file and finding.line else None
    return _command(_COMMAND[finding.severity], {"file": file, "line": line, "title": finding.rule}, text(finding))


def _command(name: str, properties: dict[str, str | None], message: str) -> str:
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{name} {told}::{_data(message)}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(clean(value)).replace(":", "%3A").replace(",", "%2C")
