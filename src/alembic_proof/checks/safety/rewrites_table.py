"""`lock/rewrites-table`: a statement copies a whole table."""

from __future__ import annotations

from alembic_proof.checks.safety.rewrites import COPY, rewrites
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/rewrites-table",
    severity=Severity.ERROR,
    summary="A statement copies a whole table.",
    why=COPY,
    way_out="leave it out of the migration, or do it in small steps that are committed one by one",
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
)
op.execute(
    "CREATE FUNCTION account_compact() RETURNS void LANGUAGE plpgsql AS "
    "$$ BEGIN ALTER TABLE account SET UNLOGGED; ALTER TABLE account SET LOGGED; END $$"
)
""",
        bad="""\
op.execute("SELECT account_compact()")
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.execute("VACUUM account")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that copied a table for this reason."""
    return rewrites(RULE, evidence, "other")
