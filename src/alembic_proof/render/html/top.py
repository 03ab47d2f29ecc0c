"""The head of the page: the verdict in words, what was compared, and the counters."""

from __future__ import annotations

from collections.abc import Iterator

from alembic_proof.findings import Severity
from alembic_proof.render.html.parts import badge, code, section, table
from alembic_proof.render.html.tags import Content, Html, tag
from alembic_proof.render.markdown.found import counted
from alembic_proof.render.markdown.review import headline
from alembic_proof.report import Report
from alembic_proof.review import CHANGES, Review

_ICONS = {"clean": "✓", "findings": "!", "could not verify": "?"}


def title(report: Report) -> str:
    """The verdict in a line, with its counts; the same words as in a comment."""
    if report.review is not None:
        return f"Schema review: {headline(report, report.review)}"
    open_ = report.count(Severity.ERROR) + report.count(Severity.WARNING)
    needs = f"{open_:,} {'needs' if open_ == 1 else 'need'} a decision" if open_ else "nothing to decide"
    verdict = "could not verify" if report.incomplete else needs
    return f"Migrations: {counted(len(report.revisions), 'revision')}, {verdict}"


def header(report: Report) -> Html:
    """The first thing that is seen, and all that many read."""
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    level = "unknown" if report.incomplete else "bad" if errors else "doubt" if warnings else "good"
    icon = tag("span", _ICONS.get(report.verdict, ""), class_="icon", aria_hidden="true")
    counts = ", ".join(counted(n, w) for n, w in ((errors, "error"), (warnings, "warning")) if n)
    words = tag("p", tag("strong", report.verdict), f": {counts}" if counts else "", class_="verdict")
    why = tag("p", report.incomplete, class_="why") if report.incomplete else None
    inner = tag("div", tag("h1", title(report)), words, why, _stopped(report.review))
    return tag("header", icon, inner, class_=f"top {level}", id="verdict", tabindex=-1)


def _stopped(review: Review | None) -> Html | None:
    """Where it failed: the schema is compared only as far as it came."""
    if review is None or not (review.failed or review.failure):
        return None
    where = [" at ", code(review.failed)] if review.failed else None
    why = [": ", str(review.failure)] if review.failure else None
    return tag("p", "The branch stopped", where, why, "; what follows compares as far as it came.", class_="why")


def context(report: Report) -> Html:
    """What was compared with what, where, and how long it took."""
    facts, review = report.facts, report.review
    rows: list[tuple[str, Content]] = [*(_compared(review) if review else ())]
    if facts.server:
        rows.append(("Server", [facts.server, tag("span", f" {facts.why or facts.route}", class_="quiet")]))
    rows += [("With", facts.project)] if facts.project else []
    rows += [("Driver", facts.driver)] if facts.driver else []
    rows.append(("Took", f"{report.seconds:.1f} s"))
    listed = [tag("div", tag("dt", name), tag("dd", said)) for name, said in rows]
    return tag(
        "section", tag("h2", "What was compared", class_="heard"), tag("dl", listed, class_="facts"), id="context"
    )


def _compared(review: Review) -> Iterator[tuple[str, Content]]:
    commits = review.commits
    if commits.base or commits.head:
        ref = f" ({commits.ref})" if commits.ref else ""
        yield "Commits", [code(commits.base[:12]), ref, " → ", code(commits.head[:12])]
    yield "Revisions", [_heads(review.start), " → ", _heads(review.end)]
    if review.unseen:
        yield "From the base, first", _heads(review.unseen)
    if len(review.merged_heads) > 1:
        yield "Heads after the merge", _heads(review.merged_heads)
    if review.touched:
        touched = [[code(t.revision), f" {t.how} in ", code(t.file), tag("br")] for t in review.touched]
        yield "Revisions of the base", touched


def _heads(revisions: tuple[str, ...]) -> Content:
    return [[", " if n else "", code(r, 60)] for n, r in enumerate(revisions)] or "base"


def counters(report: Report) -> Html | None:
    """Kind of object by what became of it; a number filters the objects below."""
    review = report.review
    if review is None:
        return None
    counts = review.counts
    used = [c for c in CHANGES if any(row.get(c) for row in counts.values())]
    if not used:
        return section("counters", "In numbers", tag("p", "The branch changes nothing in the schema.", class_="calm"))
    head = ("Kind", *(badge(change) for change in used))
    kinds = {o.kind for o in review.objects}
    rows = ([kind, *(_number(kind, c, counts[kind].get(c, 0), kind in kinds) for c in used)] for kind in counts)
    return section("counters", "In numbers", table("Changes by kind of object", head, rows, "numbers"))


def _number(kind: str, change: str, number: int, filters: bool) -> Html:
    if not number:
        return tag("td", "·", class_="none")
    shown = tag("a", f"{number:,}", href="#schema", data_kind=kind, data_change=change) if filters else f"{number:,}"
    return tag("td", shown)
