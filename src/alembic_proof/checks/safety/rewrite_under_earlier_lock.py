"""`lock/rewrite-under-earlier-lock`: a table is copied while another one is locked since an earlier statement."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.words import held_before, subject, tables, waiting
from alembic_proof.effects import Effects
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="lock/rewrite-under-earlier-lock",
    severity=Severity.ERROR,
    summary="A table is copied while another one is locked since an earlier statement.",
    why=(
        "Whoever needs the other table waits for the whole copy, though the statement that locked it takes a "
        "millisecond."
    ),
    way_out="give each statement a revision of its own, with env.py's transaction_per_migration=True",
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
)
op.create_table(
    "purchase",
    sa.Column("id", sa.Integer, primary_key=True),
)
""",
        bad="""\
op.add_column("purchase", sa.Column("note", sa.Text))
op.add_column(
    "account", sa.Column("token", postgresql.UUID, server_default=sa.text("gen_random_uuid()"))
)
""",
        good=(
            """\
op.add_column("purchase", sa.Column("note", sa.Text))
""",
            """\
op.add_column("account", sa.Column("token", postgresql.UUID))
op.alter_column("account", "token", server_default=sa.text("gen_random_uuid()"))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each copy behind which a table waits that it does not touch."""
    return [
        _finding(evidence, passage, statement, effects)
        for passage, statement, effects in measured(evidence)
        if effects.rewritten and held_before(effects)
    ]


def _finding(evidence: Evidence, passage: Passage, statement: Statement, effects: Effects) -> Finding:
    held = held_before(effects)
    message = (
        f"{subject(effects)} rewrites {tables(effects.rewritten)} while {tables(b.table for b in held)} "
        f"{'is' if len(held) == 1 else 'are'} locked since an earlier statement{waiting(effects, held)}"
    )
    return at_statement(RULE, evidence, passage, statement, message, object=held[0].table)
