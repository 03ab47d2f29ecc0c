"""`upgrade/hidden-ddl`: a block or a function changes the schema of a table in use."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.scans import cause_of, read_whole
from alembic_proof.checks.safety.statements import hides
from alembic_proof.checks.safety.words import subject, tables, under, waits
from alembic_proof.effects import Effects
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="upgrade/hidden-ddl",
    severity=Severity.WARNING,
    summary="A block or a function changes the schema of a table in use.",
    why=(
        "What it does was measured here; in production it may take another branch, and no reader of the "
        "revision sees which."
    ),
    way_out=("write it as operations: op.* calls, with if_exists or if_not_exists where the object may be there"),
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
)
""",
        bad="""\
op.execute(
    "DO $$ BEGIN ALTER TABLE account ADD COLUMN note text; "
    "EXCEPTION WHEN duplicate_column THEN NULL; END $$"
)
""",
        good=(
            """\
op.add_column("account", sa.Column("note", sa.Text))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each block or function that took a lock which others wait for, where no other rule tells of a copy or a scan."""
    return [
        _finding(evidence, passage, statement, effects)
        for passage, statement, effects in measured(evidence)
        if hides(effects) and _locked(effects) and not _told(evidence, passage, statement, effects)
    ]


def _locked(effects: Effects) -> tuple[str, ...]:
    """The tables for which others wait because of this statement."""
    taken = {lock.table for lock in effects.locks if lock.taken}
    return tuple(b.table for b in effects.blocked if b.table in taken)


def _told(evidence: Evidence, passage: Passage, statement: Statement, effects: Effects) -> bool:
    read = read_whole(passage, statement, effects) and cause_of(evidence, passage, statement, effects)
    return bool(effects.rewritten or effects.built or effects.rebuilt or effects.rows or read)


def _finding(evidence: Evidence, passage: Passage, statement: Statement, effects: Effects) -> Finding:
    locked = _locked(effects)
    message = f"{subject(effects)} locks {tables(locked)}{under(effects, locked[0])}{waits(effects, locked)}"
    return at_statement(RULE, evidence, passage, statement, message, object=locked[0])
