"""`lock/reindex`: indexes are rebuilt while nobody can read the table."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.statements import command
from alembic_proof.checks.safety.words import tables, waiting
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/reindex",
    severity=Severity.ERROR,
    summary="Indexes are rebuilt without CONCURRENTLY on a table in use.",
    why="REINDEX locks the indexes against all use. Planning a query opens every index of its tables, so that readers "
    "wait as well, although the lock on the table itself would let them pass.",
    way_out='with op.get_context().autocommit_block(): op.execute("REINDEX INDEX CONCURRENTLY …"); before that '
    "op.drop_index of NAME_ccnew, with if_exists=True: the invalid index that is left where one is broken off",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
op.create_index("account_email", "account", ["email"])
""",
        bad="""\
op.execute("REINDEX INDEX account_email")
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_email_ccnew", "account", postgresql_concurrently=True, if_exists=True)
    op.execute("REINDEX INDEX CONCURRENTLY account_email")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each REINDEX for which others wait."""
    return [
        at_statement(
            RULE,
            evidence,
            passage,
            statement,
            f"REINDEX rebuilds {tables(effects.rebuilt)}{waiting(effects, effects.blocked)}",
            object=effects.rebuilt[0],
        )
        for passage, statement, effects in measured(evidence)
        if command(effects) == "REINDEX" and effects.rebuilt and effects.blocked
    ]
