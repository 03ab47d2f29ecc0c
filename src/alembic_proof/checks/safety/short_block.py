"""`lock/short-block`: what would block for a moment blocks until the transaction has done something else."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.locking import TABLES, line_of, steps, strong, taken
from alembic_proof.checks.safety.statements import command, says
from alembic_proof.checks.safety.words import subject, waits
from alembic_proof.effects import Effects
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="lock/short-block",
    severity=Severity.INFO,
    summary="A change of triggers, policies, owner or replica identity blocks others, and is not the last statement.",
    why="It is done in a moment, but its lock is held until the transaction ends.",
    way_out="make it the last statement, or a revision of its own, with a lock_timeout in force",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
op.create_table("account_kind", sa.Column("name", sa.Text, primary_key=True))
""",
        bad="""\
op.execute("ALTER TABLE account REPLICA IDENTITY FULL")  # here
op.execute("INSERT INTO account_kind (name) VALUES ('account: plain')")
""",
        good=(
            """\
op.execute("INSERT INTO account_kind (name) VALUES ('account: plain')")
op.execute("ALTER TABLE account REPLICA IDENTITY FULL")
""",
        ),
    ),
)
_COMMANDS = (
    "CREATE TRIGGER",
    "DROP TRIGGER",
    "CREATE POLICY",
    "ALTER POLICY",
    "DROP POLICY",
    "CREATE RULE",
    "DROP RULE",
)
_CLAUSES = (
    r"\b(ENABLE|DISABLE|FORCE)\b.*\b(TRIGGER|RULE|ROW LEVEL SECURITY)\b|\bREPLICA IDENTITY\b|\bOWNER TO\b|"
    r"\bSET STORAGE\b|\bSET COMPRESSION\b"
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each after which the transaction goes on with tables in use."""
    return [
        _finding(evidence, passage, statement, effects, rest)
        for passage in evidence.measured.passages
        for statement, effects in steps(passage)
        if _is_short(statement, effects) and (rest := _rest(passage, statement, effects))
    ]


def _is_short(statement: Statement, effects: Effects) -> bool:
    short = command(effects) in _COMMANDS or (command(effects) == "ALTER TABLE" and says(statement.sql, _CLAUSES))
    return short and bool(strong(effects, TABLES)) and not effects.rewritten


def _rest(passage: Passage, statement: Statement, effects: Effects) -> list[Statement]:
    """What follows in its transaction, and is neither of its kind nor about new tables only."""
    measured = steps(passage)
    after = measured[[s for s, _ in measured].index(statement) + 1 :]
    return [
        s
        for s, e in after
        if e.transaction == effects.transaction and not _is_short(s, e) and (e.rows or e.scanned or strong(e, TABLES))
    ]


def _finding(
    evidence: Evidence, passage: Passage, statement: Statement, effects: Effects, rest: list[Statement]
) -> Finding:
    locks = strong(effects, TABLES)
    message = f"{subject(effects)} takes {taken(locks)}{waits(effects, (k.relation for k in locks))}"
    details = ("before it commits:", *(line_of(s) for s in rest))
    return at_statement(RULE, evidence, passage, statement, message, object=locks[0].relation, details=details)
