"""`lock/drop-index`: an index is dropped while nobody can read the table."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.locking import TABLES, strong
from alembic_proof.checks.safety.statements import command
from alembic_proof.checks.safety.words import tables, under, waits
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/drop-index",
    severity=Severity.WARNING,
    summary="An index is dropped without CONCURRENTLY on a table in use.",
    why="DROP INDEX is quick, and locks the table for readers, too: it waits for the longest query that is running, "
    "and all others wait behind it.",
    way_out="with op.get_context().autocommit_block(): op.drop_index(…, postgresql_concurrently=True, if_exists=True)",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
op.create_index("account_email", "account", ["email"])
""",
        bad="""\
op.drop_index("account_email", "account")
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_email", "account", postgresql_concurrently=True, if_exists=True)
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that drops one while readers wait; of a partitioned table there is no other way."""
    found = []
    for passage, statement, effects in measured(evidence):
        locked = strong(effects, TABLES) if command(effects) == "DROP INDEX" else ()
        if locked and not any(k.kind == "partitioned table" for k in locked):
            wanted = tuple(k.relation for k in locked)
            where = f"an index of {tables(wanted)}{under(effects, wanted[0])}{waits(effects, wanted)}"
            found.append(
                at_statement(RULE, evidence, passage, statement, f"DROP INDEX removes {where}", object=wanted[0])
            )
    return found
