"""`data/stale-declaration`: a revision declares a loss that does not happen."""

from __future__ import annotations

from alembic_proof.checks.common import at_revision
from alembic_proof.checks.safety.losses import judged
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.rows.declared import Declared
from alembic_proof.trace import Evidence

RULE = Rule(
    name="data/stale-declaration",
    severity=Severity.WARNING,
    summary="A revision declares a loss of rows or values, and nothing is lost there.",
    why="The next loss there would be taken for the declared one, unseen.",
    way_out="remove the comment, or correct its table or column",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("nick", sa.Text))
""",
        bad="""\
op.add_column("account", sa.Column("region", sa.Text))  # alembic-proof: loses account.nick: nobody writes one
""",
        good=(
            """\
op.add_column("account", sa.Column("region", sa.Text))
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Of revisions that ran on rows, for tables that held some; at the comment."""
    return [
        at_revision(
            RULE,
            evidence,
            passage.revision,
            "upgrade",
            f"{declared.target} is declared as lost, and nothing is lost there",
            place=(evidence.history.by_id[passage.revision].file, declared.line),
            object=declared.target,
        )
        for passage in evidence.measured.passages
        if passage.rows != "none" and passage.revision in evidence.history.by_id
        for declared in judged(evidence, passage, passage.changes).stale
        if not _could_not_be_seen(evidence, declared)
    ]


def _could_not_be_seen(evidence: Evidence, declared: Declared) -> bool:
    """Whether the table that is meant held no row."""
    tables = [u.table for u in evidence.measured.unfilled]
    plain = declared.target.replace('"', "")
    return any(name in plain.split(".") for t in tables for name in [t.replace('"', "").rpartition(".")[2]])
