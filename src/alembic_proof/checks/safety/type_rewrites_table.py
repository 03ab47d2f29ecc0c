"""`lock/type-rewrites-table`: a change of a column's type copies the whole table."""

from __future__ import annotations

from alembic_proof.checks.safety.rewrites import COPY, rewrites
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/type-rewrites-table",
    severity=Severity.ERROR,
    summary="A change of a column's type copies the whole table.",
    why=COPY,
    way_out=(
        "add a new nullable column, keep it in step by a trigger or by the code, fill it in batches, let the "
        "code use it, and drop the old column a release later"
    ),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("visits", sa.Integer),
)
""",
        bad="""\
op.alter_column("account", "visits", type_=sa.BigInteger)
""",
        good=(
            """\
op.add_column("account", sa.Column("visits_wide", sa.BigInteger))
op.execute(
    "CREATE FUNCTION account_visits() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN NEW.visits_wide := NEW.visits; RETURN NEW; END $$"
)
op.execute(
    "CREATE TRIGGER account_visits BEFORE INSERT OR UPDATE ON account "
    "FOR EACH ROW EXECUTE FUNCTION account_visits()"
)
""",
            """\
batch = sa.text(
    "UPDATE account SET visits_wide = visits WHERE id IN "
    "(SELECT id FROM account WHERE visits_wide IS DISTINCT FROM visits LIMIT 1000)"
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
    return rewrites(RULE, evidence, "type")
