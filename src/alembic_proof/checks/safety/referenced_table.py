"""`lock/referenced-table`: dropping a foreign key, or its table, locks the table that it refers to."""

from __future__ import annotations

import re

from alembic_proof.checks.safety.catalog import Changed, changed
from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.culprit import mentions, name_of
from alembic_proof.checks.safety.locking import TABLES, bound, steps, strong
from alembic_proof.checks.safety.long_timeout import LONGEST
from alembic_proof.checks.safety.statements import command
from alembic_proof.checks.safety.words import short, subject, under, waits
from alembic_proof.effects import Effects
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="lock/referenced-table",
    severity=Severity.WARNING,
    summary="Dropping a table or a foreign key locks a table that the statement does not name.",
    why="A foreign key has triggers on the table that it refers to. To drop them the server locks that table, too, "
    "for readers as well: often the busiest one of all.",
    way_out="drop each foreign key in a revision of its own, with op.drop_constraint under a short lock_timeout; "
    "then the table",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
op.create_table(
    "purchase",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", name="purchase_account_fk")),
)
""",
        bad="""\
op.drop_table("purchase")
""",
        good=(
            """\
op.drop_constraint("purchase_account_fk", "purchase", type_="foreignkey")
""",
            """\
op.drop_table("purchase")
""",
        ),
    ),
)
_REFERS = re.compile(r"\bREFERENCES ((?:\"(?:[^\"]|\"\")+\"|[^\s(.\"]+)(?:\.(?:\"(?:[^\"]|\"\")+\"|[^\s(.\"]+))?)")
_DROPPING = ("DROP TABLE", "ALTER TABLE", "DROP SCHEMA")


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that locks a table only since a foreign key to it goes."""
    found = []
    for passage in evidence.measured.passages:
        referred = _referred(changed(evidence, passage))
        for statement, effects in steps(passage):
            locked = _locked(statement, effects, referred)
            if locked and not _is_the_way_out(passage, statement, effects):
                found.append(_finding(evidence, passage, statement, effects, locked))
    return found


def _finding(
    evidence: Evidence, passage: Passage, statement: Statement, effects: Effects, locked: tuple[str, ...]
) -> Finding:
    message = f"{subject(effects)} also locks {short(locked[0])}{under(effects, locked[0])}{waits(effects, locked)}"
    return at_statement(RULE, evidence, passage, statement, message, object=locked[0])


def _referred(changes: Changed) -> set[str]:
    """The tables to which a foreign key was that is gone, by their last names."""
    gone = (str(f.payload.get("definition")) for f in changes.gone("constraint"))
    return {name_of(found[1]) for text in gone if (found := _REFERS.search(text))}


def _locked(statement: Statement, effects: Effects, referred: set[str]) -> tuple[str, ...]:
    if command(effects) not in _DROPPING:
        return ()
    locks = (k.relation for k in strong(effects, TABLES) if k.mode == "AccessExclusiveLock")
    return tuple(t for t in locks if name_of(t) in referred and not mentions(statement.sql, name_of(t)))


def _is_the_way_out(passage: Passage, statement: Statement, effects: Effects) -> bool:
    """Only a constraint, with an end to the wait, and nothing else is locked in that transaction."""
    others = (
        e
        for s, e in steps(passage)
        if e.transaction == effects.transaction and s is not statement and strong(e, TABLES)
    )
    alone = command(effects) == "ALTER TABLE" and not any(others)
    return alone and 0 < bound(effects) <= LONGEST
