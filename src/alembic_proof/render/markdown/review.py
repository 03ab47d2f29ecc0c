"""What a branch does to the schema: the verdict, what was compared, and how many objects of each kind changed."""

from __future__ import annotations

from collections.abc import Mapping

from alembic_proof.findings import Severity
from alembic_proof.render.markdown.escape import code, fence, flat, prose
from alembic_proof.render.markdown.found import counted, table
from alembic_proof.report import Report
from alembic_proof.review import CHANGES, Review

_LOSSES = ("removed", "replaced")
_SHORT = 10
_NAMED = 5


def headline(report: Report, review: Review) -> str:
    """`2 revisions, 5 changes, 1 needs a decision`."""
    said = [counted(len(review.revisions), "revision"), counted(len(review.objects), "change")]
    if report.incomplete:
        return ", ".join(["could not verify", *said])
    open_ = report.count(Severity.ERROR) + report.count(Severity.WARNING)
    needs = f"{open_:,} {'needs' if open_ == 1 else 'need'} a decision"
    return ", ".join([*said, needs if open_ else "nothing to decide"])


def has_news(report: Report) -> bool:
    """Whether there is more to say than one line: a change, a finding, or no answer."""
    review = report.review
    return review is None or report.verdict != "clean" or bool(review.revisions or review.touched or review.objects)


def one_line(report: Report) -> str:
    """For a branch that does nothing to the schema, and of which nothing was found."""
    commits = report.review.commits if report.review else None
    head = f" at {code(commits.head[:_SHORT], 40)}" if commits and commits.head else ""
    return f"Schema review: no change of the schema, and nothing found{head}."


def context(report: Report, review: Review) -> str:
    """Which commits, which revisions, on what, for how long; and what else has to be known of the comparison."""
    facts = report.facts
    said = [_commits(review), _heads(review), code(f"{facts.server} ({facts.route})", 80) if facts.server else ""]
    lines = [" · ".join([*(s for s in said if s), f"{report.seconds:.1f} s"]), *_besides(review)]
    return "<br>\n".join(lines)


def _commits(review: Review) -> str:
    commits = review.commits
    base = f"{code(commits.ref, 80)} at {code(commits.base[:_SHORT], 40)}" if commits.ref else ""
    return f"{base} → {code(commits.head[:_SHORT], 40)}" if commits.head else base


def _heads(review: Review) -> str:
    start, end = (_names(heads) or "an empty history" for heads in (review.start, review.end))
    return f"revision {start} → {end}" if review.start or review.end else ""


def _names(revisions: tuple[str, ...]) -> str:
    more = f" and {len(revisions) - _NAMED:,} more" if revisions[_NAMED:] else ""
    return ", ".join(code(r, 40) for r in revisions[:_NAMED]) + more


def _besides(review: Review) -> list[str]:
    said = []
    if review.unseen:
        said.append(f"Not in this branch, and run first, since the base has them: {_names(review.unseen)}.")
    for how in ("edited", "deleted"):
        touched = tuple(t.revision for t in review.touched if t.how == how)
        said += [f"**{how.capitalize()}** revisions of the base: {_names(touched)}."] if touched else []
    if len(review.merged_heads) > 1:
        said.append(
            f"**Merged, the history would have {len(review.merged_heads)} heads:** {_names(review.merged_heads)}."
        )
    return said


def stopped(review: Review) -> str:
    """At which revision and statement it ended, with the server's words; the rest is as far as it came."""
    failure = review.failure
    if failure is None:
        return ""
    where = f" at revision {code(review.failed, 40)}" if review.failed else ""
    said = f"**It stopped{where}:** {prose(str(failure), 500)}<br>\nWhat follows is as far as it came."
    return f"{said}\n\n{fence(flat(failure.sql, 400), 'sql')}" if failure.sql else said


def counters(review: Review) -> str:
    """Kind by change; never folded, since what is lost must be seen."""
    if not review.counts:
        return "**No object of the schema is another than before.**" if review.failure is None else ""
    rows = [(kind, *(_number(counts, change) for change in CHANGES)) for kind, counts in review.counts.items()]
    return table(("", *CHANGES), [(prose(kind, 60), *numbers) for kind, *numbers in rows])


def _number(counts: Mapping[str, int], change: str) -> str:
    number = counts.get(change, 0)
    if not number:
        return ""
    return f"**{number:,}**" if change in _LOSSES else f"{number:,}"
