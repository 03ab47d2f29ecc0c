"""Builds the values of a run from the events that the inside sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from alembic_proof.dumps import Entries
from alembic_proof.history import History, read_history
from alembic_proof.snapshot import Snapshot
from alembic_proof.trace import Context, Failure, LeftOut, Proposal, Statement, Step, Trace, Witness


def read_failure(data: Mapping[str, Any]) -> Failure:
    """A Failure from the inside's description of an exception."""
    return Failure(**{**data, "traceback": tuple(data.get("traceback") or ())})


def read_witness(data: Mapping[str, Any]) -> Witness:
    """A Witness from the inside's event."""
    proposals = tuple(
        Proposal(**{**p, **{name: tuple(p[name]) for name in ("aspects", "columns", "imports")}})
        for p in data["proposals"]
    )
    left_out = tuple(LeftOut(**item) for item in data["left_out"])
    failure = read_failure(data["failure"]) if data["failure"] else None
    return Witness(**{**data, "proposals": proposals, "left_out": left_out, "failure": failure})


@dataclass(frozen=True)
class Part:
    """What one revision writes in offline mode, each text with its file and line; or why it cannot."""

    revision: str | None
    texts: tuple[tuple[str, str | None, int | None], ...]
    failure: Failure | None


@dataclass
class Collector:
    """Takes events one by one; what was last begun and not ended is where a crash or a hang happened."""

    history: History = field(default_factory=History)
    context: Context = field(default_factory=Context)
    plan: tuple[str, ...] = ()
    base: frozenset[str] = frozenset()
    head: set[str] = field(default_factory=set)
    steps: dict[tuple[str, str], Step] = field(default_factory=dict)
    running: tuple[str, str] | None = None
    failure: Failure | None = None
    refused: str | None = None
    unusable: tuple[str, str] | None = None
    import_errors: tuple[Failure, ...] = ()
    tables: int | None = None
    versions: str = ""
    missed: tuple[str, ...] = ()
    ended: bool = False
    upgraded: tuple[str, str] | None = None
    dump: Entries | None = None
    empty: Entries | None = None
    lacking: Failure | None = None
    witness: Witness | None = None
    script: list[Part] = field(default_factory=list)
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mapped: list[dict[str, Any]] = field(default_factory=list)
    strays: tuple[str, ...] = ()
    asked: tuple[str, dict[str, Any]] = ("", {})
    on_step: Any = None

    def __call__(self, event: dict[str, Any]) -> None:
        """Takes one event; unknown ones are a mismatch of our own two halves."""
        getattr(self, "_on_" + event.pop("event"))(**event)

    def _on_hello(self, python: str, alembic: str, sqlalchemy: str) -> None:
        self.versions = f"Python {python}, Alembic {alembic}, SQLAlchemy {sqlalchemy}"

    def _on_history(self, records: list[dict[str, Any]], folders: list[str], home: str) -> None:
        self.history = read_history(records, folders, home)

    def _on_import_errors(self, errors: list[dict[str, Any]]) -> None:
        self.import_errors = tuple(read_failure(e) for e in errors)

    def _on_context(self, **data: Any) -> None:
        self.context = Context(**data)

    def _on_base(self, lines: list[str]) -> None:
        if not self.steps:  # of the first run, where env.py has several
            self.base = frozenset(lines)
        self.head = set(lines)

    def _on_plan(self, revisions: list[str]) -> None:
        self.plan = (*self.plan, *(r for r in revisions if r not in self.plan))  # env.py may run Alembic in a loop

    def _on_parents(self, parents: dict[str, list[str]]) -> None:
        for revision, needed in parents.items():
            self.parents.setdefault(revision, tuple(needed))

    def _on_begin(self, revision: str, direction: str) -> None:
        self.running = (revision, direction)
        if self.on_step:
            self.on_step(revision, direction)

    def _on_end(self, revision: str, direction: str, **data: Any) -> None:
        self.running = None
        statements = tuple(Statement(**s) for s in data["statements"])
        failure = read_failure(data["failure"]) if data.get("failure") else None
        alone = read_failure(data["alone"]) if data.get("alone") else None
        step = Step(
            revision=revision,
            direction=direction,
            ok=data["ok"],
            seconds=data["seconds"],
            committed=bool(data.get("committed")),
            failure=failure,
            alone=alone,
            statements=statements,
        )
        earlier = self.steps.get((revision, direction))  # of an earlier run, where env.py has several
        if earlier is None or (earlier.ok and not step.ok):
            self.steps[revision, direction] = step

    def _on_look(self, revision: str, direction: str, removed: list[str], added: list[str]) -> None:
        if direction == "upgrade":
            self.head -= set(removed)
            self.head |= set(added)
        step = self.steps[revision, direction]
        if step.removed is None or (direction != "upgrade" and not (step.removed or step.added)):
            self.steps[revision, direction] = replace(step, removed=tuple(removed), added=tuple(added))

    def _on_missed(self, removed: list[str], added: list[str]) -> None:
        self.missed = (*self.missed, *removed, *added)

    def _on_models(self, tables: int) -> None:
        self.tables = tables

    def _on_mapped(self, tables: list[dict[str, Any]], strays: list[str]) -> None:
        self.mapped, self.strays = tables, tuple(strays)

    def _on_lacking(self, failure: dict[str, Any]) -> None:
        self.lacking = read_failure(failure)

    def _on_witness(self, **data: Any) -> None:
        self.witness = read_witness(data)

    def _on_script(self, revision: str | None, statements: list[list[Any]], failure: dict[str, Any] | None) -> None:
        self.running = None
        texts = tuple((text, file, line) for text, file, line in statements)
        self.script.append(Part(revision, texts, read_failure(failure) if failure else None))

    def _on_asked(self, what: str, **data: Any) -> None:
        self.asked = (what, data)

    def _on_prepared(self) -> None:
        pass

    def _on_rendered(self) -> None:
        pass

    def _on_upgraded(self) -> None:
        self.upgraded, self.running = self.running, None

    def _on_created(self) -> None:
        pass

    def _on_failed(self, failure: dict[str, Any]) -> None:
        self.failure = read_failure(failure)

    def _on_refused(self, message: str) -> None:
        self.refused = message

    def _on_unusable(self, message: str, hint: str) -> None:
        self.unusable = (message, hint)

    def _on_ended(self) -> None:
        self.ended = True

    def fail(self, revision: str, direction: str, failure: Failure) -> None:
        """A run that never ended, by what ended the process."""
        self.steps.setdefault((revision, direction), Step(revision, direction, ok=False, failure=failure))

    def trace(self) -> Trace:
        """The walk so far; the head is the last first look of a run with every upgrade's change applied."""
        head, base = Snapshot(frozenset(self.head)), Snapshot(self.base)
        return Trace(self.plan, tuple(self.steps.values()), head, self.failure, base, self.dump)
