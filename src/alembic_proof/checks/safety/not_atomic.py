"""`upgrade/not-atomic`: a revision commits in the middle."""

from __future__ import annotations

from alembic_proof.checks.safety import not_rerunnable, own_transaction
from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.locking import Measured, line_of, steps
from alembic_proof.checks.safety.statements import command
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="upgrade/not-atomic",
    severity=Severity.WARNING,
    summary="A revision has statements inside an autocommit_block() and others outside of it.",
    why="Entering the block commits what came before. Where the revision fails later, that stays, and the version "
    "table says that the revision never ran.",
    way_out="a revision with nothing but the autocommit_block(), and the rest in another one",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
""",
        bad="""\
op.execute("ALTER TABLE account ADD COLUMN IF NOT EXISTS email text")
with op.get_context().autocommit_block():
    op.drop_index("account_email", "account", postgresql_concurrently=True, if_exists=True)  # here
    op.create_index("account_email", "account", ["email"], postgresql_concurrently=True)  # here
""",
        good=(
            """\
op.add_column("account", sa.Column("email", sa.Text))
""",
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_email", "account", postgresql_concurrently=True, if_exists=True)
    op.create_index("account_email", "account", ["email"], postgresql_concurrently=True)
""",
        ),
    ),
)
_CHANGES_NOTHING = ("SET", "RESET", "SHOW", "SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "ANALYZE")


def judge(evidence: Evidence) -> list[Finding]:
    """Once for a revision; not where a rule tells what comes of it, or why it is so."""
    found = []
    for passage in evidence.measured.passages:
        inside, outside = _changing(passage, True), _changing(passage, False)
        told = own_transaction.speaks(passage) or not_rerunnable.speaks(passage)
        if inside and outside and not told:
            found.append(_finding(evidence, passage, inside, outside))
    return found


def _changing(passage: Passage, autocommit: bool) -> list[Measured]:
    """Statements inside or outside of a block that may leave something."""
    found = [(s, e) for s, e in steps(passage) if e.autocommit is autocommit]
    return [(s, e) for s, e in found if command(e) not in _CHANGES_NOTHING or e.rows]


def _finding(evidence: Evidence, passage: Passage, inside: list[Measured], outside: list[Measured]) -> Finding:
    count = len({e.transaction for _, e in (*inside, *outside)})
    message = f"{passage.revision} commits in {count} steps: a failure leaves it half done"
    details = ("outside of the autocommit_block():", *(line_of(s) for s, _ in outside))
    return at_statement(RULE, evidence, passage, inside[0][0], message, object=passage.revision, details=details)
