"""`lock/more-under-exclusive`: a revision goes on to read and write while it holds a lock that nobody gets past."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.locking import Measured, held, line_of, steps, strong
from alembic_proof.checks.safety.scans import read_whole
from alembic_proof.checks.safety.statements import command
from alembic_proof.checks.safety.words import subject, tables, waiting
from alembic_proof.checks.safety.writes import grows
from alembic_proof.effects import Effects
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="lock/more-under-exclusive",
    severity=Severity.WARNING,
    summary="Statements that read or write rows run while AccessExclusiveLock is held.",
    why="The lock is held until the transaction ends: every statement between makes all readers and writers wait "
    "longer.",
    way_out="read and write first, and change the schema last; or in revisions of their own",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
op.create_table("account_kind", sa.Column("name", sa.Text, primary_key=True))
""",
        bad="""\
op.add_column("account", sa.Column("kind", sa.Text))
op.execute("INSERT INTO account_kind (name) VALUES ('account: plain'), ('account: paid')")  # here
""",
        good=(
            """\
op.execute("INSERT INTO account_kind (name) VALUES ('account: plain'), ('account: paid')")
op.add_column("account", sa.Column("kind", sa.Text))
""",
        ),
    ),
)
_ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "WITH", "CALL")


def judge(evidence: Evidence) -> list[Finding]:
    """Once for a revision: the first such statement, and which others."""
    found = []
    for passage in evidence.measured.passages:
        more = [(s, e) for s, e in steps(passage) if held(e) and _goes_on(passage, s, e)]
        if more:
            found.append(_finding(evidence, passage, more))
    return found


def _goes_on(passage: Passage, statement: Statement, effects: Effects) -> bool:
    """Whether it is about rows of somebody's table, and its cost is not told already by a rule of its own."""
    if command(effects) not in _ROWS or strong(effects):
        return False
    told = read_whole(passage, statement, effects) or grows(passage, statement, effects)
    about = effects.rows or any(lock.taken for lock in effects.locks) or command(effects) in ("INSERT", "COPY")
    return bool(about) and not told


def _finding(evidence: Evidence, passage: Passage, more: list[Measured]) -> Finding:
    statement, effects = more[0]
    table = held(effects)
    waits = waiting(effects, tuple(b for b in effects.blocked if b.table in table))
    message = f"{subject(effects)} runs while AccessExclusiveLock is held on {tables(table)}{waits}"
    details = tuple(line_of(s) for s, _ in more[1:])
    return at_statement(
        RULE,
        evidence,
        passage,
        statement,
        message,
        object=table[0],
        details=("and so do:", *details) if details else (),
    )
