"""`drift/models-differ`: `create_all` of the models and the migrated head are different schemas."""

from __future__ import annotations

from collections.abc import Mapping

from alembic_proof.checks.common import at_revision, last_touched
from alembic_proof.checks.drift import Drift, drift_of
from alembic_proof.diff import Change
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="drift/models-differ",
    severity=Severity.ERROR,
    summary="Models and migrations describe different schemas.",
    why="Tests that create tables from the models pass on a schema that production does not have.",
    way_out="alembic revision --autogenerate; what it does not see (checks, index predicates), write by hand",
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding per object; the revision is the last that touched it."""
    drift: Drift = drift_of(evidence)
    touched = last_touched(evidence.trace)
    return [finding(RULE, evidence, c, touched, severity=_severity(c)) for c in drift.structural]


def _severity(change: Change) -> Severity:
    """A default that only the database has is how NOT NULL columns are added: told, and no gate."""
    only = [(a.name, a.want) for a in change.attributes] == [("default", None)]
    return Severity.WARNING if change.change == "changed" and only else RULE.severity


def finding(
    rule: Rule,
    evidence: Evidence,
    change: Change,
    touched: Mapping[str, str],
    message: str = "",
    severity: Severity | None = None,
) -> Finding:
    """A drift finding: have is the migrated schema, want is what the models say."""
    revision = touched.get(change.identity) or touched.get(change.parent or "")
    details = (str(change),) if change.change == "changed" else ()
    text = message or _sentence(change)
    if revision is None:
        return Finding(
            rule=rule.name,
            severity=severity or rule.severity,
            basis=Basis.OBSERVED,
            message=text,
            hint=rule.way_out,
            object=change.identity,
            details=details,
        )
    return at_revision(
        rule,
        evidence,
        revision,
        "upgrade",
        text,
        object=change.identity,
        details=details,
        severity=severity or rule.severity,
    )


def _sentence(change: Change) -> str:
    if change.change == "missing":
        return f"{change.subject} is in the models and not in the migrated schema"
    if change.change == "extra":
        return f"{change.subject} is in the migrated schema and not in the models"
    names = ", ".join(a.name for a in change.attributes)
    return f"{change.subject} differs between the migrated schema and the models: {names}"
