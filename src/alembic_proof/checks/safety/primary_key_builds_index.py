"""`lock/primary-key-builds-index`: a primary key builds its index while nobody can read the table."""

from __future__ import annotations

from alembic_proof.checks.safety.builds import PRIMARY, built
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/primary-key-builds-index",
    severity=Severity.ERROR,
    summary="A primary key builds its index on a table in use.",
    why="ALTER TABLE lets nobody read or write the table while it builds the index, and looks for NULL in every row.",
    way_out="make the columns NOT NULL first, build a unique index with postgresql_concurrently=True in an "
    'autocommit_block(), then op.execute("ALTER TABLE … ADD CONSTRAINT … PRIMARY KEY USING INDEX …")',
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, sa.Identity(), nullable=False), sa.Column("email", sa.Text))
""",
        bad="""\
op.create_primary_key("account_pkey", "account", ["id"])
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_pkey", "account", postgresql_concurrently=True, if_exists=True)
    op.create_index("account_pkey", "account", ["id"], unique=True, postgresql_concurrently=True)
""",
            """\
op.execute("ALTER TABLE account ADD CONSTRAINT account_pkey PRIMARY KEY USING INDEX account_pkey")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that builds the index of a primary key while others wait."""
    return built(RULE, evidence, PRIMARY)
