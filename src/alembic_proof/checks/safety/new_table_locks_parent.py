"""`lock/new-table-locks-parent`: a new table with a foreign key stops the writers of the table that it refers to."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.locking import TABLES, bound, line_of, steps, strong, taken
from alembic_proof.checks.safety.statements import command
from alembic_proof.checks.safety.words import waits
from alembic_proof.effects import Effects, Lock
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="lock/new-table-locks-parent",
    severity=Severity.WARNING,
    summary="CREATE TABLE with a foreign key stops the writers of the table that it refers to, for longer than needed.",
    why="The new table is empty, the other one is not: it cannot be written until the transaction ends, whatever else "
    "that has to do, and where the lock is waited for, all writers wait behind it.",
    way_out="create the table without the reference; add that in a revision of its own, with a lock_timeout in force: "
    "op.create_foreign_key(…, postgresql_not_valid=True)",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
op.create_table("account_kind", sa.Column("name", sa.Text, primary_key=True))
""",
        bad="""\
op.create_table(  # here
    "purchase",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id")),
)
op.execute("INSERT INTO account_kind (name) VALUES ('account: buys')")
""",
        good=(
            """\
op.create_table(
    "purchase",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", sa.Integer, index=True),
)
op.execute("INSERT INTO account_kind (name) VALUES ('account: buys')")
""",
            """\
op.create_foreign_key("purchase_account_fk", "purchase", "account", ["account_id"], ["id"], postgresql_not_valid=True)
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each that waits without end, or after which the transaction goes on with tables in use."""
    return [
        _finding(evidence, passage, statement, effects)
        for passage in evidence.measured.passages
        for statement, effects in steps(passage)
        if speaks(passage, statement)
    ]


def speaks(passage: Passage, statement: Statement) -> bool:
    """Whether this rule tells of a statement; quick, last and bounded it is as good as the way out."""
    effects = statement.effects
    if effects is None or not _parents(effects):
        return False
    return not bound(effects) or bool(_rest(passage, statement))


def _parents(effects: Effects) -> tuple[Lock, ...]:
    locks = strong(effects, TABLES) if command(effects) == "CREATE TABLE" else ()
    return tuple(k for k in locks if k.mode == "ShareRowExclusiveLock")


def _rest(passage: Passage, statement: Statement) -> list[Statement]:
    """What the transaction does afterwards to tables that existed."""
    effects = statement.effects
    assert effects is not None
    after = passage.statements[passage.statements.index(statement) + 1 :]
    same = [(s, s.effects) for s in after if s.effects and s.effects.transaction == effects.transaction]
    return [s for s, e in same if e.rows or e.scanned or (strong(e, TABLES) and not _parents(e))]


def _finding(evidence: Evidence, passage: Passage, statement: Statement, effects: Effects) -> Finding:
    locks = _parents(effects)
    endless = not bound(effects)
    how = "waits without end for" if endless else "takes"
    message = f"CREATE TABLE {how} {taken(locks)}{waits(effects, (k.relation for k in locks))}"
    rest = tuple(line_of(s) for s in _rest(passage, statement))
    return at_statement(
        RULE,
        evidence,
        passage,
        statement,
        message,
        object=locks[0].relation,
        severity=Severity.ERROR if endless else RULE.severity,
        details=("before it commits:", *rest) if rest else (),
    )
