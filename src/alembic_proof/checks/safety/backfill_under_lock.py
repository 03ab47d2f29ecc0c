"""`lock/backfill-under-lock`: rows are filled while a lock is held that others wait for."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.words import subject, tables, waiting
from alembic_proof.checks.safety.writes import grows
from alembic_proof.effects import Effects, Touched
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="lock/backfill-under-lock",
    severity=Severity.ERROR,
    summary="Rows are filled while a lock is held that others wait for.",
    why=(
        "The lock of a change of schema takes a millisecond; in one transaction with a backfill it is held "
        "until the last row is written, and nobody reads or writes the table meanwhile."
    ),
    way_out=("change the schema in one revision, fill the rows in the next, in batches inside autocommit_block()"),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
)
""",
        bad="""\
op.add_column("account", sa.Column("plan", sa.Text))
op.execute("UPDATE account SET plan = 'free' WHERE plan IS NULL")  # here
""",
        good=(
            """\
op.add_column("account", sa.Column("plan", sa.Text))
""",
            """\
batch = sa.text(
    "UPDATE account SET plan = 'free' WHERE id IN "
    "(SELECT id FROM account WHERE plan IS NULL LIMIT 1000)"
)
with op.get_context().autocommit_block():
    while op.get_bind().execute(batch).rowcount:
        pass
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that wrote what it found while tables were locked for others."""
    return [
        _finding(evidence, passage, statement, effects, touched)
        for passage, statement, effects in measured(evidence)
        if effects.blocked and (touched := grows(passage, statement, effects))
    ]


def _finding(
    evidence: Evidence, passage: Passage, statement: Statement, effects: Effects, touched: tuple[Touched, ...]
) -> Finding:
    locked = tables(b.table for b in effects.blocked)
    message = (
        f"{subject(effects)} writes the rows of {tables(t.table for t in touched)} "
        f"while {locked} {'is' if len(effects.blocked) == 1 else 'are'} locked{waiting(effects, effects.blocked)}"
    )
    return at_statement(RULE, evidence, passage, statement, message, object=touched[0].table)
