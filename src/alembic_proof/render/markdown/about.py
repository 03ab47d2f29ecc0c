"""The rest of the text: every revision, what was accepted, what was not looked at, and how to see it at home."""

from __future__ import annotations

import shlex

from alembic_proof import __version__
from alembic_proof.findings import Finding, Severity
from alembic_proof.render.markdown.escape import code, prose
from alembic_proof.render.markdown.found import counted, details, table
from alembic_proof.render.text import without_secrets
from alembic_proof.report import Report, RevisionResult


def revisions(report: Report, most: int) -> str:
    """Each revision up, down and up again; where they are too many, those that failed, and the number of others."""
    every = report.revisions
    if not every:
        return ""
    shown = every if len(every) <= most else tuple(r for r in every if "failed" in _ways(r))[:most]
    title = f"Every revision, up, down and up again: {_sum(every)}"
    rest = f"\n\nAnd {counted(len(every) - len(shown), 'more revision')}." if len(shown) < len(every) else ""
    head = ("revision", "message", "up", "down", "again", "statements")
    return details(title, table(head, map(_row, shown)) + rest) if shown else f"{title}."


def _ways(revision: RevisionResult) -> tuple[str, str, str]:
    return revision.upgrade, revision.downgrade, revision.again


def _row(r: RevisionResult) -> tuple[str, ...]:
    ways = (f"**{way}**" if way == "failed" else way for way in _ways(r))
    return (code(r.id, 40), prose(r.message, 80), *ways, str(r.statements))


def _sum(every: tuple[RevisionResult, ...]) -> str:
    ok = sum(set(_ways(r)) == {"ok"} for r in every)
    failed = sum("failed" in _ways(r) for r in every)
    parts = ((ok, "ran every way"), (failed, "failed"), (len(every) - ok - failed, "not run, or only in part"))
    return ", ".join(f"{n:,} {word}" for n, word in parts if n)


def round_trip(report: Report, most: int) -> str:
    """The branch's revisions up, down and up again, and what the way back does not restore."""
    review = report.review
    every = tuple(r for r in report.revisions if review is None or r.id in review.revisions)
    if not every:
        return ""
    spoilt = sum(any(f.severity is not Severity.INFO for f in _way_back(report, r)) for r in every)
    title = f"### Round trip: {_sum(every)}{f', {spoilt:,} with findings on the way back' if spoilt else ''}"
    if not most:
        return title
    left = [f"And {counted(len(every) - most, 'more revision')}."] if every[most:] else []
    rows = [(*_row(r), _kept(report, r)) for r in every[:most]]
    head = ("revision", "message", "up", "down", "again", "statements", "found on the way back")
    return "\n\n".join([title, table(head, rows), *left])


def _kept(report: Report, revision: RevisionResult) -> str:
    said = _way_back(report, revision)
    told = [f"{prose(f.message, 160)}{' (accepted)' if f.accepted else ''}" for f in said[:3]]
    return "<br>".join([*told, *([f"and {len(said) - 3:,} more"] if said[3:] else [])]) or "–"


def _way_back(report: Report, revision: RevisionResult) -> list[Finding]:
    return [f for f in report.findings if f.revision == revision.id and (f.direction == "downgrade" or _is_again(f))]


def _is_again(finding: Finding) -> bool:
    return finding.rule.startswith("upgrade/again-")


def models(report: Report, most: int) -> str:
    """Whether the models say what the migrations make; unknown where the question has no answer."""
    found = [f for f in report.findings if f.rule.startswith("drift/")]
    open_ = [f for f in found if f.accepted is None]
    unknown = [line for line in report.coverage if line.startswith("drift: ")]
    said = [counted(len(open_), "finding")] if open_ else []
    said += [f"{len(found) - len(open_):,} accepted"] if len(found) > len(open_) else []
    said += ["not looked at"] if unknown or report.incomplete else ["no difference"] if not found else []
    head = f"### Models and migrations: {', '.join(said)}"
    lines = [f"- {f.severity.value} {code(f.rule, 60)}: {prose(f.message, 200)}" for f in open_[:most]]
    lines += [f"- and {len(open_) - most:,} more"] if open_[most:] else []
    lines += [f"- {prose(line, 300)}" for line in unknown[:most]]
    return "\n\n".join([head, *(["\n".join(lines)] if lines else [])])


def accepted(report: Report, most: int) -> str:
    """What somebody gave a reason for, with the reason."""
    every = report.accepted_findings
    if not every:
        return ""
    title = counted(len(every), "accepted finding")
    if not most:
        return f"{title}."
    rows = (
        (code(f.rule, 60), code(f.revision or f.object or "", 100), prose(f.accepted or "", 200)) for f in every[:most]
    )
    rest = f"\n\nAnd {len(every) - most:,} more." if every[most:] else ""
    return details(title, table(("rule", "what", "reason"), rows) + rest)


def blind_spots(report: Report, most: int) -> str:
    """What this run does not answer; its number is always told."""
    parts = (
        ("Not looked at", report.coverage),
        ("Unmodelled, only the migrations know them", report.unmodelled),
    )
    if report.review is not None and not report.incomplete and not any(lines for _, lines in parts):
        return "### Not looked at\n\nNothing that this run knows of."
    return "\n\n".join(_listed(title, lines, most) for title, lines in parts if lines)


def _listed(title: str, lines: tuple[str, ...], most: int) -> str:
    head = f"{title}: {len(lines):,}"
    if not most:
        return f"{head}."
    rest = [f"- and {len(lines) - most:,} more"] if lines[most:] else []
    told = "\n".join([*(f"- {prose(line, 300)}" for line in lines[:most]), *rest])
    return f"### {title}\n\n{told}" if len(lines) <= 5 else details(head, told)


def reproduce(report: Report) -> str:
    """The server, the versions and the command."""
    facts = report.facts
    number = facts.server.rpartition(" ")[2].partition(".")[0]
    version = f" --postgres-version {number}" if number.isascii() and number.isdigit() else ""
    said = [f"alembic-proof {__version__}", *(code(x, 100) for x in (facts.server, facts.driver) if x)]
    lines = [f"**See it at home** ({', '.join(said)}): {code(f'alembic-proof {_command(report)}{version}', 200)}"]
    if facts.why:
        lines.append(f"Server: {prose(facts.why, 200)}.")
    if facts.replaced:
        lines.append(f"Replaced in the project's environment: {', '.join(code(x, 60) for x in facts.replaced[:20])}.")
    return "<br>\n".join([*lines, "`alembic-proof explain RULE` says why a rule matters, and the way out."])


def _command(report: Report) -> str:
    """What was run; a password is blotted before the quotes, which would cut it in two."""
    if report.review is None:
        return "verify"
    ref = without_secrets(report.review.commits.ref)
    return f"review --base {shlex.quote(ref)}" if ref else "review"
