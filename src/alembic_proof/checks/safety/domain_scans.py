"""`lock/domain-scans`: a constraint on a domain reads every table that uses it, and blocks writes to all of them."""

from __future__ import annotations

from alembic_proof.checks.safety.scans import scans
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/domain-scans",
    severity=Severity.ERROR,
    summary="A constraint on a domain reads every table that uses it, and blocks writes to all of them.",
    why="One statement about a type reads tables that it does not name, while nobody can write to them.",
    way_out=(
        "a CHECK on the table's column instead, as NOT VALID and validated later; ADD ... NOT VALID is short "
        "on a domain, too, but to validate it blocks writes before Postgres 18"
    ),
    example=Example(
        given="""\
op.execute("CREATE DOMAIN account_email AS text")
op.execute("CREATE TABLE account (id integer PRIMARY KEY, email account_email)")
""",
        bad="""\
op.execute("ALTER DOMAIN account_email ADD CONSTRAINT account_email_length CHECK (length(VALUE) < 100000)")
""",
        good=(
            """\
op.create_check_constraint(
    "account_email_length", "account", "length(email) < 100000", postgresql_not_valid=True
)
""",
            """\
op.execute("ALTER TABLE account VALIDATE CONSTRAINT account_email_length")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that read a table whole for this reason, while others wait."""
    return scans(RULE, evidence, "domain")
