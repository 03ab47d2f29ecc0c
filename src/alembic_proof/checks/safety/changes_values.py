"""`data/changes-values`: values that were there are others after the upgrade."""

from __future__ import annotations

from alembic_proof.checks.safety.catalog import column_in_use
from alembic_proof.checks.safety.culprit import at_culprit, culprit, mentions, name_of, tag_of
from alembic_proof.checks.safety.emptied import has_condition
from alembic_proof.checks.safety.losses import VALUES_CHANGED, accepted, counted, shown, upgraded
from alembic_proof.checks.safety.words import short
from alembic_proof.effects import Change
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="data/changes-values",
    severity=Severity.ERROR,
    summary="Values are rounded, cut, shifted or overwritten.",
    why="Nothing fails and nothing is said, and no downgrade brings the old values back.",
    way_out="write the new values into a new column, and drop the old one a release later; "
    "if the old ones may go, say so: # alembic-proof: loses TABLE.COLUMN: reason",
    example=Example(
        given="""\
op.create_table("purchase", sa.Column("id", sa.Integer, primary_key=True), sa.Column("amount", sa.Numeric(12, 2)))
""",
        bad="""\
op.alter_column("purchase", "amount", type_=sa.Numeric(12, 0))
""",
        good=(
            """\
op.add_column("purchase", sa.Column("amount_whole", sa.Numeric(12, 0)))
""",
            """\
op.execute("UPDATE purchase SET amount_whole = round(amount) WHERE amount_whole IS NULL")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each column; filling in what was NULL changes no value."""
    return [
        _finding(evidence, passage, change, column, found)
        for passage, change in upgraded(evidence, VALUES_CHANGED)
        for column in change.columns
        if column_in_use(evidence, passage, change.table, column)
        for found in [culprit(passage, change.table, ("ALTER TABLE", "UPDATE"), _name(change, column), "TYPE", "SET")]
        if not (change.zone and found is not None and mentions(found.sql, "AT TIME ZONE"))
    ]


def _name(change: Change, column: str) -> str:
    return name_of(f"{change.table}.{column}")


def _finding(evidence: Evidence, passage: Passage, change: Change, column: str, found: Statement | None) -> Finding:
    object_ = f"{change.table}.{column}"
    by_trigger = (
        found is not None and tag_of(found).startswith("UPDATE") and not mentions(found.sql, _name(change, column))
    )
    return at_culprit(
        RULE,
        evidence,
        passage,
        found,
        _says(short(object_), found, change, by_trigger),
        severity=Severity.INFO if by_trigger else _severity(found),
        object=object_,
        details=(f"in {counted(change.count, 'measured row')}", *shown(change.samples)),
        accepted=accepted(evidence, passage, change.table, column),
    )


def _says(column: str, found: Statement | None, change: Change, by_trigger: bool) -> str:
    if change.zone is not None:
        return f"what the values of {column} mean is decided by the time zone of the session, here {change.zone}"
    if by_trigger:
        return f"values of {column} are overwritten by a trigger of the UPDATE, which does not name the column"
    if found is not None and not tag_of(found).startswith("ALTER"):
        return f"values of {column} are overwritten, and the old ones are gone"
    lost = change.samples and all(v.after is None for v in change.samples)
    return f"the values of {column} are {'NULL' if lost else 'others'} after the change, and nothing says so"


def _severity(found: Statement | None) -> Severity:
    """An UPDATE with a condition says which values it means."""
    if found is not None and tag_of(found).startswith("UPDATE") and has_condition(found.sql):
        return Severity.WARNING
    return RULE.severity
