"""`upgrade/enum-value-used`: a label of an enum is used in the transaction that adds it."""

from __future__ import annotations

from alembic_proof.checks.safety.stops import judge_stop
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Failure

RULE = Rule(
    name="upgrade/enum-value-used",
    severity=Severity.ERROR,
    summary="A new label of an enum is used before it is committed.",
    why="The upgrade stops there on every database: a label that is added to an enum that was there before can only be "
    "used when its transaction is over.",
    way_out="add it in a revision of its own, inside of op.get_context().autocommit_block(): that commits also where "
    "all revisions run in one transaction",
    example=Example(
        given="""\
op.execute("CREATE TYPE account_kind AS ENUM ('plain', 'paid')")
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", postgresql.ENUM(name="account_kind", create_type=False)),
)
""",
        bad="""\
op.execute("ALTER TYPE account_kind ADD VALUE 'trial'")
op.alter_column("account", "kind", server_default="trial")
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.execute("ALTER TYPE account_kind ADD VALUE IF NOT EXISTS 'trial'")
""",
            """\
op.alter_column("account", "kind", server_default="trial")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Where the upgrade stops at the use."""
    return judge_stop(RULE, evidence, _says)


def _says(_failure: Failure) -> tuple[str, str]:
    return "the upgrade stops: the enum's new label is not committed yet", RULE.way_out
