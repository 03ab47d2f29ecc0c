"""`drift/names-differ`: the same constraint, index or sequence under another name in models and migrations."""

from __future__ import annotations

from alembic_proof.checks.common import last_touched
from alembic_proof.checks.drift import drift_of
from alembic_proof.checks.drift.mend import rename
from alembic_proof.checks.drift.witness import about
from alembic_proof.checks.models_differ import finding
from alembic_proof.diff import Change
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="drift/names-differ",
    severity=Severity.WARNING,
    summary="A constraint, an index or a sequence has another name in the models.",
    why="The schema works the same, until a migration drops it by the name that the models know.",
    way_out="name it in both; a naming convention on the MetaData keeps them equal",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Pairs that are equal but for the name."""
    pairs = drift_of(evidence).renamed
    touched = last_touched(evidence.trace) if pairs else {}
    return [
        finding(
            RULE,
            evidence,
            have,
            touched,
            f"{have.subject} is called {want.identity.rpartition('.')[2]} in the models",
            details=_witnessed(evidence, have, want),
            mend=rename(have, want),
        )
        for have, want in pairs
    ]


def _witnessed(evidence: Evidence, have: Change, want: Change) -> tuple[str, ...]:
    if evidence.witness is None:
        return ()
    if about(have, evidence.witness) or about(want, evidence.witness):
        return ("autogenerate would drop it and create it anew; renaming keeps it",)
    return ("autogenerate does not compare this name",)
