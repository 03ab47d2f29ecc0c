"""`compat/rights`: who could read and write can no longer."""

from __future__ import annotations

from alembic_proof.checks.safety.breaks import Break, judge_breaks
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="compat/rights",
    severity=Severity.ERROR,
    summary="A role that could use a table can no longer, or sees no rows.",
    why="A missing grant fails; row security without a policy says nothing at all, and every query finds no rows.",
    way_out="grant, or create the policy, in the same revision, before row security is enabled",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.execute("ALTER TABLE account ENABLE ROW LEVEL SECURITY")
op.execute("ALTER TABLE account FORCE ROW LEVEL SECURITY")
""",
        good=(
            """\
op.execute("CREATE POLICY account_everyone ON account USING (true)")
op.execute("ALTER TABLE account ENABLE ROW LEVEL SECURITY")
op.execute("ALTER TABLE account FORCE ROW LEVEL SECURITY")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each table, or for a column that has grants of its own."""
    return judge_breaks(
        RULE,
        evidence,
        ("REVOKE", "ALTER", "CREATE POLICY", "DROP POLICY"),
        _says,
        "REVOKE",
        "POLICY",
        "SECURITY",
        "ROLE",
        "OWNER",
    )


def _says(each: Break) -> str:
    roles = ", ".join(sorted({b.role or "the owner" for b in each.broken}))
    silent = all(not b.sqlstate for b in each.broken)
    what = "do not find the rows any more" if silent else "fail"
    return f"{roles} could use {each.name}, and can no longer: {each.operations} {what}"
