"""Each revision as a step, each statement as a bar: lock, what waits, how long it took; a click shows the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from alembic_proof.effects import Effects, Lock, strength
from alembic_proof.render.html.anchors import revision_anchor
from alembic_proof.render.html.parts import block, code, folded, more, section, table, within
from alembic_proof.render.html.schema import change_row
from alembic_proof.render.html.tags import Content, Html, tag
from alembic_proof.render.markdown.found import counted
from alembic_proof.render.measured import waits, work
from alembic_proof.render.parts import clean_line
from alembic_proof.render.terminal import relative
from alembic_proof.report import Report
from alembic_proof.review import Step
from alembic_proof.trace import Passage, Statement

_ROOM = 260_000
_ROWS = {"plain": "on ordinary rows only: it falls on others", "none": "on empty tables: it falls on rows"}
_WAITS = {
    "all": "reads and writes wait",
    "reads": "reads wait",
    "writes": "writes wait",
    "none": "no read and no write waits",
}


def timeline(report: Report, numbers: Mapping[str, int]) -> Html | None:
    """The SQL that was run, revision by revision; None where no revision is under test."""
    passages = report.measured.passages
    if not passages:
        return None
    about = _About(report, numbers)
    kept, left = within(_ROOM, passages, about.passage)
    why = f": {clean_line(report.measured.why)}" if report.measured.why else ""
    lead = (
        f"Run on tables with rows, {counted(len(passages), 'revision')}{why}. Locks last until their transaction ends."
    )
    return section("statements", "Statements, locks and time", _legend(), kept, more(left, "revision"), lead=lead)


def _legend() -> Html:
    each = [tag("li", _bar(0, 1, look), _WAITS[look]) for look in ("all", "writes", "none")]
    return tag("ul", each, class_="legend", aria_label="What the bars mean")


class _About:
    """What revisions are told with: their messages, what they changed, and the time of all that came before."""

    def __init__(self, report: Report, numbers: Mapping[str, int]) -> None:
        self.results = {r.id: r for r in report.revisions}
        self.steps = {s.revision: s for s in report.review.steps} if report.review else {}
        self.numbers = numbers
        self.whole = sum(s.seconds or 0.0 for p in report.measured.passages for s in p.statements) or 1.0
        self.before = 0.0

    def passage(self, passage: Passage) -> Html:
        """One revision; they are to be told in their order."""
        result, number = self.results.get(passage.revision), self.numbers.get(passage.revision)
        heading = tag("h3", code(passage.revision, 60), " ", clean_line(result.message if result else "", 160))
        listed = list(_statements(passage, number, self.before / self.whole, self.whole))
        self.before += sum(s.seconds or 0.0 for s in passage.statements)
        return tag(
            "article",
            heading,
            tag("p", code(relative(result.file), 400), class_="quiet") if result and result.file else None,
            _notes(passage),
            tag("ol", listed, class_="statements") if listed else None,
            _changed(self.steps.get(passage.revision)),
            id=revision_anchor(passage.revision),
            class_="passage",
            data_item="revision",
            data_revisions=number,
        )


def _notes(passage: Passage) -> list[Html | None]:
    failure = passage.failure or passage.fall
    return [
        tag("p", _ROWS[passage.rows], class_="why") if passage.rows in _ROWS else None,
        tag("p", tag("strong", "It stops: "), failure.message, class_="why") if failure else None,
        tag("p", "It runs no statement.", class_="quiet") if not passage.statements else None,
    ]


def _changed(step: Step | None) -> Html | None:
    """What the schema is afterwards that it was not before."""
    if step is None:
        return None
    if step.changes is None:
        return tag("p", "What it changed is not known: it did not run to its end.", class_="quiet")
    if not step.changes:
        return tag("p", "The schema is as it was before it.", class_="quiet")
    rows = [row for change in step.changes[:60] for row in change_row(change)]
    told = table("What the revision changed", ("What", "Change", "Before", "After"), rows, "changes")
    rest = more(max(0, len(step.changes) - 60), "change")
    return folded(f"{counted(len(step.changes), 'change')} of the schema", told, rest)


def _statements(passage: Passage, number: int | None, start: float, whole: float) -> Iterator[Html]:
    """With a line wherever another transaction begins."""
    last = ""
    for n, statement in enumerate(passage.statements, 1):
        boundary = _boundary(statement.effects)
        if boundary != last:
            yield tag("li", boundary, class_="boundary")
            last = boundary
        share = (statement.seconds or 0.0) / whole
        yield _statement(statement, n, number, start, share)
        start += share


def _boundary(effects: Effects | None) -> str:
    if effects is None:
        return ""
    return "outside a transaction" if effects.autocommit else f"transaction {effects.transaction}"


def _statement(statement: Statement, n: int, number: int | None, start: float, share: float) -> Html:
    effects = statement.effects
    look = _look(effects)
    seconds = statement.seconds
    took = "failed" if seconds is None else f"{seconds * 1000:.1f} ms"
    summary = [
        tag("span", n, class_="number"),
        tag("span", code(statement.sql, 140), class_="sql"),
        tag("span", _lock_words(effects), class_=f"lock {look}"),
        tag("span", _bar(start, share, look), class_="track"),
        tag("span", took, class_=f"took{' failed' if seconds is None else ''}"),
    ]
    inner = folded(summary, _full(statement), class_="statement")
    return tag("li", inner, data_item="statement", data_revisions=number)


def _look(effects: Effects | None) -> str:
    """What waits, as a word of the style sheet."""
    if effects is None or not effects.blocked:
        return "none"
    reads, writes = any(b.reads for b in effects.blocked), any(b.writes for b in effects.blocked)
    return "all" if reads and writes else "reads" if reads else "writes" if writes else "none"


def _lock_words(effects: Effects | None) -> Content:
    """The strongest lock that is held after it, and what waits."""
    if effects is None:
        return "not measured"
    strongest = max(effects.locks, key=lambda lock: (strength(lock.mode), lock.taken), default=None)
    if strongest is None:
        return "no lock on a table that existed"
    waiting = f"{_WAITS[_look(effects)]}{'' if strongest.taken else ', since before'}"
    return [strongest.mode, tag("span", waiting, class_="waits")]


def _bar(start: float, share: float, look: str) -> Html:
    """From when to when, on the time of all statements."""
    width = max(2.5, share * 100)
    left = min(start * 100, 100 - width)
    ground = tag("rect", width="100%", height="100%", class_="ground")
    bar = tag("rect", x=f"{left:.1f}%", width=f"{width:.1f}%", height="100%", class_=f"bar {look}")
    return tag("svg", ground, bar, class_="bars", aria_hidden="true")


def _full(statement: Statement) -> list[Html | None]:
    effects = statement.effects
    asked = [p for p in (_place(statement), statement.helper and f"through {statement.helper}") if p]
    where = tag("p", "asked for by ", code(", ".join(asked), 600), class_="quiet") if asked else None
    with_ = tag("p", "with ", code(statement.parameters, 600), class_="quiet") if statement.parameters else None
    return [block(statement.sql, "the statement"), where, with_, *(_effects(effects) if effects else ())]


def _place(statement: Statement) -> str:
    if not statement.file:
        return ""
    return f"{relative(statement.file)}:{statement.line}" if statement.line else relative(statement.file)


def _effects(effects: Effects) -> Iterator[Html]:
    if effects.locks:
        rows = (_lock_row(effects, lock) for lock in effects.locks[:60])
        yield table("Locks after the statement", ("Relation", "Lock", "Since", "What waits"), rows, "locks")
    told = [*work(effects), *effects.proofs, *(f"goes with it: {name}" for name in effects.cascaded), *_limits(effects)]
    if told:
        yield tag("ul", [tag("li", said) for said in told[:60]], class_="evidence")


def _lock_row(effects: Effects, lock: Lock) -> list[Content]:
    since = "this statement" if lock.taken else "an earlier one"
    said = waits(effects, lock.relation) if lock.relation == lock.table else "–"
    return [code(lock.relation), lock.mode, since + (", waited for it" if lock.waited else ""), said]


def _limits(effects: Effects) -> Iterator[str]:
    if effects.wal:
        yield f"{effects.wal:,} bytes of WAL"
    if effects.locks:
        yield f"lock_timeout {effects.lock_timeout} ms" if effects.lock_timeout else "no lock_timeout"
