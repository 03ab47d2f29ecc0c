"""`compat/generated`: yesterday's code writes a column that only the database may write now."""

from __future__ import annotations

from alembic_proof.checks.safety.breaks import Break, judge_breaks
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="compat/generated",
    severity=Severity.ERROR,
    summary="A column that old code writes is generated now.",
    why="Postgres refuses any value for it but DEFAULT, so every INSERT and UPDATE of the old code fails.",
    way_out="let a trigger fill it as long as code runs that writes it, or compute into a column of another name",
    example=Example(
        given="""\
op.create_table(
    "purchase",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("price", sa.Integer),
    sa.Column("total", sa.Integer),
)
""",
        bad="""\
op.drop_column("purchase", "total")
op.add_column("purchase", sa.Column("total", sa.Integer, sa.Computed("price", persisted=True)))
""",
        good=(
            """\
op.execute('''
    CREATE FUNCTION purchase_total() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN NEW.total := NEW.price; RETURN NEW; END $$
''')
op.execute(
    "CREATE TRIGGER purchase_total BEFORE INSERT OR UPDATE ON purchase "
    "FOR EACH ROW EXECUTE FUNCTION purchase_total()"
)
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each column."""
    return judge_breaks(RULE, evidence, ("ALTER TABLE",), _says, "GENERATED", "IDENTITY")


def _says(each: Break) -> str:
    return f"{each.name} is generated now, and code that runs today writes it: {each.operations} fail"
