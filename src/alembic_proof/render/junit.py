"""JUnit XML: a case per revision and direction, one for each finding that belongs to none; as Jenkins' XSD has it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from alembic_proof.findings import Finding, Severity
from alembic_proof.render.parts import below, clean, clean_line, numbered, place
from alembic_proof.report import Report, RevisionResult

_DIRECTIONS = ("upgrade", "downgrade", "again")
_INVALID = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class _Case:
    """A case, and what became of it: elements by name, message, type and text."""

    group: str
    name: str
    outcome: tuple[tuple[str, str, str, str], ...] = ()
    seconds: float | None = None


_Belonging = Mapping[tuple[str, str], Sequence[Finding]]


def render(report: Report) -> str:
    """ASCII XML; errors are failures, the accepted are skipped, the rest is output of its case."""
    cases = [*_unfinished(report), *_steps(report, _belonging(report)), *_alone(report)]
    root = ET.Element("testsuites", name="alembic-proof")
    about = {"name": "alembic-proof", **_counts(cases), "time": f"{report.seconds:.3f}"}
    suite = ET.SubElement(root, "testsuite", about)
    for case, (name, before) in zip(cases, numbered(c.name for c in cases), strict=True):
        _append(suite, case, f"{name} ({before + 1})" if before else name)
    ET.indent(root)
    written: bytes = ET.tostring(root, "us-ascii", xml_declaration=True)
    return written.decode("ascii") + "\n"


def _counts(cases: Sequence[_Case]) -> dict[str, str]:
    """Cases in all, and those with an outcome of each kind."""
    kinds = {"errors": "error", "failures": "failure", "skipped": "skipped"}
    found = {name: sum(any(o[0] == kind for o in c.outcome) for c in cases) for name, kind in kinds.items()}
    return {name: str(number) for name, number in {"tests": len(cases), **found}.items()}


def _append(suite: ET.Element, case: _Case, name: str) -> None:
    element = ET.SubElement(suite, "testcase", classname=_valid(case.group), name=_valid(name))
    if case.seconds is not None:
        element.set("time", f"{case.seconds:.3f}")
    for kind, message, type_, text in case.outcome:
        more = {"message": _valid(clean_line(message)), "type": _valid(type_)} if type_ else {}
        ET.SubElement(element, kind, more).text = _valid(text)


def _valid(text: str) -> str:
    """Without what XML cannot hold."""
    return _INVALID.sub("", text)


def _unfinished(report: Report) -> Iterator[_Case]:
    if report.incomplete:
        why = clean(report.incomplete)
        yield _Case("alembic-proof", "could not verify", (("error", why, "could-not-verify", why),))


def _direction(finding: Finding) -> str | None:
    """The step that a finding is about: `again` are upgrades, too."""
    return "again" if finding.rule.startswith("upgrade/again-") else finding.direction


def _belonging(report: Report) -> _Belonging:
    """Findings by revision and direction, where that was a step."""
    known = {revision.id for revision in report.revisions}
    steps: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in (*report.open_findings, *report.accepted_findings):
        direction = _direction(finding)
        if finding.revision in known and direction in _DIRECTIONS:
            steps[str(finding.revision), str(direction)].append(finding)
    return steps


def _alone(report: Report) -> Iterator[_Case]:
    """Findings about no step: models, snapshots, the history."""
    steps = {id(f) for found in _belonging(report).values() for f in found}
    for finding in (*report.open_findings, *report.accepted_findings):
        if id(finding) not in steps:
            name = " ".join(filter(None, (finding.rule, finding.revision, finding.object)))
            yield _Case("alembic-proof.findings", clean_line(name), tuple(_outcome([finding])))


def _steps(report: Report, belonging: _Belonging) -> Iterator[_Case]:
    for revision in report.revisions:
        for direction in _DIRECTIONS:
            found = belonging.get((revision.id, direction), ())
            outcome = (*_outcome(found), *_unsaid(revision, direction, found))
            seconds = revision.seconds if direction == "upgrade" else None
            yield _Case("alembic-proof.revisions", clean_line(f"{revision.id} {direction}"), outcome, seconds)


def _unsaid(revision: RevisionResult, direction: str, found: Sequence[Finding]) -> Iterator[tuple[str, str, str, str]]:
    """A step that was not run, or that failed, is never one that passed."""
    word = getattr(revision, direction)
    if word == "ok" or any(f.accepted is not None or f.severity is Severity.ERROR for f in found):
        return
    why = "not run" if word == "not run" else "failed, and no finding calls it an error"
    yield "skipped", why, "not-run" if word == "not run" else "no-error", why


def _outcome(findings: Iterable[Finding]) -> Iterator[tuple[str, str, str, str]]:
    """What the findings make of a case; accepted ones skip it only where nothing fails it."""
    found = list(findings)
    errors = [f for f in found if f.accepted is None and f.severity is Severity.ERROR]
    accepted = [f for f in found if f.accepted is not None]
    rest = [f for f in found if f.accepted is None and f.severity is not Severity.ERROR]
    if errors:
        yield "failure", _heading(errors), clean_line(errors[0].rule), "\n\n".join(map(_text, errors))
    if accepted and not errors:
        reasons = "; ".join(f"{f.rule}: {f.accepted}" for f in accepted)
        yield "skipped", f"accepted: {reasons}", "accepted", "\n\n".join(map(_text, accepted))
    if rest:
        yield "system-out", "", "", "\n\n".join(map(_text, rest))


def _heading(errors: Sequence[Finding]) -> str:
    """The first; readers of the format show one failure of a case."""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return clean_line(f"{errors[0].rule}: {errors[0].message}", 280) + more


def _text(finding: Finding) -> str:
    """A finding as the text of its case."""
    head = f"{finding.severity.value} {clean_line(finding.rule)}: {clean(finding.message)}"
    return "\n".join(filter(None, (head, place(finding), below(finding))))
