"""`data/drops-first`: a table is dropped and created again, without its rows."""

from __future__ import annotations

from alembic_proof.checks.safety.catalog import changed, in_use
from alembic_proof.checks.safety.culprit import at_culprit, mentions, name_of, tag_of
from alembic_proof.checks.safety.losses import ROWS_GONE, VALUES_GONE, accepted
from alembic_proof.checks.safety.words import short
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="data/drops-first",
    severity=Severity.ERROR,
    summary="A table is dropped and created again in one upgrade.",
    why="The new one has the name of the old one and none of its rows.",
    way_out="alter the table: op.add_column, op.alter_column; or create the new one under another name and copy",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.drop_table("account")  # here
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.Text),
    sa.Column("region", sa.Text),
)
""",
        good=(
            """\
op.add_column("account", sa.Column("region", sa.Text))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each table that has lost rows so."""
    found = []
    for passage in evidence.measured.passages:
        for table in sorted({c.table for c in passage.changes if _is_loss(c.stage, c.how)}):
            statement = made_again(evidence, passage, table)
            if statement is not None:
                message = f"{short(table)} is dropped and created again, without its rows"
                found.append(
                    at_culprit(
                        RULE,
                        evidence,
                        passage,
                        statement,
                        message,
                        object=table,
                        accepted=accepted(evidence, passage, table),
                    )
                )
    return found


def _is_loss(stage: str, how: str) -> bool:
    return stage == "upgrade" and how in (ROWS_GONE, VALUES_GONE)


def made_again(evidence: Evidence, passage: Passage, table: str) -> Statement | None:
    """The statement that drops a table of which a later one creates another by its name."""
    if not in_use(passage, table) or changed(evidence, passage).table_is_gone(table):
        return None
    name = name_of(table)
    named = [s for s in passage.statements if mentions(s.sql, name)]
    drops = [n for n, s in enumerate(named) if tag_of(s).startswith("DROP TABLE")]
    creates = [n for n, s in enumerate(named) if tag_of(s).startswith("CREATE TABLE") and _creates(s.sql, name)]
    return next((named[d] for d in drops if any(c > d for c in creates)), None)


def _creates(sql: str, name: str) -> bool:
    return mentions(sql.partition("(")[0], name)
