"""`lock/several-tables`: one transaction collects locks on several tables in use."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.culprit import mentions, name_of
from alembic_proof.checks.safety.locking import TABLES, Measured, line_of, strong, taken, transactions
from alembic_proof.checks.safety.words import subject, tables, waiting
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="lock/several-tables",
    severity=Severity.WARNING,
    summary="One transaction takes locks that stop others on several tables, one after the other.",
    why="While it waits for the second table nobody uses the first. And a transaction that uses the two in the other "
    "order is a deadlock, which ends one of both.",
    way_out="one table in a revision, or an autocommit_block(); upgrades commit between revisions with "
    "transaction_per_migration=True",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
op.create_table("purchase", sa.Column("id", sa.Integer, primary_key=True))
""",
        bad="""\
op.add_column("account", sa.Column("note", sa.Text))
op.add_column("purchase", sa.Column("note", sa.Text))  # here
""",
        good=(
            """\
op.add_column("account", sa.Column("note", sa.Text))
""",
            """\
op.add_column("purchase", sa.Column("note", sa.Text))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Once for a transaction: the first statement that goes to another table. One that needs several is one."""
    found = []
    for passage in evidence.measured.passages:
        for transaction in transactions(passage):
            going = [(s, e) for s, e in transaction if strong(e, TABLES)]
            second = next((n for n, (s, e) in enumerate(going) if n and _elsewhere(going[:n], (s, e))), None)
            if second is not None:
                found.append(_finding(evidence, passage, going, second))
    return found


def _elsewhere(before: list[Measured], measured: Measured) -> bool:
    """Whether it takes a table that is not locked yet, and has nothing to do with all of those that are.

    A reference that is added with its column needs both tables anyway.
    """
    statement, effects = measured
    known = {k.relation for _, e in before for k in strong(e, TABLES)}
    new = any(k.relation not in known for k in strong(effects, TABLES))
    return new and not all(mentions(statement.sql, name_of(table)) for table in known)


def _finding(evidence: Evidence, passage: Passage, going: list[Measured], second: int) -> Finding:
    statement, effects = going[second]
    known = sorted({k.relation for _, e in going[:second] for k in strong(e, TABLES)})
    new = tuple(k for k in strong(effects, TABLES) if k.relation not in known)
    kept = waiting(effects, tuple(b for b in effects.blocked if b.table in known))
    message = f"{subject(effects)} asks for {taken(new)} while {tables(known)} stays locked{kept}"
    details = tuple(line_of(s) for s, _ in going[:second] + going[second + 1 :])
    return at_statement(
        RULE, evidence, passage, statement, message, object=new[0].relation, details=("the others:", *details)
    )
