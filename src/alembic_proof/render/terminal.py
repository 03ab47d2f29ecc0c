"""The terminal: verdict first, then what is wrong, then what was not looked at."""

from __future__ import annotations

import io
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from alembic_proof.findings import Finding, Severity
from alembic_proof.render.measured import measured_lines, summary_lines
from alembic_proof.render.text import one_line, visible
from alembic_proof.render.tree import besides, compared, counters, tree, what_next
from alembic_proof.report import Report, RevisionResult
from alembic_proof.review import Review

_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_MARKS = {"ok": ("✓", "green"), "failed": ("✗", "bold red"), "not run": ("–", "dim")}
_QUIET_ABOVE = 25
_DETAILS = 12
_PER_RULE = 25
_COMMAND = re.compile(r"(?m)^\s*::|##\[")
_CHANGES = {"added": "green", "removed": "red", "replaced": "yellow", "rewritten": "yellow", "changed": "yellow"}
_LONG = 4_000


def render(report: Report, console: Console | None = None) -> str:
    """Plain text without a console; with one, it prints there, in colour where it has any."""
    if console is not None:
        _print(report, console)
        return ""
    plain = Console(file=io.StringIO(), width=110, no_color=True, highlight=False, soft_wrap=True)
    _print(report, plain)
    assert isinstance(plain.file, io.StringIO)
    return plain.file.getvalue()


def _print(report: Report, console: Console) -> None:
    _where(report, console)
    if report.review is not None:
        _change(report.review, console)
    _revisions(report, console)
    told: set[str] = set()
    for finding in _worth_printing(report.open_findings, console):
        _finding(finding, console, told)
    _measured(report, console)
    _notes(report, console)
    _put(console, _verdict(report))
    if report.review is not None:
        _put(console, f"next: {what_next(report, report.review)}")


def _put(console: Console, text: Text | str, style: str = "") -> None:
    """Nothing of it is a command to the runner of a job: those stand at the start of a line, old ones anywhere."""
    told = Text(text, style=style) if isinstance(text, str) else text
    inert = _COMMAND.sub(lambda m: m[0].replace("::", ": :").replace("##[", "## ["), told.plain)
    console.print(told if inert == told.plain else Text(inert, style=told.style), soft_wrap=True)


def _worth_printing(findings: tuple[Finding, ...], console: Console) -> Iterator[Finding]:
    """At most so many of one rule and severity: nobody reads five hundred, and JSON has them all."""
    seen: Counter[tuple[str, Severity]] = Counter()
    for finding in findings:
        kind = (finding.rule, finding.severity)
        seen[kind] += 1
        if seen[kind] <= _PER_RULE:
            yield finding
    for (rule, severity), number in seen.items():
        if number > _PER_RULE:
            _put(console, f"\n{number - _PER_RULE} more of {one_line(rule)} ({severity.value}): see --format json=PATH")


def _where(report: Report, console: Console) -> None:
    facts = report.facts
    _put(console, one_line(f"{facts.server} ({facts.route}) · {facts.project} · {facts.driver}"), "dim")
    if facts.why:
        _put(console, visible(facts.why), "dim")


def _change(review: Review, console: Console) -> None:
    """What was compared, the counters, and the tree of what changed."""
    _put(console, f"\n{compared(review)}", "bold")
    for how, revisions in besides(review):
        _put(console, one_line(f"{how}: {', '.join(revisions)}", 300), "yellow")
    if review.failure is not None:
        where = f" at {one_line(review.failed)}" if review.failed else ""
        _put(console, f"it stopped{where}: {_long(str(review.failure))}", "bold red")
    for line in counters(review):
        _put(console, f"  {line}", "dim")
    _put(console, "")
    for change, line in tree(review):
        _put(console, f"  {line}", _CHANGES.get(change, "cyan" if change else "dim"))
    if not review.objects and review.failure is None:
        _put(console, "  no object of the schema is another than before")


def _long(text: str) -> str:
    """Visible, in its lines, and cut where nobody reads on."""
    told = visible(text)
    return told if len(told) <= _LONG else told[: _LONG - 1] + "…"


def _revisions(report: Report, console: Console) -> None:
    if not report.revisions:
        return
    shown = report.revisions
    if len(shown) > _QUIET_ABOVE:
        shown = tuple(r for r in shown if "failed" in (r.upgrade, r.downgrade, r.again))
    _put(console, "")
    if shown:
        _put(console, "  up  down again", "dim")
    for revision in shown:
        _put(console, _line(revision))
    if len(shown) < len(report.revisions):
        _put(console, f"  {_rest(report.revisions)}", "dim")


def _rest(revisions: tuple[RevisionResult, ...]) -> str:
    """What is not listed line by line: every way ran, or some never did."""
    words = [(r.upgrade, r.downgrade, r.again) for r in revisions]
    quiet = sum(set(w) == {"ok"} for w in words)
    partly = sum("failed" not in w and "not run" in w for w in words)
    text = f"{_count(quiet, 'more revision')} up, down and up again without an error"
    return text + (f"; {partly} not run, or only in part" if partly else "")


def _line(revision: RevisionResult) -> Text:
    line = Text("  ")
    for word, width in ((revision.upgrade, 4), (revision.downgrade, 5), (revision.again, 6)):
        mark, style = _MARKS[word]
        line.append(mark.ljust(width), style=style)
    line.append(one_line(revision.id), style="bold")
    line.append(f"  {one_line(revision.message, 70)}")
    line.append(f"  {_count(revision.statements, 'statement')}", style="dim")
    return line


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _finding(finding: Finding, console: Console, told: set[str]) -> None:
    _put(console, "")
    head = Text(f"{finding.severity.value}", style=_STYLE[finding.severity])
    head.append(f" {one_line(finding.rule)}", style="bold")
    head.append(f"  {_long(finding.message)}")
    _put(console, head)
    if finding.file:
        _put(console, f"  {_place(finding)}", "cyan")
    _indented(console, list(finding.details), 4)
    if finding.sql:
        _put(console, f"    {one_line(finding.sql)}", "dim")
    if finding.mend:
        _put(console, "  mended by:")
        _indented(console, finding.mend.splitlines(), 4)
    if finding.hint and finding.hint not in told:
        _put(console, f"  way out: {_long(finding.hint)}")
        told.add(finding.hint)


def _indented(console: Console, lines: list[str], width: int) -> None:
    for line in lines[:_DETAILS]:
        _put(console, " " * width + _long(line).replace("\n", "\n" + " " * (width + 2)))
    if len(lines) > _DETAILS:
        _put(console, " " * width + f"… and {len(lines) - _DETAILS} more")


def _place(finding: Finding) -> str:
    path = one_line(relative(finding.file or ""), 1000)
    return f"{path}:{finding.line}" if finding.line else path


def relative(path: str) -> str:
    """The path as a reader would type it here."""
    inside = Path(path).is_absolute() and Path(path).is_relative_to(Path.cwd())
    return os.path.relpath(path) if inside else path


def _measured(report: Report, console: Console) -> None:
    """What the revisions under test did, statement by statement; of many, JSON has it."""
    passages = report.measured.passages
    if not passages:
        return
    title = f"under test on tables with rows: {_count(len(passages), 'revision')}, {report.measured.why}"
    _put(console, f"\n{one_line(title)}", "bold")
    if len(passages) > _QUIET_ABOVE:
        _put(console, "  statement by statement: --format json=PATH")
        return
    for line in measured_lines(report.measured):
        _put(console, f"  {_long(line)}")
    _put(console, "")
    for line in summary_lines(report.measured, report.compatibility):
        _put(console, f"  {_long(line)}")


def _notes(report: Report, console: Console) -> None:
    for title, lines in (
        ("accepted", [f"{f.rule} {f.revision or f.object}: {f.accepted}" for f in report.accepted_findings]),
        ("not looked at", report.coverage),
        ("unmodelled (only the migrations know them)", report.unmodelled),
        ("values replaced in the project's environment", [", ".join(report.facts.replaced)]),
    ):
        if any(lines):
            _put(console, "")
            _put(console, title, "bold")
            _indented(console, list(lines), 2)


def _verdict(report: Report) -> Text:
    if report.incomplete:
        return Text(f"\ncould not verify: {_long(report.incomplete)}", style="bold red")
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    counts = ", ".join(_count(n, w) for n, w in ((errors, "error"), (warnings, "warning")) if n)
    colour = "bold red" if errors else "bold yellow" if warnings else "bold green"
    return Text(f"\n{counts or 'clean'}: {_size(report)} in {report.seconds:.1f} s", style=colour)


def _size(report: Report) -> str:
    if report.review is None:
        return _count(len(report.revisions), "revision")
    revisions = _count(len(report.review.revisions), "revision")
    return f"{revisions}, {_count(len(report.review.objects), 'changed object')},"
