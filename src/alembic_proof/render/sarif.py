"""SARIF 2.1.0: findings for code scanning, each with its rule, place and a fingerprint that outlives its line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from alembic_proof import __version__
from alembic_proof.checks import RULES
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.render.parts import MORE, NOWHERE, clean, fingerprints, path, text
from alembic_proof.report import Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
# what GitHub shows of one run
_AT_MOST = 5_000


def render(report: Report) -> str:
    """ASCII JSON: open findings, worst first, then the accepted ones as suppressed."""
    found = (*report.open_findings, *report.accepted_findings)
    shown = found[:_AT_MOST]
    rules = sorted({f.rule for f in shown})
    run = {
        "tool": {"driver": {"name": "alembic-proof", "version": __version__, "rules": [_rule(n) for n in rules]}},
        "invocations": [_invocation(report, len(found) - len(shown))],
        "columnKind": "unicodeCodePoints",
        "results": _results(shown, rules),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(name: str) -> dict[str, Any]:
    rule = RULES.get(name)
    if rule is None:
        return {"id": clean(name)}
    data = {
        "id": name,
        "name": "".join(word.title() for word in name.replace("/", "-").split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "help": _help(rule),
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": {"tags": ["database", name.split("/", maxsplit=1)[0]]},
    }
    uri = f"{_pages()}/{name}.md" if rule.example and _pages() else None
    return {**data, "helpUri": uri} if uri else data


def _help(rule: Rule) -> dict[str, str]:
    """The page itself, where there is one: it is read beside the finding."""
    from alembic_proof.render.rule_pages import page  # a program, too: the package must not have imported it

    said = {"text": f"{rule.why}\n\nway out: {rule.way_out}"}
    return {**said, "markdown": page(rule)} if rule.example else said


@cache
def _pages() -> str:
    """Where `docs/rules` is published, as the package's metadata say; nothing where they do not."""
    try:
        urls: list[str] = metadata.metadata("alembic-proof").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    named = dict(url.split(", ", 1) for url in urls if ", " in url)
    return named.get("Rules", "").rstrip("/")


def _results(findings: Sequence[Finding], rules: list[str]) -> list[dict[str, Any]]:
    marks = fingerprints((f.rule, f.revision, f.object) for f in findings)
    index = {name: n for n, name in enumerate(rules)}
    return [_result(f, index[f.rule], mark) for f, mark in zip(findings, marks, strict=True)]


def _result(finding: Finding, index: int, mark: str) -> dict[str, Any]:
    """Every result has a place, since GitHub takes none without."""
    return {
        "ruleId": clean(finding.rule),
        "ruleIndex": index,
        "level": _LEVEL[finding.severity],
        "message": {"text": _unlinked(text(finding))},
        "locations": [_location(finding)],
        "partialFingerprints": {"alembicProof/v1": mark},
        "suppressions": _suppressions(finding),
        "properties": {"basis": finding.basis.value},
    }


def _unlinked(said: str) -> str:
    """Text in which names make no link: SARIF reads `[…](…)` as one."""
    return said.replace("](", "] (")


def _location(finding: Finding) -> dict[str, Any]:
    file = path(finding)
    line = finding.line if file and finding.line else 1
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(file or NOWHERE)}, "region": {"startLine": line}}}


def _uri(file: str) -> str:
    """Relative to where the run was started; elsewhere, a whole one."""
    quoted = quote(file)
    return f"file://{quoted}" if PurePath(file).is_absolute() else quoted


def _suppressions(finding: Finding) -> list[dict[str, str]]:
    if finding.accepted is None:
        return []
    return [{"kind": "external", "status": "accepted", "justification": _unlinked(clean(finding.accepted))}]


def _invocation(report: Report, left: int) -> dict[str, Any]:
    said = [_notification("error", f"could not verify: {clean(report.incomplete)}")] if report.incomplete else []
    said += [_notification("warning", f"{left} more findings are not in this file: {MORE}")] if left else []
    return {"executionSuccessful": not report.incomplete, "toolExecutionNotifications": said}


def _notification(level: str, said: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _unlinked(said)}}
