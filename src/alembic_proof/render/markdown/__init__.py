"""Markdown for a comment on a pull request and for the summary of a job: pure functions from a Report to text.

The order: a hidden marker by which the comment is found again, the verdict and the counters, what was found, what the
revisions under test do, old and new code, estimates, the SQL, every revision, what was accepted, what was not looked
at, how to see the same at home. What is too long gives way, the least important first, and is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256

from alembic_proof.findings import Severity
from alembic_proof.render.markdown.about import accepted, blind_spots, models, reproduce, revisions, round_trip
from alembic_proof.render.markdown.escape import code, prose
from alembic_proof.render.markdown.fit import Budget, Section, fitted, utf8, utf16
from alembic_proof.render.markdown.found import counted, decisions, findings, table
from alembic_proof.render.markdown.objects import objects, picture
from alembic_proof.render.markdown.ran import deployed, estimates, executed, under_test
from alembic_proof.render.markdown.review import context, counters, has_news, headline, one_line, stopped
from alembic_proof.report import Report
from alembic_proof.review import Review
from alembic_proof.trace import Measured

FORMAT = 1
COMMENT_LIMIT = 65_536
SUMMARY_LIMIT = 1_048_576
_COMMENT_AIM = 20_000
_WHOLE = "the summary of the job, and `--format json=PATH`"
_ALL = 10_000
_SQL, _FOUND, _TEST, _DEPLOY = "SQL that was run", "findings", "revisions under test", "old and new code"
_COST, _REVISIONS, _ACCEPTED, _BLIND = "estimates", "every revision", "accepted", "not looked at"
_HOME, _VERDICT = "how to see it at home", "verdict"
_OBJECTS, _PICTURE, _MODELS = "the change object by object", "picture", "models and migrations"
# least important first; a name again is its next shorter form
_SOFT = (
    *(_SQL, _ACCEPTED, _REVISIONS, _COST, _BLIND, _SQL, _REVISIONS, _FOUND, _FOUND, _TEST, _DEPLOY, _ACCEPTED),
    *(_FOUND, _TEST, _COST, _BLIND, _FOUND, _DEPLOY),
)
_HARD = (*(_TEST, _FOUND, _FOUND, _FOUND, _REVISIONS, _ACCEPTED, _DEPLOY, _BLIND, _HOME, _FOUND), _VERDICT)
# first the SQL, then the picture, then the differences; title, counters and decisions stay
_SOFT_REVIEW = (
    *(_SQL, _ACCEPTED, _OBJECTS, _COST, _BLIND, _REVISIONS, _MODELS, _DEPLOY, _FOUND, _SQL, _PICTURE, _FOUND),
    *(_OBJECTS, _FOUND, _OBJECTS, _SQL, _REVISIONS, _ACCEPTED, _FOUND, _DEPLOY, _COST, _BLIND),
)
_HARD_REVIEW = (
    *(_SQL, _OBJECTS, _PICTURE),
    *(_FOUND, _FOUND, _OBJECTS, _REVISIONS, _MODELS, _MODELS, _ACCEPTED, _DEPLOY, _BLIND, _FOUND, _HOME, _FOUND),
    _VERDICT,
)
# the forms that only the summary has
_WIDER = 3


def render(report: Report, limit: int = COMMENT_LIMIT, key: str = "default", pages: str = "") -> str:
    """A comment: about 20,000 characters where that is enough, never more than `limit` (1,000 or more).

    `key` tells the comments of several environments apart; `pages` is where the pages of the rules are, as a URL.
    """
    head = marker(report, key)
    budget = Budget(_COMMENT_AIM, limit - len(head) - 1, utf16, _WHOLE)
    return f"{head}\n{_body(report, pages, budget)}"


def summary(report: Report, limit: int = SUMMARY_LIMIT, pages: str = "") -> str:
    """The summary of a job: all there is, below `limit` bytes."""
    whole = "`--format json=PATH`"
    return _body(report, pages, Budget(limit - 1, limit - 1, utf8, whole), wide=True)


def marker(report: Report, key: str = "default") -> str:
    """A line that nobody sees; its digest stays the same where only times differ.

    `news=no`: a branch that does nothing to the schema, and nothing found; then `alembic-proof post` makes no comment.
    """
    timeless = replace(report, seconds=0.0, measured=_timeless(report.measured))
    text = _body(timeless, "", Budget(SUMMARY_LIMIT, SUMMARY_LIMIT, utf8, ""))
    name = re.sub("-{2,}", "-", re.sub(r"[^A-Za-z0-9._-]+", "_", key))[:60]
    digest = sha256(text.encode()).hexdigest()[:16]
    news = "" if has_news(report) else " news=no"
    return f"<!-- alembic-proof:report key={name} digest={digest} format={FORMAT}{news} -->"


def _timeless(measured: Measured) -> Measured:
    passages = tuple(
        replace(p, statements=tuple(replace(s, seconds=0.0 if s.seconds is not None else None) for s in p.statements))
        for p in measured.passages
    )
    return replace(measured, passages=passages, estimates=())


def _body(report: Report, pages: str, budget: Budget, wide: bool = False) -> str:
    if report.review is None:
        return fitted(_of_verify(report, pages, wide), (*_SOFT, *(_FOUND,) * _WIDER), _HARD, budget)
    if not has_news(report):
        return one_line(report) + "\n"
    return fitted(
        _of_review(report, report.review, pages, wide), (*_SOFT_REVIEW, *(_FOUND,) * _WIDER), _HARD_REVIEW, budget
    )


def _of_verify(report: Report, pages: str, wide: bool) -> tuple[Section, ...]:
    return (
        Section(_VERDICT, (partial(_verdict, report), partial(_title, report))),
        Section(_FOUND, _found(partial(findings, report, pages), wide)),
        Section(_TEST, (*(partial(under_test, report, most) for most in (300, 40, 15)), _nothing)),
        *_common(report),
        Section(_SQL, (*(partial(executed, report, most) for most in (200, 50)), _nothing)),
        Section(_REVISIONS, (*(partial(revisions, report, most) for most in (2_000, 50, 0)), _nothing)),
        *_rest(report),
    )


def _of_review(report: Report, review: Review, pages: str, wide: bool) -> tuple[Section, ...]:
    """In the order in which a reviewer asks: what is it, what must I decide, what runs, what comes of it, and back?"""
    sql = (2_000, 200, 50, 15) if wide else (200, 50, 15)
    shown = (
        ((2_000, 2_000), (200, 200), (60, 50), (0, 100), (0, 15)) if wide else ((200, 200), (60, 50), (0, 100), (0, 15))
    )
    return (
        Section(_VERDICT, (partial(_reviewed, report, review), partial(_title, report))),
        Section(_FOUND, _found(partial(decisions, report, pages), wide)),
        Section(_SQL, (*(partial(executed, report, most) for most in sql), _nothing)),
        Section(_OBJECTS, (*(partial(objects, report, lines, most) for lines, most in shown), _nothing)),
        Section(_PICTURE, (partial(picture, review), _nothing)),
        Section(_REVISIONS, (*(partial(round_trip, report, most) for most in (500, 20, 0)), _nothing)),
        Section(_MODELS, (*(partial(models, report, most) for most in (100, 5, 0)), _nothing)),
        *_common(report),
        *_rest(report),
    )


def _found(told: Callable[..., str], wide: bool) -> tuple[Callable[[], str], ...]:
    """So many in full, so many more as a line; at last a sentence each."""
    everything = [(_ALL, _ALL), (500, _ALL), (100, 2_000)] if wide else []
    shown = [*everything, (10, 500), (10, 100), (10, 20), (10, 0), (5, 0)]
    return (
        *(partial(told, *most) for most in shown),
        *(partial(told, most, 0, brief=True) for most in (10, 3, 1)),
        _nothing,
    )


def _common(report: Report) -> tuple[Section, ...]:
    return (
        Section(_DEPLOY, (*(partial(deployed, report.compatibility, most) for most in (20, 5, 0)), _nothing)),
        Section(_COST, (*(partial(estimates, report, most) for most in (50, 10)), _nothing)),
    )


def _rest(report: Report) -> tuple[Section, ...]:
    return (
        Section(_ACCEPTED, (*(partial(accepted, report, most) for most in (500, 20, 0)), _nothing)),
        Section(_BLIND, (*(partial(blind_spots, report, most) for most in (200, 10, 0)), _nothing)),
        Section(_HOME, (partial(reproduce, report), _nothing)),
    )


def _nothing() -> str:
    return ""


def _verdict(report: Report) -> str:
    facts = report.facts
    server = code(f"{facts.server} ({facts.route})", 80) if facts.server else "no server"
    where = f"{server} · {code(facts.project, 200)} · {report.seconds:.1f} s" if facts.project else server
    stopped = [f"**It stopped:** {prose(report.incomplete, 500)}"] if report.incomplete else []
    return "\n\n".join([_title(report), *stopped, where, _counters(report)])


def _reviewed(report: Report, review: Review) -> str:
    why = f"**It could not finish:** {prose(report.incomplete, 500)}" if report.incomplete else ""
    parts = (_title(report), why, context(report, review), stopped(review), counters(review))
    return "\n\n".join(part for part in parts if part)


def _title(report: Report) -> str:
    if report.review is not None:
        return f"## Schema review: {headline(report, report.review)}"
    return f"## Migrations: {_headline(report)}"


def _headline(report: Report) -> str:
    if report.incomplete:
        return "could not verify"
    number = counted(len(report.revisions), "revision")
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    counts = " and ".join(counted(n, w) for n, w in ((errors, "error"), (warnings, "warning")) if n)
    return f"{counts} in {number}" if counts else f"nothing found in {number}"


def _counters(report: Report) -> str:
    failed = sum("failed" in (r.upgrade, r.downgrade, r.again) for r in report.revisions)
    counts = {
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "notes": report.count(Severity.INFO),
        "accepted": len(report.accepted_findings),
        "revisions": len(report.revisions),
        "of them failed": failed,
        "under test": len(report.measured.passages),
        "not looked at": len(report.coverage),
    }
    return table(counts, [[f"{n:,}" for n in counts.values()]])
