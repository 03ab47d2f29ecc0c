"""`data/downgrade-fails`: the way back passes on empty tables, and stops on rows."""

from __future__ import annotations

from alembic_proof.checks.common import at_failure
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="data/downgrade-fails",
    severity=Severity.WARNING,
    summary="A downgrade, or the upgrade after it, stops as soon as the tables hold rows.",
    why="It passes every test on an empty database, and fails in the one moment that it is there for: a rollback.",
    way_out="let it take the rows that are there: a column that comes back is nullable or has a server_default",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("region", sa.String(40)))
""",
        bad="""\
op.alter_column("account", "region", type_=sa.Text)
""",
        good=(
            """\
op.alter_column("account", "region", type_=sa.Text)
""",
        ),
        bad_downgrade="""\
op.alter_column("account", "region", type_=sa.String(8))
""",
        good_downgrade="""\
op.alter_column("account", "region", type_=sa.String(40))
""",
    ),
)
_WAYS = {"downgrade": "the downgrade", "again": "the upgrade after a downgrade"}


def judge(evidence: Evidence) -> list[Finding]:
    """What stops without rows, too, is told of the walk."""
    return [
        _finding(evidence, passage)
        for passage in evidence.measured.passages
        if passage.back is not None and passage.rows != "none" and _passes_without_rows(evidence, passage)
    ]


def _passes_without_rows(evidence: Evidence, passage: Passage) -> bool:
    step = evidence.trace.step(passage.revision, passage.stuck)
    return step is not None and step.ok


def _finding(evidence: Evidence, passage: Passage) -> Finding:
    assert passage.back is not None
    message = f"{_WAYS[passage.stuck]} stops on tables with rows"
    details = ("on an empty database it passes",)
    direction = "downgrade" if passage.stuck == "downgrade" else "upgrade"
    return at_failure(RULE, evidence, passage.revision, direction, message, passage.back, details=details)
