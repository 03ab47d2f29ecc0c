"""`lock/primary-key-scans`: a primary key over an index of a nullable column reads the whole table."""

from __future__ import annotations

from alembic_proof.checks.safety.scans import READ, scans
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/primary-key-scans",
    severity=Severity.WARNING,
    summary="A primary key over an index of a nullable column reads the whole table.",
    why=f"{READ} The index is there, but that no value is NULL has to be proven.",
    way_out=(
        "first prove it as for SET NOT NULL: CHECK (c IS NOT NULL) as NOT VALID, validated in a later "
        "revision; then ADD PRIMARY KEY USING INDEX reads nothing"
    ),
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, nullable=False), sa.Column("code", sa.Text))
op.create_index("account_code", "account", ["code"], unique=True)
""",
        bad="""\
op.execute("ALTER TABLE account ADD CONSTRAINT account_pkey PRIMARY KEY USING INDEX account_code")
""",
        good=(
            """\
op.create_check_constraint("account_coded", "account", "code IS NOT NULL", postgresql_not_valid=True)
""",
            """\
batch = sa.text(
    "UPDATE account SET code = gen_random_uuid()::text WHERE ctid = ANY (ARRAY "
    "(SELECT ctid FROM account WHERE code IS NULL LIMIT 1000))"
)
with op.get_context().autocommit_block():
    while op.get_bind().execute(batch).rowcount:
        pass
""",
            """\
op.execute("ALTER TABLE account VALIDATE CONSTRAINT account_coded")
""",
            """\
op.alter_column("account", "code", nullable=False)
op.execute("ALTER TABLE account ADD CONSTRAINT account_pkey PRIMARY KEY USING INDEX account_code")
op.drop_constraint("account_coded", "account")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that read a table whole for this reason, while others wait."""
    return scans(RULE, evidence, "primary key")
