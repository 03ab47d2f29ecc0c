"""`schema/privilege-missing`: the role that migrates may not do what a revision does."""

from __future__ import annotations

from alembic_proof.checks.safety.stops import judge_stop
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="schema/privilege-missing",
    severity=Severity.ERROR,
    summary="An ordinary role that owns the database may not do what a revision does.",
    why="It passes on the laptop, where everybody is a superuser, and stops in production, where the role is not.",
    way_out="do it with the rights of an owner, or let the administrator do it before the migration",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.execute("SET session_replication_role = replica")
op.execute("UPDATE account SET email = 'none' WHERE email IS NULL")
""",
        good=(
            """\
op.execute("UPDATE account SET email = 'none' WHERE email IS NULL AND id BETWEEN 1 AND 1000")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Where the upgrade stops on a right that its role lacks."""
    return judge_stop(
        RULE, evidence, lambda _: ("the upgrade stops: an ordinary role has no right to this", RULE.way_out)
    )
