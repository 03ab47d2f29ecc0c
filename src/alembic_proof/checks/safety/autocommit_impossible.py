"""`upgrade/autocommit-impossible`: env.py opens a transaction that autocommit_block() cannot end."""

from __future__ import annotations

from alembic_proof.checks.safety.stops import judge_stop
from alembic_proof.findings import Finding, Rule, Severity
from alembic_proof.trace import Evidence, Failure

RULE = Rule(
    name="upgrade/autocommit-impossible",
    severity=Severity.ERROR,
    summary="autocommit_block() does not work with this env.py.",
    why="The upgrade stops there on every database. env.py, or a statement that it runs before the migrations, begins "
    "a transaction by itself, and Alembic ends none that it did not begin.",
    way_out="in env.py: engine.connect() instead of engine.begin(), and connection.commit() after what it runs before "
    "context.begin_transaction(), such as an advisory lock",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Where the upgrade stops at the block."""
    return judge_stop(RULE, evidence, _says)


def _says(_failure: Failure) -> tuple[str, str]:
    message = "the upgrade stops: env.py holds a transaction open, and autocommit_block() cannot end it"
    return message, RULE.way_out
