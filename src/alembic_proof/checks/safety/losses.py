"""What the rules on rows and values that are gone share."""

from __future__ import annotations

from collections.abc import Iterator

from alembic_proof.effects import Change, Value
from alembic_proof.trace import Evidence, Passage

ROWS_GONE, VALUES_CHANGED, VALUES_GONE = "rows gone", "values changed", "values gone"
_FEW = 5


def upgraded(evidence: Evidence, how: str) -> Iterator[tuple[Passage, Change]]:
    """What the upgrades under test did to rows in one way."""
    for passage in evidence.measured.passages:
        for change in passage.changes:
            if change.stage == "upgrade" and change.how == how:
                yield passage, change


def shown(values: tuple[Value, ...]) -> tuple[str, ...]:
    """The first few values, before and after."""
    told = tuple(f"{v.row}: {v.column} {_text(v.before)} → {_text(v.after)}" for v in values[:_FEW])
    return (*told, f"… and {len(values) - _FEW} more samples") if len(values) > _FEW else told


def _text(value: str | None) -> str:
    if value is None:
        return "NULL"
    return f"'{value[:60]}…'" if len(value) > 60 else f"'{value}'"


def counted(count: int, what: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
