"""Findings: worst first, the first ones in full, more of them a line each, the rest counted by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from alembic_proof.checks import RULES
from alembic_proof.findings import Finding, Severity
from alembic_proof.render.markdown.escape import code, fence, flat, prose
from alembic_proof.render.terminal import relative
from alembic_proof.report import Report

_NOUNS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_RULES_TOLD = 10
_DETAILS = 12


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
            yield _brief(finding, pages) if brief else _whole(finding, pages, told)


def _whole(finding: Finding, pages: str, told: set[str]) -> str:
    """The head, the statement, the details, the mend, and the way out where it was not said yet."""
    parts = [_brief(finding, pages)]
    if finding.sql:
        parts.append(fence(flat(finding.sql, 400), "sql"))
    if finding.hint and finding.hint not in told:
        told.add(finding.hint)
        parts.append(f"**Way out:** {prose(finding.hint)}")
    if finding.mend:
        parts.append("**Mended by:**\n\n" + fence(finding.mend, _language(finding.mend), 25, 200))
    if finding.details:
        parts.append(details(counted(len(finding.details), "detail"), _details(finding.details)))
    return "\n\n".join(parts)


def _details(lines: tuple[str, ...]) -> str:
    rest = [f"… and {len(lines) - _DETAILS:,} more"] if lines[_DETAILS:] else []
    return fence("\n".join([*(flat(line, 300) for line in lines[:_DETAILS]), *rest]), "text")


def _brief(finding: Finding, pages: str) -> str:
    about = [place(finding), f"revision {code(finding.revision, 40)}" if finding.revision else ""]
    where = ", ".join(a for a in (*about, finding.basis.value) if a)
    return f"**{finding.severity.value}** {rule(finding.rule, pages)}: {prose(finding.message)}<br>\n{where}"


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
