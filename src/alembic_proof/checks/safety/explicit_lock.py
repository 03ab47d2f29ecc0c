"""`lock/explicit`: a revision locks a table by itself."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.locking import strong, taken
from alembic_proof.checks.safety.statements import command
from alembic_proof.checks.safety.words import waits
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/explicit",
    severity=Severity.WARNING,
    summary="LOCK TABLE stops others for the rest of the transaction.",
    why="Every statement takes the lock that it needs; one that is taken for good measure is stronger, or held longer.",
    way_out="leave it out; where rows must not change meanwhile, lock those: SELECT … FOR UPDATE",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
""",
        bad="""\
op.execute("LOCK TABLE account IN ACCESS EXCLUSIVE MODE")  # here
op.add_column("account", sa.Column("note", sa.Text))
""",
        good=(
            """\
op.add_column("account", sa.Column("note", sa.Text))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each that stops writers or readers of a table in use."""
    return [
        at_statement(
            RULE,
            evidence,
            passage,
            statement,
            f"LOCK TABLE takes {taken(locks)}{waits(effects, (k.relation for k in locks))}",
            object=locks[0].relation,
        )
        for passage, statement, effects in measured(evidence)
        if command(effects) == "LOCK TABLE" and (locks := strong(effects))
    ]
