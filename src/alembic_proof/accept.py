"""Findings that somebody accepts, with a reason; what no longer matches is itself a finding."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from alembic_proof.checks import RULES
from alembic_proof.checks.stale import RULE
from alembic_proof.errors import UsageError
from alembic_proof.findings import Basis, Finding, Severity
from alembic_proof.history import History
from alembic_proof.settings import Accept

_COMMENT = re.compile(
    r"#\s*alembic-proof:\s*accept\s+([\w-]+/[\w-]+)(?:\s+on\s+(\S+))?\s*[:—-]+\s*(\S.*)$", re.MULTILINE
)


def require_known(names: Iterable[str]) -> None:
    """A rule that does not exist is a slip of the pen, and would be without effect."""
    unknown = sorted(set(names) - RULES.keys())
    if unknown:
        raise UsageError(f"no rule `{unknown[0]}`", "see: alembic-proof rules")


def apply_rules(findings: Sequence[Finding], rules: Mapping[str, str]) -> tuple[Finding, ...]:
    """Severities as the settings say; `off` removes a finding."""
    changed = [replace(f, severity=Severity(rules.get(f.rule, f.severity.value))) for f in findings]
    return tuple(f for f in changed if f.severity is not Severity.OFF)


def apply_settings(
    findings: Sequence[Finding], accepts: Sequence[Accept], history: History, unjudged: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Marks what is accepted in the settings or in the revision, and tells stale ones, but for `unjudged` rules."""
    wanted = [a for a in (*accepts, *_in_revisions(history)) if a.rule not in unjudged]
    used: set[Accept] = set()
    marked = []
    for finding in findings:
        match = next((a for a in wanted if _matches(a, finding)), None)
        if match is not None:
            used.add(match)
            finding = replace(finding, accepted=match.reason)  # noqa: PLW2901
        marked.append(finding)
    return (*marked, *(_stale(a) for a in wanted if a not in used))


def _matches(accept: Accept, finding: Finding) -> bool:
    return (
        accept.rule == finding.rule
        and accept.revision in (None, finding.revision)
        and accept.object in (None, finding.object)
    )


def _in_revisions(history: History) -> list[Accept]:
    """Comments of the form `# alembic-proof: accept downgrade/irreversible: the old values are gone`."""
    found = []
    for revision in history.revisions:
        path = Path(revision.file)
        if revision.id is None or not path.exists():
            continue
        text = path.read_text("utf-8", "replace")
        for comment in _COMMENT.finditer(text):
            rule, target, reason = comment.groups()
            line = text.count("\n", 0, comment.start()) + 1
            found.append(Accept(rule, reason.strip(), target, revision.id, revision.file, line))
    return found


def _stale(accept: Accept) -> Finding:
    target = " ".join(filter(None, (accept.revision, accept.object)))
    return Finding(
        rule=RULE.name,
        severity=RULE.severity,
        basis=Basis.OBSERVED,
        message=f"{accept.rule} on {target} is accepted, and there is no such finding",
        hint=RULE.way_out,
        revision=accept.revision,
        file=accept.file,
        line=accept.line,
        object=accept.object or accept.revision,
    )
