"""Findings: worst first, the first ones in full, more of them a line each, the rest counted by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from alembic_proof.checks import RULES
from alembic_proof.findings import Basis, Finding, Severity
from alembic_proof.render.markdown.escape import code, fence, flat, prose
from alembic_proof.render.measured import strong, waits
from alembic_proof.render.terminal import relative
from alembic_proof.report import Report

_NOUNS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_BASIS = {
    Basis.OBSERVED: "it happened in this run",
    Basis.PROVEN: "the server says so",
    Basis.REPORTED: "it stands in the text",
}
_RULES_TOLD = 10
_DETAILS = 12
# details of so many characters are not folded
_SHORT = 250


def counted(number: int, noun: str) -> str:
    """`1 error`, `2 errors`, `5,000 errors`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def findings(report: Report, pages: str, full: int, lines: int, brief: bool = False) -> str:
    """`full` findings with all they say (`brief`: in a sentence), `lines` more in a table, and the number of others."""
    found = report.open_findings
    if not found:
        return ""
    parts = [part for part in _groups(report, pages, full, brief) if part]
    rest = found[full:]
    if rest[:lines]:
        parts.append(details(counted(len(rest[:lines]), "more finding"), _table(rest[:lines], pages)))
    if rest[lines:]:
        parts.append(_others(rest[lines:]))
    return "\n\n".join(parts)


def decisions(report: Report, pages: str, full: int, lines: int, brief: bool = False) -> str:
    """Open errors and warnings, worst first; the notes below them, folded."""
    open_ = tuple(f for f in report.open_findings if f.severity is not Severity.INFO)
    notes = tuple(f for f in report.open_findings if f.severity is Severity.INFO)
    told: set[str] = set()
    parts = []
    if open_:
        counts = ((report.count(Severity.ERROR), "error"), (report.count(Severity.WARNING), "warning"))
        parts.append(f"### Needs a decision: {' and '.join(counted(n, word) for n, word in counts if n)}")
        parts += [_brief(report, f, pages) if brief else _whole(report, f, pages, told) for f in open_[:full]]
    if open_[full:][:lines]:
        parts.append(
            details(f"And {counted(len(open_[full:][:lines]), 'more finding')}", _table(open_[full:][:lines], pages))
        )
    if open_[full + lines :]:
        parts.append(_others(open_[full + lines :]))
    if notes:
        title = counted(len(notes), "note")
        shown = notes[: lines or 0]
        rest = [_others(notes[len(shown) :])] if notes[len(shown) :] and shown else []
        parts.append(details(title, "\n\n".join([_table(shown, pages), *rest])) if shown else f"And {title}.")
    return "\n\n".join(parts)


def details(title: str, body: str) -> str:
    """What opens with a click; `title` is our own words."""
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Cells that are escaped already, one row a line."""
    names = tuple(head)
    lines = [names, ("---",) * len(names), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _groups(report: Report, pages: str, full: int, brief: bool) -> Iterator[str]:
    told: set[str] = set()
    for severity, group in groupby(report.open_findings[:full], key=lambda f: f.severity):
        yield f"### {counted(report.count(severity), _NOUNS.get(severity, severity.value))}"
        for finding in group:
            yield _brief(report, finding, pages) if brief else _whole(report, finding, pages, told)


def _whole(report: Report, finding: Finding, pages: str, told: set[str]) -> str:
    """The head, the statement, the details, the mend, and the way out where it was not said yet."""
    parts = [_brief(report, finding, pages)]
    if finding.sql:
        parts.append(fence(flat(finding.sql, 400), "sql"))
    if finding.hint and finding.hint not in told:
        told.add(finding.hint)
        parts.append(f"**Way out:** {prose(finding.hint)}")
    if finding.mend:
        parts.append("**Mended by:**\n\n" + fence(finding.mend, _language(finding.mend), 25, 200))
    if finding.details:
        shown = _details(finding.details)
        parts.append(shown if len(shown) <= _SHORT else details(counted(len(finding.details), "detail"), shown))
    return "\n\n".join(parts)


def _details(lines: tuple[str, ...]) -> str:
    rest = [f"… and {len(lines) - _DETAILS:,} more"] if lines[_DETAILS:] else []
    return fence("\n".join([*(flat(line, 300) for line in lines[:_DETAILS]), *rest]), "text")


def _brief(report: Report, finding: Finding, pages: str) -> str:
    about = [place(finding), f"revision {code(finding.revision, 40)}" if finding.revision else ""]
    where = ", ".join([*(a for a in about if a), f"{finding.basis.value}: {_BASIS[finding.basis]}"])
    head = f"**{finding.severity.value}** {rule(finding.rule, pages)}: {prose(finding.message)}"
    return "<br>\n".join([head, *_locks(report, finding), where])


def _locks(report: Report, finding: Finding) -> list[str]:
    """What its statement holds and makes wait, where the message does not say it."""
    passage = report.measured.of(finding.revision) if finding.revision else None
    if passage is None or finding.direction == "downgrade" or "Lock" in finding.message:
        return []
    found = next((s for s in passage.statements if s.sql == finding.sql and s.line == finding.line), None)
    if found is None or found.effects is None:
        return []
    effects = found.effects
    felt = {b.table for b in effects.blocked}
    locks = [lock for lock in strong(effects) if lock.relation in felt]
    held = [f"{lock.mode} on {code(lock.relation, 130)}: {waits(effects, lock.relation)}" for lock in locks]
    return [f"locks {'; '.join(held[:3])}{'; …' if held[3:] else ''}"] if held else []


def _language(mend: str) -> str:
    return "python" if mend.lstrip().startswith(("op.", "from ", "import ", "with ", "sa.")) else "sql"


def rule(name: str, pages: str) -> str:
    """Its name, as a link where `pages` says where the pages are and there is one."""
    known = RULES.get(name)
    return f"[{code(name)}]({pages}/{name}.md)" if pages and known and known.example else code(name)


def place(finding: Finding) -> str:
    """`file:line`, where it has one."""
    if not finding.file:
        return ""
    path = relative(finding.file)
    return code(f"{path}:{finding.line}" if finding.line else path, 300)


def _table(rest: tuple[Finding, ...], pages: str) -> str:
    rows = ((f.severity.value, rule(f.rule, pages), place(f) or "–", prose(f.message, 160)) for f in rest)
    return table(("severity", "rule", "where", "what"), rows)


def _others(rest: tuple[Finding, ...]) -> str:
    every = Counter((f.severity.value, f.rule) for f in rest)
    most = sorted(every.items(), key=lambda item: -item[1])[:_RULES_TOLD]
    said = ", ".join(f"{number:,} × {code(name, 60)} ({severity})" for (severity, name), number in most)
    more = f", and {counted(len(every) - len(most), 'more rule')}" if len(every) > len(most) else ""
    return f"**And {len(rest):,} more:** {said}{more}."
