"""`schema/drops-type-or-function`: a function, a type or a sequence is gone."""

from __future__ import annotations

from collections.abc import Iterator

from alembic_proof.checks.safety.catalog import Changed, changed
from alembic_proof.checks.safety.culprit import at_culprit, mentions, name_of, tag_of
from alembic_proof.checks.safety.words import short
from alembic_proof.diff import Change, compare_lines
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="schema/drops-type-or-function",
    severity=Severity.WARNING,
    summary="A function, a type or a sequence is dropped.",
    why="Code that runs today may call it, cast to it or take numbers from it; no statement on a table shows that. "
    "A sequence forgets which numbers it gave.",
    way_out="drop it a release after the last code that uses it; a function is changed by CREATE OR REPLACE",
    example=Example(
        given="""\
op.execute("CREATE FUNCTION account_label(id integer) RETURNS text LANGUAGE sql AS $$ SELECT 'no. ' || id $$")
""",
        bad="""\
op.execute("DROP FUNCTION account_label(integer)")
""",
        good=(
            """\
op.execute(
    "CREATE OR REPLACE FUNCTION account_label(id integer) RETURNS text LANGUAGE sql AS $$ SELECT 'number ' || id $$"
)
""",
        ),
    ),
)
_TYPES = ("enum", "domain", "composite type", "range")
_ROUTINES = ("function", "procedure", "aggregate")
_KINDS = (*_TYPES, *_ROUTINES, "sequence")


def judge(evidence: Evidence) -> list[Finding]:
    """What went by itself: a serial's sequence goes with its column, and an enum with the last column that has it."""
    found = []
    for passage in evidence.measured.passages:
        step = evidence.trace.step(passage.revision, "upgrade")
        if step is not None and step.removed:
            changes = compare_lines(step.removed, step.added or ())
            found += [
                _finding(evidence, passage, c) for c in changes if _is_loss(c) and not _follows(c, passage, evidence)
            ]
    return found


def _is_loss(change: Change) -> bool:
    return change.change == "missing" and change.kind in _KINDS


def _follows(change: Change, passage: Passage, evidence: Evidence) -> bool:
    """Whether it has another name now, or went with what had it as its type, or with the trigger that called it."""
    statement = _statement(passage, change)
    if statement is not None and mentions(statement.sql, "RENAME"):
        return True
    catalog = changed(evidence, passage)
    return any(mentions(text, _name(change)) for text in _users(catalog))


def _users(catalog: Changed) -> Iterator[str]:
    """Columns that are gone or have another type, by their old types; triggers that are gone."""
    for fact in catalog.removed:
        now = catalog.after.get(fact.key)
        if fact.kind == "column" and (now is None or now.payload.get("type") != fact.payload.get("type")):
            yield str(fact.payload.get("type"))
        if fact.kind == "column" and (now is None or now.payload.get("default") != fact.payload.get("default")):
            yield str(fact.payload.get("default"))
        if fact.kind == "trigger":
            yield str(fact.payload.get("definition"))


def _name(change: Change) -> str:
    return name_of(change.identity.partition("(")[0])


def _statement(passage: Passage, change: Change) -> Statement | None:
    named = [s for s in passage.statements if mentions(s.sql, _name(change))]
    drops = [s for s in named if tag_of(s).startswith(("DROP", "DO"))]
    return next(iter(drops or named), None)


def _finding(evidence: Evidence, passage: Passage, change: Change) -> Finding:
    message = f"{change.kind} {short(change.identity)} is dropped; whether code uses it, no statement on a table shows"
    return at_culprit(RULE, evidence, passage, _statement(passage, change), message, object=change.identity)
