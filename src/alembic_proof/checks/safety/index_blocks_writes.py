"""`lock/index-blocks-writes`: an index is built while nobody can write the table."""

from __future__ import annotations

from alembic_proof.checks.safety.builds import INDEX, built
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/index-blocks-writes",
    severity=Severity.ERROR,
    summary="An index is built without CONCURRENTLY on a table in use.",
    why="CREATE INDEX lets nobody write the table from its first row to its last.",
    way_out="in a revision of its own, with op.get_context().autocommit_block(): "
    "op.drop_index(…, postgresql_concurrently=True, if_exists=True), for the invalid one that a failed build leaves, "
    "and op.create_index(…, postgresql_concurrently=True)",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.create_index("account_email", "account", ["email"])
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
    """Each statement that builds an index, be it for no constraint, while others wait."""
    return built(RULE, evidence, INDEX)
