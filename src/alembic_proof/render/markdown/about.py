"""The rest of the text: every revision, what was accepted, what was not looked at, and how to see it at home."""

from __future__ import annotations

from alembic_proof import __version__
from alembic_proof.render.markdown.escape import code, prose
from alembic_proof.render.markdown.found import counted, details, table
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
    lines = [f"**See it at home** ({', '.join(said)}): `alembic-proof verify{version}`"]
    if facts.why:
        lines.append(f"Server: {prose(facts.why, 200)}.")
    if facts.replaced:
        lines.append(f"Replaced in the project's environment: {', '.join(code(x, 60) for x in facts.replaced[:20])}.")
    return "<br>\n".join([*lines, "`alembic-proof explain RULE` says why a rule matters, and the way out."])
