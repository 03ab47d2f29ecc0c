"""What the rules on rows and values that are gone share."""

from __future__ import annotations

from collections.abc import Iterator

from alembic_proof.effects import Change, Value
from alembic_proof.rows.declared import Judged, judge
from alembic_proof.trace import Evidence, Passage

ROWS_GONE, VALUES_CHANGED, VALUES_GONE = "rows gone", "values changed", "values gone"


def upgraded(evidence: Evidence, how: str) -> Iterator[tuple[Passage, Change]]:
    """What the upgrades under test did to rows in one way."""
    for passage in evidence.measured.passages:
        for change in passage.changes:
            if change.stage == "upgrade" and change.how == how:
                yield passage, change


def was_seen(evidence: Evidence, passage: Passage, table: str) -> bool:
    """Whether the table held rows, so that what became of them was seen."""
    return passage.rows != "none" and table not in {u.table for u in evidence.measured.unfilled}


def judged(evidence: Evidence, passage: Passage, changes: tuple[Change, ...]) -> Judged:
    """Which changes the revision declares as meant."""
    declared = next((d for revision, d in evidence.declared if revision == passage.revision), ())
    return judge(changes, declared)


def accepted(evidence: Evidence, passage: Passage, table: str, *columns: str) -> str | None:
    """Why the revision declares a loss."""
    change = Change("upgrade", table, "", 0, columns)
    found = judged(evidence, passage, (change,)).declared
    return f"in the revision: {found[0][1].reason}" if found else None


def shown(values: tuple[Value, ...]) -> tuple[str, ...]:
    """The first few values, before and after; of a row that is gone, which it was."""
    return tuple(f"{v.row}: {v.column} {_text(v.before)} → {_text(v.after)}" if v.column else v.row for v in values)


def lost(values: tuple[Value, ...]) -> tuple[str, ...]:
    """The first few values that are gone."""
    return tuple(f"{v.row}: {v.column} was {_text(v.before)}" for v in values)


def _text(value: str | None) -> str:
    if value is None:
        return "NULL"
    return f"'{value[:60]}…'" if len(value) > 60 else f"'{value}'"


def counted(count: int, what: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
