"""`lock/type-rebuilds-indexes`: a change of a column's type or collation builds its indexes anew."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.rewrites import type_changes
from alembic_proof.checks.safety.words import indexed, subject, tables, under, waits
from alembic_proof.effects import Effects
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="lock/type-rebuilds-indexes",
    severity=Severity.WARNING,
    summary="A change of a column's type or collation builds its indexes anew.",
    why=("The rows stay as they are, but readers and writers wait while each index of the column is built."),
    way_out=(
        "drop the index concurrently, change the type, build the index concurrently: each in a revision of "
        "its own; or accept it where the table is small"
    ),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.Text, index=True),
)
""",
        bad="""\
op.alter_column("account", "email", type_=sa.Text(collation="C"))
""",
        good=(
            """\
with op.get_context().autocommit_block():
    op.drop_index("ix_account_email", "account", postgresql_concurrently=True, if_exists=True)
""",
            """\
op.alter_column("account", "email", type_=sa.Text(collation="C"))
""",
            """\
with op.get_context().autocommit_block():
    # what an earlier run left half built
    op.drop_index("ix_account_email", "account", postgresql_concurrently=True, if_exists=True)
    op.create_index("ix_account_email", "account", ["email"], postgresql_concurrently=True)
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each change of a type that copied no table and built indexes anew."""
    return [
        _finding(evidence, passage, statement, effects)
        for passage, statement, effects in measured(evidence)
        if effects.rebuilt and not effects.rewritten and type_changes(evidence, passage, statement, effects)
    ]


def _finding(evidence: Evidence, passage: Passage, statement: Statement, effects: Effects) -> Finding:
    told = type_changes(evidence, passage, statement, effects)
    of = indexed(effects)
    lock = f"{under(effects, of[0])}{waits(effects, of)}"
    message = f"{subject(effects)} builds {tables(effects.rebuilt)} anew{lock}"
    return at_statement(RULE, evidence, passage, statement, message, object=effects.rebuilt[0], details=told)
