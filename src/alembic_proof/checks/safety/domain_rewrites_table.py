"""`lock/domain-rewrites-table`: a new column of a domain with a constraint copies the whole table."""

from __future__ import annotations

from alembic_proof.checks.safety.rewrites import COPY, rewrites
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/domain-rewrites-table",
    severity=Severity.ERROR,
    summary="A new column of a domain with a constraint copies the whole table.",
    why=f"{COPY} It does so without any default, too: each row is tried against the constraint.",
    way_out=(
        "take the domain's base type, and add its CHECK to the table as NOT VALID; validate it in a later revision"
    ),
    example=Example(
        given="""\
op.execute("CREATE DOMAIN account_percent AS integer CHECK (VALUE BETWEEN 0 AND 100)")
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
)
""",
        bad="""\
op.execute("ALTER TABLE account ADD COLUMN discount account_percent")
""",
        good=(
            """\
op.add_column("account", sa.Column("discount", sa.Integer))
op.create_check_constraint(
    "account_discount", "account", "discount BETWEEN 0 AND 100", postgresql_not_valid=True
)
""",
            """\
op.execute("ALTER TABLE account VALIDATE CONSTRAINT account_discount")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that copied a table for this reason."""
    return rewrites(RULE, evidence, "domain")
