"""Takes the events of the job `measure`: the last run of a revision in a direction is the one that counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from alembic_proof.trace import Step
from alembic_proof.walk.collect import Collector


@dataclass
class Passages(Collector):
    """As Collector; a run that is repeated with fewer rows replaces the one before."""

    latest: dict[tuple[str, str], Step] = field(default_factory=dict)

    def _on_end(self, revision: str, direction: str, **data: Any) -> None:
        self.steps.pop((revision, direction), None)
        super()._on_end(revision, direction, **data)
        self.latest[revision, direction] = self.steps[revision, direction]
