"""`drift/names-differ`: the same constraint or index under another name in models and migrations."""

from __future__ import annotations

from alembic_proof.checks.common import last_touched
from alembic_proof.checks.drift import drift_of
from alembic_proof.checks.models_differ import finding
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="drift/names-differ",
    severity=Severity.WARNING,
    summary="A constraint or index has another name in the models.",
    why="The schema works the same, until a migration drops it by the name that the models know.",
    way_out="name it in both; a naming convention on the MetaData keeps them equal",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Pairs that are equal but for the name."""
    touched = last_touched(evidence.trace)
    return [
        finding(
            RULE, evidence, have, touched, f"{have.subject} is called {want.identity.rpartition('.')[2]} in the models"
        )
        for have, want in drift_of(evidence).renamed
    ]
