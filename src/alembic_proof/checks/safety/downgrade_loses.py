"""`data/downgrade-loses`: the way back, or the second upgrade, loses what the upgrade alone kept."""

from __future__ import annotations

from alembic_proof.checks.common import at_revision
from alembic_proof.checks.safety.catalog import changed, column_in_use, in_use
from alembic_proof.checks.safety.culprit import mentions, name_of
from alembic_proof.checks.safety.losses import ROWS_GONE, VALUES_CHANGED, accepted, shown
from alembic_proof.checks.safety.words import short
from alembic_proof.effects import Change
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="data/downgrade-loses",
    severity=Severity.WARNING,
    summary="A downgrade, or the upgrade after it, loses rows or values that the upgrade alone kept.",
    why="A rollback is the moment when nobody looks at single values.",
    way_out="let downgrade() restore the very type and the rows, or raise NotImplementedError with the reason",
    example=Example(
        given="""\
op.create_table("purchase", sa.Column("id", sa.Integer, primary_key=True), sa.Column("amount", sa.Numeric(12, 2)))
""",
        bad="""\
op.alter_column("purchase", "amount", type_=sa.Numeric(14, 2))
""",
        good=(
            """\
op.alter_column("purchase", "amount", type_=sa.Numeric(14, 2))
""",
        ),
        bad_downgrade="""\
op.alter_column("purchase", "amount", type_=sa.Numeric(12, 0))
""",
        good_downgrade="""\
op.alter_column("purchase", "amount", type_=sa.Numeric(12, 2))
""",
    ),
)
_WAYS = {"downgrade": "the downgrade", "again": "the upgrade after a downgrade"}


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each table and way; what the upgrade itself made or lost is no news."""
    found = []
    for passage in evidence.measured.passages:
        for stage in _WAYS:
            for change in passage.changes:
                columns = _news(evidence, passage, change)
                if change.stage == stage and columns is not None:
                    found.append(_finding(evidence, passage, change, columns))
    return found


def _news(evidence: Evidence, passage: Passage, change: Change) -> tuple[str, ...] | None:
    """The columns that have lost something only now; none where whole rows or the table have; None: nothing."""
    earlier = [c for c in passage.changes if c.table == change.table and _came_before(c, change)]
    if not in_use(passage, change.table):
        return None
    if change.how == ROWS_GONE or not change.columns:
        return None if any(c.how == ROWS_GONE or not c.columns for c in earlier) else ()
    catalog = changed(evidence, passage)
    lost = {column for c in earlier for column in c.columns}
    own = {c for c in change.columns if catalog.is_new("column", f"{change.table}.{c}")}
    used = (c for c in change.columns if column_in_use(evidence, passage, change.table, c))
    return tuple(c for c in used if c not in lost | own) or None


def _came_before(earlier: Change, change: Change) -> bool:
    stages = ("upgrade", "downgrade", "again")
    return stages.index(earlier.stage) < stages.index(change.stage)


def _finding(evidence: Evidence, passage: Passage, change: Change, columns: tuple[str, ...]) -> Finding:
    what = f"values of {short(change.table)}.{', '.join(columns)}" if columns else f"rows of {short(change.table)}"
    word = "changes" if change.how == VALUES_CHANGED else "loses"
    return at_revision(
        RULE,
        evidence,
        passage.revision,
        "downgrade" if change.stage == "downgrade" else "upgrade",
        f"{_WAYS[change.stage]} {word} {what}, which the upgrade alone keeps",
        place=_place(evidence, passage.revision, change),
        object=f"{change.table}.{columns[0]}" if len(columns) == 1 else change.table,
        severity=Severity.INFO if _is_by_trigger(evidence, passage.revision, change) else RULE.severity,
        details=shown(tuple(v for v in change.samples if not columns or v.column in columns)),
        accepted=accepted(evidence, passage, change.table, *columns),
    )


def _place(evidence: Evidence, revision: str, change: Change) -> tuple[str | None, int | None]:
    """The first statement of that run that names the table and has a line."""
    step = evidence.trace.step(revision, change.stage)
    named = [s for s in (step.statements if step else ()) if s.line and mentions(s.sql, name_of(change.table))]
    columned = [s for s in named if any(mentions(s.sql, c.strip('"')) for c in change.columns)]
    return next(((s.file, s.line) for s in columned or named), (None, None))


def _is_by_trigger(evidence: Evidence, revision: str, change: Change) -> bool:
    """Whether an UPDATE ran that does not name the columns, and nothing else names them either."""
    step = evidence.trace.step(revision, change.stage)
    texts = [s.sql for s in (step.statements if step else ()) if mentions(s.sql, name_of(change.table))]
    named = any(mentions(text, c.strip('"')) for text in texts for c in change.columns)
    return change.how == VALUES_CHANGED and not named and any(mentions(text, "UPDATE") for text in texts)
