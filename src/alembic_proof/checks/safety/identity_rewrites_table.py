"""`lock/identity-rewrites-table`: a new identity or serial column copies the whole table."""

from __future__ import annotations

from alembic_proof.checks.safety.rewrites import COPY, rewrites
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/identity-rewrites-table",
    severity=Severity.ERROR,
    summary="A new identity or serial column copies the whole table.",
    why=COPY,
    way_out=(
        "add a nullable column, make its sequence, let new rows take their number from it, and fill the old "
        "ones in batches"
    ),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
)
""",
        bad="""\
op.add_column("account", sa.Column("number", sa.BigInteger, sa.Identity()))
""",
        good=(
            """\
op.add_column("account", sa.Column("number", sa.BigInteger))
op.execute("CREATE SEQUENCE account_number OWNED BY account.number")
op.alter_column("account", "number", server_default=sa.text("nextval('account_number')"))
""",
            """\
batch = sa.text(
    "UPDATE account SET number = nextval('account_number') WHERE id IN "
    "(SELECT id FROM account WHERE number IS NULL LIMIT 1000)"
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
    return rewrites(RULE, evidence, "identity")
