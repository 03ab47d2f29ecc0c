"""The side of the page: search, filters, the list of sections, and the tree of changed objects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from alembic_proof.render.html.schema import tree
from alembic_proof.render.html.tags import Html, tag
from alembic_proof.render.text import one_line
from alembic_proof.report import Report
from alembic_proof.review import CHANGES

_TITLE = re.compile(r'<h2 id="([a-z-]+)-title">([^<]*)</h2>')


def numbered_revisions(report: Report) -> Mapping[str, int]:
    """The revisions that can be chosen, by a number: their names may be anything."""
    chosen = [*(report.review.revisions if report.review else ()), *(p.revision for p in report.measured.passages)]
    return {name: n for n, name in enumerate(dict.fromkeys(chosen))}


def side(report: Report, sections: Sequence[Html | None]) -> Html:
    """Beside the report on wide screens, above it on narrow ones."""
    links = [_link(s) for s in sections if s]
    toc = tag("nav", tag("h2", "Sections", class_="heard"), tag("ul", links), id="toc", aria_label="Sections")
    return tag("aside", _search(report), toc, tree(report), class_="side", aria_label="Find")


def _link(part: Html) -> Html | None:
    """From the section's own heading; it is markup already."""
    found = _TITLE.search(part)
    return tag("li", tag("a", Html(found[2].partition(":")[0]), href=f"#{found[1]}")) if found else None


def _search(report: Report) -> Html:
    """Only of use with the script, and only there with it."""
    field = tag("input", type="search", id="search", placeholder="Search", autocomplete="off", spellcheck="false")
    label = tag(
        "label", tag("span", "Search", class_="heard"), field, tag("kbd", "/", aria_hidden="true"), class_="find"
    )
    objects = report.review.objects if report.review else ()
    kinds = sorted({o.kind for o in objects})
    changes = [c for c in CHANGES if any(o.change == c for o in objects)]
    revisions = [(str(n), one_line(name, 40)) for name, n in numbered_revisions(report).items()]
    choices = [
        _choice("kind", "Kind", ((k, k) for k in kinds)),
        _choice("change", "Change", ((c, c) for c in changes)),
        _choice("revision", "Revision", revisions),
    ]
    status = tag("p", id="status", role="status", aria_live="polite", class_="quiet")
    clear = tag("button", "Clear", type="button", id="clear", hidden=True)
    return tag("search", label, choices, tag("div", status, clear, class_="found"), class_="scripted", id="finder")


def _choice(name: str, label: str, values: Iterable[tuple[str, str]]) -> Html | None:
    options = [tag("option", told, value=value) for value, told in values]
    if len(options) < 2:
        return None
    first = tag("option", f"Any {label.lower()}", value="")
    return tag("label", tag("span", label, class_="heard"), tag("select", first, options, id=f"by-{name}"))
