"""`compat/trigger-rejects`: a trigger or a rule refuses, or swallows, what yesterday's code writes."""

from __future__ import annotations

from alembic_proof.checks.safety.breaks import Break, judge_breaks
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="compat/trigger-rejects",
    severity=Severity.WARNING,
    summary="A new trigger or rule refuses or swallows what old code writes.",
    why="The old code does not know what it should do instead.",
    way_out="let the trigger correct the row, or RAISE WARNING, until no code writes such rows any more",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.execute('''
    CREATE FUNCTION account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'write through the service'; END $$
''')
op.execute("CREATE TRIGGER account_guard BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_guard()")
""",
        good=(
            """\
op.execute('''
    CREATE FUNCTION account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE WARNING 'write through the service'; RETURN NEW; END $$
''')
op.execute("CREATE TRIGGER account_guard BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_guard()")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each table."""
    return judge_breaks(RULE, evidence, ("CREATE TRIGGER", "CREATE RULE", "CREATE"), _says)


def _says(each: Break) -> str:
    said = next((b.message for b in each.broken if b.message), "")
    return f"{each.operations} of code that runs today on {each.name} no longer pass: {said}"
