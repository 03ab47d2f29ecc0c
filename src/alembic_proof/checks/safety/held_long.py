"""`lock/held-long`: a lock that stops others is held for longer than a second."""

from __future__ import annotations

from collections.abc import Iterator

from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.locking import Measured, line_of, strong, taken, transactions
from alembic_proof.checks.safety.words import subject, waits
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

BUDGET = 1.0
RULE = Rule(
    name="lock/held-long",
    severity=Severity.ERROR,
    summary="From a lock that stops others to the end of its transaction it takes more than a second.",
    why="With the few rows of this run, on this machine. In production there are more, and everybody waits.",
    way_out="do what takes long in a revision of its own, before the one that locks",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
""",
        bad="""\
op.add_column("account", sa.Column("note", sa.Text))  # here
op.execute("SELECT pg_sleep(1.2) AS account_work")
""",
        good=(
            """\
op.execute("SELECT pg_sleep(1.2) AS account_work")
op.add_column("account", sa.Column("note", sa.Text))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """The first lock of each transaction that is held so long; the time of the statements alone."""
    return [
        _finding(evidence, passage, rest)
        for passage in evidence.measured.passages
        for rest in _holding(passage)
        if _seconds(rest) > BUDGET
    ]


def _holding(passage: Passage) -> Iterator[list[Measured]]:
    """Of each transaction, what runs from its first such lock on; what is held back to be looked at is not timed."""
    for transaction in transactions(passage):
        first = next((n for n, (_, e) in enumerate(transaction) if strong(e) and not e.autocommit), None)
        if first is not None:
            yield transaction[first:]


def _seconds(rest: list[Measured]) -> float:
    return sum(s.seconds or 0.0 for s, _ in rest)


def _finding(evidence: Evidence, passage: Passage, rest: list[Measured]) -> Finding:
    statement, effects = rest[0]
    locks = strong(effects)
    message = (
        f"{taken(locks)} is held for {_seconds(rest):.1f} s, in this machine's time, from this {subject(effects)} on"
        f"{waits(effects, (k.relation for k in locks))}"
    )
    slow = sorted(rest, key=lambda measured: measured[0].seconds or 0.0, reverse=True)[:3]
    details = tuple(f"{s.seconds or 0.0:.1f} s: {line_of(s)}" for s, _ in slow)
    return at_statement(RULE, evidence, passage, statement, message, object=locks[0].relation, details=details)
