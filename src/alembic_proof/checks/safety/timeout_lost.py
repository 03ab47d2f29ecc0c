"""`lock/timeout-lost`: a timeout that the revision set is over when the lock is taken that it was meant for."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.locking import strong, taken
from alembic_proof.checks.safety.timeouts import Waiting, had_no_effect, waiting
from alembic_proof.checks.safety.words import subject
from alembic_proof.findings import Basis, Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="lock/timeout-lost",
    severity=Severity.ERROR,
    summary="SET LOCAL of a timeout is over before the lock is taken that it was meant for.",
    why="SET LOCAL ends with its transaction, and autocommit_block() ends the one before it; inside of the block there "
    "is none, and the server only warns. What follows waits as if nothing had been set.",
    way_out="set it in env.py, for the connection, or with SET instead of SET LOCAL; or keep what needs it in a "
    "revision without autocommit_block()",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.execute("SET LOCAL lock_timeout = '500ms'")
with op.get_context().autocommit_block():
    op.drop_index("account_email", "account", postgresql_concurrently=True, if_exists=True)
    op.create_index("account_email", "account", ["email"], postgresql_concurrently=True)
op.add_column("account", sa.Column("note", sa.Text))  # here
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_email", "account", postgresql_concurrently=True, if_exists=True)
    op.create_index("account_email", "account", ["email"], postgresql_concurrently=True)
""",
            """\
op.execute("SET LOCAL lock_timeout = '500ms'")
op.add_column("account", sa.Column("note", sa.Text))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Once for a revision: the first lock that goes without; else the setting that the server says it ignores."""
    found = []
    for passage in evidence.measured.passages:
        lost = next((w for w in waiting(passage) if w.lost is not None), None)
        if lost is not None:
            found.append(_finding(evidence, passage, lost))
    told = {f.revision for f in found}
    return found + [
        at_statement(
            RULE,
            evidence,
            passage,
            statement,
            "SET LOCAL has no effect: there is no transaction here",
            object=passage.revision,
            basis=Basis.PROVEN,
        )
        for passage, statement, effects in measured(evidence)
        if passage.revision not in told and had_no_effect(statement, effects)
    ]


def _finding(evidence: Evidence, passage: Passage, wait: Waiting) -> Finding:
    locks = strong(wait.effects)
    now = f"up to {wait.bound / 1000:g} s" if wait.bound else "without end"
    where = f" of line {wait.lost.line}" if wait.lost and wait.lost.line else ""
    message = f"{subject(wait.effects)} waits {now} for {taken(locks)}: the timeout{where} is over"
    details = (f"set by: {' '.join(wait.lost.sql.split())}",) if wait.lost else ()
    return at_statement(RULE, evidence, passage, wait.statement, message, object=locks[0].relation, details=details)
