"""What needs a decision, with the evidence, what would mend it, and the way out; then notes and what was accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alembic_proof.findings import Finding, Severity
from alembic_proof.render.html.anchors import finding_anchors, places, revision_anchor
from alembic_proof.render.html.parts import block, code, folded, more, section, sentence, within
from alembic_proof.render.html.tags import Content, Html, tag
from alembic_proof.render.markdown.found import counted
from alembic_proof.render.parts import place
from alembic_proof.report import Report

_ROOM, _ROOM_FOR_NOTES = 180_000, 40_000
_ICONS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "i"}
_BASIS = {"observed": "it happened in this run", "proven": "the server says so", "reported": "it stands in the text"}
_DETAILS = 20


def decisions(report: Report, numbers: Mapping[str, int]) -> Html:
    """Errors and warnings that nobody accepted, worst first; `numbers` are the filter's names of revisions."""
    open_ = [f for f in report.open_findings if f.severity in (Severity.ERROR, Severity.WARNING)]
    notes = [f for f in report.open_findings if f.severity is Severity.INFO]
    about = _About(report, numbers)
    kept, left = within(_ROOM, open_, about.finding)
    calm = None if open_ else tag("p", _nothing(report), class_="calm")
    parts = [calm, kept, more(left, "finding"), _folded(about, notes, "note")]
    return section(
        "decisions", "Needs a decision", *parts, _folded(about, report.accepted_findings, "accepted finding")
    )


def _nothing(report: Report) -> str:
    if report.incomplete:
        return "Nothing was found as far as it came; it could not be verified."
    return "Nothing needs a decision. What was not looked at stands below, under “Coverage”."


def _folded(about: _About, findings: Sequence[Finding], noun: str) -> Html | None:
    kept, left = within(_ROOM_FOR_NOTES, findings, about.finding)
    return folded(counted(len(findings), noun), kept, more(left, noun), class_="group") if findings else None


class _About:
    """What findings are told with: the anchors of the page, and the objects and revisions that are on it."""

    def __init__(self, report: Report, numbers: Mapping[str, int]) -> None:
        self.anchors = finding_anchors(report)
        self.objects = places(report)
        self.told = {p.revision for p in report.measured.passages}
        self.numbers = numbers

    def finding(self, finding: Finding) -> Html:
        """One finding as a card."""
        severity = finding.severity
        icon = tag("span", _ICONS[severity], class_="icon", aria_hidden="true")
        rule = tag("span", finding.rule, class_="rule-name")
        anchor = self.anchors[id(finding)]
        link = tag("a", "#", href=f"#{anchor}", class_="here", aria_label="Link to this finding")
        head = tag("h3", icon, tag("span", severity.value, class_="severity"), rule, link)
        number = self.numbers.get(finding.revision or "")
        body = [tag("p", sentence(finding.message), class_="message"), self._where(finding), _evidence(finding)]
        return tag(
            "article",
            head,
            *body,
            id=anchor,
            class_=f"finding {severity.value}{' accepted' if finding.accepted else ''}",
            data_item="finding",
            data_revisions=number,
        )

    def _where(self, finding: Finding) -> Html:
        parts: list[Content] = []
        if finding.object:
            anchor = self.objects.get(finding.object)
            name = code(finding.object)
            parts.append(["object ", tag("a", name, href=f"#{anchor}") if anchor else name])
        if finding.revision:
            known = finding.revision in self.told
            name = code(finding.revision, 60)
            parts.append(["revision ", tag("a", name, href=f"#{revision_anchor(finding.revision)}") if known else name])
        if finding.direction:
            parts.append(finding.direction)
        if finding.file:
            parts.append(code(place(finding), 1_000))
        basis = tag("abbr", finding.basis.value, title=_BASIS[finding.basis.value])
        return tag("ul", [tag("li", part) for part in (*parts, ["how we know: ", basis])], class_="where")


def _evidence(finding: Finding) -> list[Html | None]:
    """Statement, details, mend, way out, and the reason for which it was accepted."""
    return [
        _labelled("Accepted", sentence(finding.accepted)) if finding.accepted else None,
        block(finding.sql, "the statement", 30) if finding.sql else None,
        _details(finding.details),
        _labelled("Way out", sentence(finding.hint)) if finding.hint else None,
        tag("div", tag("p", tag("strong", "Mended by")), block(finding.mend, "the mend", 40)) if finding.mend else None,
    ]


def _labelled(label: str, said: Content) -> Html:
    return tag("p", tag("strong", label), " ", said)


def _details(details: tuple[str, ...]) -> Html | None:
    if not details:
        return None
    rest = [tag("li", f"… and {len(details) - _DETAILS:,} more")] if details[_DETAILS:] else []
    return tag("ul", [tag("li", d) for d in details[:_DETAILS]], rest, class_="evidence")
