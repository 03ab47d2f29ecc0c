"""`lock/no-timeout`: a statement waits for a lock for as long as it takes, and everybody waits behind it."""

from __future__ import annotations

from alembic_proof.checks.safety import new_table_locks_parent
from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.locking import line_of, strong, taken
from alembic_proof.checks.safety.timeouts import Waiting, waiting
from alembic_proof.checks.safety.words import subject, waits
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="lock/no-timeout",
    severity=Severity.ERROR,
    summary="A lock that stops others is asked for, and no lock_timeout bounds the wait.",
    why="Behind one long query or one forgotten transaction the statement waits, however quick it is, and whoever "
    "comes later waits behind it: the table stands still until somebody intervenes.",
    way_out='in env.py: create_engine(…, connect_args={"options": "-c lock_timeout=2s"}), and run the upgrade again '
    "where it ends so",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
""",
        bad="""\
op.execute("SET lock_timeout = 0")
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
    """Once for a revision: the first such statement, and which others."""
    found = []
    for passage in evidence.measured.passages:
        endless = [w for w in waiting(passage) if _is_mine(passage, w)]
        if endless:
            found.append(_finding(evidence, passage, endless))
    return found


def _is_mine(passage: Passage, wait: Waiting) -> bool:
    """Nothing bounds it, and no rule has more to say of why."""
    spoken = wait.lost or wait.later or new_table_locks_parent.speaks(passage, wait.statement)
    return not wait.bound and not spoken


def _finding(evidence: Evidence, passage: Passage, endless: list[Waiting]) -> Finding:
    first = endless[0]
    effects = first.effects
    locks = strong(effects)
    message = f"{subject(effects)} waits without end for {taken(locks)}{waits(effects, (k.relation for k in locks))}"
    details = tuple(line_of(w.statement) for w in endless[1:])
    return at_statement(
        RULE, evidence, passage, first.statement, message, object=locks[0].relation, details=_others(details)
    )


def _others(lines: tuple[str, ...]) -> tuple[str, ...]:
    return ("and so do:", *lines) if lines else ()
