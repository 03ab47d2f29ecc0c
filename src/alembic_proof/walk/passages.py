"""Takes the events of the job `measure`: the last run of a revision in a direction is the one that counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from alembic_proof.trace import Failure, Step
from alembic_proof.walk.collect import Collector


@dataclass
class Passages(Collector):
    """As Collector; a run that is repeated with fewer rows replaces the one before."""

    latest: dict[tuple[str, str], Step] = field(default_factory=dict)
    statement: tuple[str, str | None, int | None] | None = None

    def _on_begin(self, revision: str, direction: str) -> None:
        super()._on_begin(revision, direction)
        self.statement = None

    def _on_statement(self, sql: str, file: str | None, line: int | None) -> None:
        self.statement = (sql, file, line)

    def where(self, failure: Failure) -> Failure:
        """A failure that has no place: of the revision that was running, at its last statement."""
        if self.running is None:
            return failure
        sql, file, line = self.statement or (None, None, None)
        message = f"{' '.join(self.running)}, on tables with rows: {failure.message}"
        return replace(failure, message=message, sql=sql, file=file, line=line)

    def _on_end(self, revision: str, direction: str, **data: Any) -> None:
        self.steps.pop((revision, direction), None)
        super()._on_end(revision, direction, **data)
        self.latest[revision, direction] = self.steps[revision, direction]
