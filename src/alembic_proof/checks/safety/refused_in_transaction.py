"""`upgrade/refused-in-transaction`: the server runs a statement only outside a transaction."""

from __future__ import annotations

from alembic_proof.checks.safety.stops import judge_stop
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Failure

RULE = Rule(
    name="upgrade/refused-in-transaction",
    severity=Severity.ERROR,
    summary="A statement is refused since Alembic runs the revision in a transaction.",
    why="The upgrade stops there on every database: CONCURRENTLY, VACUUM, CREATE DATABASE and others commit by "
    "themselves, and the server lets them do so in no transaction of others.",
    way_out="with op.get_context().autocommit_block(): around that statement, in a revision of its own",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.create_index("account_email", "account", ["email"], postgresql_concurrently=True)
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_email", "account", postgresql_concurrently=True, if_exists=True)
    op.create_index("account_email", "account", ["email"], postgresql_concurrently=True)
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Where the upgrade stops at such a statement."""
    return judge_stop(RULE, evidence, _says)


def _says(_failure: Failure) -> tuple[str, str]:
    return "the upgrade stops: the server does not run this in a transaction", RULE.way_out
