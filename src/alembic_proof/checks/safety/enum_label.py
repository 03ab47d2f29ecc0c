"""`compat/enum-label`: a label that yesterday's code writes or looks for is gone."""

from __future__ import annotations

from alembic_proof.checks.safety.breaks import Break, judge_breaks
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="compat/enum-label",
    severity=Severity.ERROR,
    summary="A label of an enum is renamed or removed, and old code still sends it.",
    why="Every statement with the old label fails, reads as well as writes; and old code cannot read the new one.",
    way_out="add the new label, let the code write it, change the rows, and leave the old label unused",
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state", sa.Enum("active", "idle", name="account_state"), nullable=False),
)
""",
        bad="""\
op.execute("ALTER TYPE account_state RENAME VALUE 'idle' TO 'asleep'")
""",
        good=(
            """\
op.execute("ALTER TYPE account_state ADD VALUE 'asleep'")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each column of the type."""
    return judge_breaks(RULE, evidence, ("ALTER TYPE", "ALTER TABLE"), _says)


def _says(each: Break) -> str:
    labels = ", ".join(dict.fromkeys(b.message.rpartition(": ")[2].strip('"') for b in each.broken))
    return f"code that runs today knows a label of {each.name} that is gone ({labels}): {each.operations} fail"
