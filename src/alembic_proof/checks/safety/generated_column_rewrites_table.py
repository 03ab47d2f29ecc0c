"""`lock/generated-column-rewrites-table`: a new stored generated column copies the whole table."""

from __future__ import annotations

from alembic_proof.checks.safety.rewrites import COPY, rewrites
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/generated-column-rewrites-table",
    severity=Severity.ERROR,
    summary="A new stored generated column copies the whole table.",
    why=COPY,
    way_out="add a plain nullable column, compute it in a trigger, and fill the old rows in batches",
    example=Example(
        given="""\
op.create_table(
    "purchase",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("net", sa.Integer),
    sa.Column("tax", sa.Integer),
)
""",
        bad="""\
op.add_column("purchase", sa.Column("total", sa.Integer, sa.Computed("net + tax", persisted=True)))
""",
        good=(
            """\
op.add_column("purchase", sa.Column("total", sa.BigInteger))
op.execute(
    "CREATE FUNCTION purchase_total() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN NEW.total := NEW.net::bigint + NEW.tax; RETURN NEW; END $$"
)
op.execute(
    "CREATE TRIGGER purchase_total BEFORE INSERT OR UPDATE ON purchase "
    "FOR EACH ROW EXECUTE FUNCTION purchase_total()"
)
""",
            """\
batch = sa.text(
    "UPDATE purchase SET total = net::bigint + tax WHERE id IN "
    "(SELECT id FROM purchase WHERE total IS DISTINCT FROM net::bigint + tax LIMIT 1000)"
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
    return rewrites(RULE, evidence, "generated")
