"""`lock/default-rewrites-table`: a new column with a volatile default copies the whole table."""

from __future__ import annotations

from alembic_proof.checks.safety.rewrites import COPY, rewrites
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/default-rewrites-table",
    severity=Severity.ERROR,
    summary="A new column with a volatile default copies the whole table.",
    why=COPY,
    way_out=(
        "add the column nullable and without a default, set the default for new rows, and fill the old ones in batches"
    ),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
)
""",
        bad="""\
op.add_column(
    "account", sa.Column("token", postgresql.UUID, server_default=sa.text("gen_random_uuid()"))
)
""",
        good=(
            """\
op.add_column("account", sa.Column("token", postgresql.UUID))
op.alter_column("account", "token", server_default=sa.text("gen_random_uuid()"))
""",
            """\
batch = sa.text(
    "UPDATE account SET token = gen_random_uuid() WHERE id IN "
    "(SELECT id FROM account WHERE token IS NULL LIMIT 1000)"
)
with op.get_context().autocommit_block():
    while op.get_bind().execute(batch).rowcount:
        pass
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that copied a table for this reason."""
    return rewrites(RULE, evidence, "default")
