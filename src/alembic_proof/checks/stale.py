"""`accept/stale`: an acceptance without its finding; `accept` judges it, when all checks have spoken."""

from __future__ import annotations

from alembic_proof.findings import Rule, Severity

RULE = Rule(
    name="accept/stale",
    severity=Severity.WARNING,
    summary="A finding is accepted that is no longer there.",
    why="The next finding of this rule there would be accepted unseen.",
    way_out="remove the acceptance, or correct its rule, revision or object",
)
