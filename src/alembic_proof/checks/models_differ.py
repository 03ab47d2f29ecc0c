"""`drift/models-differ`: `create_all` of the models and the migrated head are different schemas."""

from __future__ import annotations

from collections.abc import Mapping

from alembic_proof.checks.common import at_revision, first_touched, last_touched
from alembic_proof.checks.drift import Drift, drift_of
from alembic_proof.checks.drift.mend import mend
from alembic_proof.checks.drift.witness import about, what_it_sees
from alembic_proof.ddl.schema import Schema
from alembic_proof.diff import Change
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.snapshot import Snapshot
from alembic_proof.trace import Evidence

RULE = Rule(
    name="drift/models-differ",
    severity=Severity.ERROR,
    summary="Models and migrations describe different schemas.",
    why="Tests that create tables from the models pass on a schema that production does not have.",
    way_out="put what mends it into a new revision; or, where the migrated schema is right, change the models",
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding per object; the revision is the last that touched it."""
    drift: Drift = drift_of(evidence)
    if not drift.structural:
        return []
    touched, created = last_touched(evidence.trace), first_touched(evidence.trace)
    models = Schema(evidence.models.snapshot if evidence.models else Snapshot())
    return [_finding(evidence, c, touched, created, models) for c in drift.structural]


def _finding(
    evidence: Evidence,
    change: Change,
    touched: Mapping[str, str],
    created: Mapping[str, str],
    models: Schema,
) -> Finding:
    proposals = about(change, evidence.witness)
    head = evidence.upgrade.snapshot if evidence.upgrade else Snapshot()
    details = [str(change)] if change.change == "changed" else []
    if change.change == "missing" and (creator := created.get(change.parent or "")):
        details.append(f"{change.parent} was created by {creator}")
    return finding(
        RULE,
        evidence,
        change,
        touched,
        _sentence(change),
        severity=_severity(change),
        details=(*details, *filter(None, [what_it_sees(change, proposals, evidence.witness)])),
        mend=mend(change, proposals, models, head),
    )


def _severity(change: Change) -> Severity:
    """No gate: a default that only the database has, since so NOT NULL columns are added; and comments."""
    slight = all((a.name, a.want) == ("default", None) or a.name == "comment" for a in change.attributes)
    return Severity.WARNING if change.change == "changed" and slight else RULE.severity


def finding(
    rule: Rule,
    evidence: Evidence,
    change: Change,
    touched: Mapping[str, str],
    message: str,
    *,
    severity: Severity | None = None,
    details: tuple[str, ...] = (),
    mend: str | None = None,
) -> Finding:
    """A drift finding: have is the migrated schema, want is what the models say.

    What only the models have, no revision has made.
    """
    severity = severity or rule.severity
    revision = touched.get(change.identity) or touched.get(change.parent or "")
    if revision is None or change.change == "missing":
        return Finding(
            rule=rule.name,
            severity=severity,
            basis=Basis.OBSERVED,
            message=message,
            hint=rule.way_out,
            object=change.identity,
            details=details,
            mend=mend,
        )
    return at_revision(
        rule,
        evidence,
        revision,
        "upgrade",
        message,
        object=change.identity,
        details=details,
        severity=severity,
        mend=mend,
    )


def _sentence(change: Change) -> str:
    if change.change == "missing":
        return f"{change.subject} is in the models and not in the migrated schema"
    if change.change == "extra":
        return f"{change.subject} is in the migrated schema and not in the models"
    names = ", ".join(a.name for a in change.attributes)
    return f"{change.subject} differs between the migrated schema and the models: {names}"
