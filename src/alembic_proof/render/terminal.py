"""The terminal: verdict first, then what is wrong, then what was not looked at."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from alembic_proof.findings import Finding, Severity
from alembic_proof.render.measured import measured_lines, summary_lines
from alembic_proof.render.text import one_line, visible
from alembic_proof.report import Report, RevisionResult

_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_MARKS = {"ok": ("✓", "green"), "failed": ("✗", "bold red"), "not run": ("–", "dim")}
_QUIET_ABOVE = 25
_DETAILS = 12
_PER_RULE = 25


def render(report: Report, console: Console | None = None) -> str:
    """Plain text without a console; with one, it prints there, in colour where it has any."""
    if console is not None:
        _print(report, console)
        return ""
    plain = Console(file=io.StringIO(), width=110, no_color=True, highlight=False)
    _print(report, plain)
    assert isinstance(plain.file, io.StringIO)
    return plain.file.getvalue()


def _print(report: Report, console: Console) -> None:
    _revisions(report, console)
    told: set[str] = set()
    for finding in _worth_printing(report.open_findings, console):
        _finding(finding, console, told)
    _measured(report, console)
    _notes(report, console)
    console.print(_verdict(report))


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
            console.print(Text(f"\n{number - _PER_RULE} more of {rule} ({severity.value}): see --format json=PATH"))


def _revisions(report: Report, console: Console) -> None:
    facts = report.facts
    where = one_line(f"{facts.server} ({facts.route}) · {facts.project} · {facts.driver}")
    console.print(Text(where, style="dim"))
    if facts.why:
        console.print(Text(visible(facts.why), style="dim"))
    if not report.revisions:
        return
    shown = report.revisions
    if len(shown) > _QUIET_ABOVE:
        shown = tuple(r for r in shown if "failed" in (r.upgrade, r.downgrade, r.again))
    console.print()
    if shown:
        console.print(Text("  up  down again", style="dim"))
    for revision in shown:
        console.print(_line(revision))
    if len(shown) < len(report.revisions):
        console.print(Text(f"  {_rest(report.revisions)}", style="dim"))


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
    console.print()
    head = Text(f"{finding.severity.value}", style=_STYLE[finding.severity])
    head.append(f" {one_line(finding.rule)}", style="bold")
    head.append(f"  {visible(finding.message)}")
    console.print(head)
    if finding.file:
        console.print(Text(f"  {_place(finding)}", style="cyan"))
    _indented(console, list(finding.details), 4)
    if finding.sql:
        console.print(Text(f"    {one_line(finding.sql)}", style="dim"))
    if finding.mend:
        console.print(Text("  mended by:"))
        _indented(console, finding.mend.splitlines(), 4)
    if finding.hint and finding.hint not in told:
        console.print(Text(f"  way out: {visible(finding.hint)}"))
        told.add(finding.hint)


def _indented(console: Console, lines: list[str], width: int) -> None:
    for line in lines[:_DETAILS]:
        console.print(Text(" " * width + visible(line).replace("\n", "\n" + " " * (width + 2))))
    if len(lines) > _DETAILS:
        console.print(Text(" " * width + f"… and {len(lines) - _DETAILS} more"))


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
    console.print(Text(f"\n{one_line(title)}", style="bold"))
    if len(passages) > _QUIET_ABOVE:
        console.print(Text("  statement by statement: --format json=PATH"))
        return
    for line in measured_lines(report.measured):
        console.print(Text(f"  {visible(line)}"))
    console.print()
    for line in summary_lines(report.measured, report.compatibility):
        console.print(Text(f"  {visible(line)}"))


def _notes(report: Report, console: Console) -> None:
    for title, lines in (
        ("accepted", [f"{f.rule} {f.revision or f.object}: {f.accepted}" for f in report.accepted_findings]),
        ("not looked at", report.coverage),
        ("unmodelled (only the migrations know them)", report.unmodelled),
        ("values replaced in the project's environment", [", ".join(report.facts.replaced)]),
    ):
        if any(lines):
            console.print()
            console.print(Text(title, style="bold"))
            _indented(console, list(lines), 2)


def _verdict(report: Report) -> Text:
    if report.incomplete:
        return Text(f"\ncould not verify: {visible(report.incomplete)}", style="bold red")
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    revisions = f"{_count(len(report.revisions), 'revision')} in {report.seconds:.1f} s"
    if not errors + warnings:
        return Text(f"\nclean: {revisions}", style="bold green")
    counts = ", ".join(_count(n, w) for n, w in ((errors, "error"), (warnings, "warning")) if n)
    return Text(f"\n{counts}: {revisions}", style="bold red" if errors else "bold yellow")
