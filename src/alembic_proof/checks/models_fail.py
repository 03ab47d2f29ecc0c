"""`drift/models-fail`: the models cannot be created in a database, so that nothing can be said of drift."""

from __future__ import annotations

from alembic_proof.checks.common import recorded
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="drift/models-fail",
    severity=Severity.ERROR,
    summary="create_all of the models fails.",
    why="No test can make its tables from these models, and whether they match the migrations cannot be known.",
    way_out="correct the models; an extension that an administrator creates: --extension NAME",
)


def judge(evidence: Evidence) -> list[Finding]:
    """An error: the question was asked and has no answer, so the run must not pass as clean.

    Schemas, extensions, functions and types of the migrated head were supplied where the models asked for them.
    """
    models = evidence.models
    if models is None or models.failure is None or not models.tables or not recorded(evidence):
        return []
    failure = models.failure
    return [
        Finding(
            rule=RULE.name,
            severity=RULE.severity,
            basis=Basis.OBSERVED,
            message=f"create_all of the models fails: {failure}",
            hint=RULE.way_out,
            object="create_all",
            details=tuple(frame for frame in failure.traceback[-3:] if not frame.startswith("<")),
            sql=failure.sql,
        )
    ]
