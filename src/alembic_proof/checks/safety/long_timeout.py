"""`lock/long-timeout`: the wait for a lock has an end that comes too late."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.locking import strong, taken
from alembic_proof.checks.safety.timeouts import Waiting, waiting
from alembic_proof.checks.safety.words import subject
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

LONGEST = 10_000
RULE = Rule(
    name="lock/long-timeout",
    severity=Severity.WARNING,
    summary="The timeout for a lock that stops others is longer than ten seconds, or set only after it was taken.",
    why="For so long nobody uses the table when the statement has to wait. Set later, it bounds nothing before it.",
    way_out="a lock_timeout of a few seconds, set before the first statement or, for all revisions, in env.py; "
    "and run the upgrade again where it ends so",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
""",
        bad="""\
op.execute("SET lock_timeout = '5min'")
op.add_column("account", sa.Column("note", sa.Text))  # here
""",
        good=(
            """\
op.execute("SET lock_timeout = '2s'")
op.add_column("account", sa.Column("note", sa.Text))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Once for a revision; an error where the timeout comes too late to bound anything."""
    found = []
    for passage in evidence.measured.passages:
        late = next((w for w in waiting(passage) if _is_late(w)), None)
        if late is not None:
            found.append(_finding(evidence, passage, late))
    return found


def _is_late(wait: Waiting) -> bool:
    return wait.later is not None or (wait.bound > LONGEST and wait.lost is None)


def _finding(evidence: Evidence, passage: Passage, wait: Waiting) -> Finding:
    locks = strong(wait.effects)
    asks = f"{subject(wait.effects)} waits for {taken(locks)}"
    if wait.later is None:
        message, severity = f"{asks} up to {_words(wait.bound)}, and everybody behind it", RULE.severity
    else:
        where = f"at line {wait.later.line}" if wait.later.line else "later"
        message, severity = f"{asks} without end: the timeout is set only {where}", Severity.ERROR
    return at_statement(RULE, evidence, passage, wait.statement, message, object=locks[0].relation, severity=severity)


def _words(milliseconds: int) -> str:
    seconds = milliseconds / 1000
    return f"{seconds / 60:g} min" if seconds >= 120 and seconds % 60 == 0 else f"{seconds:g} s"
