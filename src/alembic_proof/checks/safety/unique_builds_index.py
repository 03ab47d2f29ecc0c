"""`lock/unique-builds-index`: a UNIQUE constraint builds its index while nobody can read the table."""

from __future__ import annotations

from alembic_proof.checks.safety.builds import UNIQUE, built
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/unique-builds-index",
    severity=Severity.ERROR,
    summary="A UNIQUE constraint builds its index on a table in use.",
    why="ALTER TABLE lets nobody read or write the table while it builds the index; there is no CONCURRENTLY for it.",
    way_out="build a unique index with postgresql_concurrently=True in an autocommit_block(), then "
    'op.execute("ALTER TABLE … ADD CONSTRAINT … UNIQUE USING INDEX …"), which takes a millisecond',
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.create_unique_constraint("account_email_key", "account", ["id", "email"])
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_email_key", "account", postgresql_concurrently=True, if_exists=True)
    op.create_index("account_email_key", "account", ["id", "email"], unique=True, postgresql_concurrently=True)
""",
            """\
op.execute("ALTER TABLE account ADD CONSTRAINT account_email_key UNIQUE USING INDEX account_email_key")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that builds the index of such a constraint, be it one of a new column."""
    return built(RULE, evidence, UNIQUE)
