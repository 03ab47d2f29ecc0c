"""`compat/new-code-needs-schema`: the code that comes fails on the schema that is there."""

from __future__ import annotations

from alembic_proof.checks.common import at_revision
from alembic_proof.checks.safety.breaks import operations
from alembic_proof.checks.safety.words import short
from alembic_proof.effects import Broken
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="compat/new-code-needs-schema",
    severity=Severity.INFO,
    summary="New code fails on the old schema: the migration comes first.",
    why="It is the usual order, and the other one stops the new code; so does a downgrade while new code runs.",
    way_out="deploy the migration before the code, and roll back the code before the migration",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("email", sa.Text))
""",
        bad="""\
op.add_column("account", sa.Column("region", sa.Text))
""",
        good=(
            """\
op.execute("COMMENT ON TABLE account IS 'one for each person'")
""",
        ),
        bad_downgrade="""\
op.drop_column("account", "region")
""",
        good_downgrade="""\
op.execute("COMMENT ON TABLE account IS NULL")
""",
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each revision."""
    return [
        _finding(evidence, passage, [b for b in passage.broken if b.code == "new"])
        for passage in evidence.measured.passages
        if any(b.code == "new" for b in passage.broken)
    ]


def _finding(evidence: Evidence, passage: Passage, broken: list[Broken]) -> Finding:
    tables = sorted({short(b.table) for b in broken})
    word = "may fail" if all(b.sample for b in broken) else "fails"
    both = any(b.code == "old" for b in passage.broken)
    order = "and old code on the schema after it: no order spares both" if both else "so the migration comes first"
    return at_revision(
        RULE,
        evidence,
        passage.revision,
        "upgrade",
        f"new code {word} on the schema before {passage.revision} ({', '.join(tables)}), {order}",
        object=passage.revision,
        details=_details(broken),
    )


def _details(broken: list[Broken]) -> tuple[str, ...]:
    """What is lacking, and who needs it; the statements are as many as the columns."""
    by: dict[tuple[str, str], list[Broken]] = {}
    for item in broken:
        by.setdefault((item.table, f"{item.sqlstate} {item.message}".strip()), []).append(item)
    return tuple(f"{operations(of)} on {short(table)}: {said}" for (table, said), of in by.items())
