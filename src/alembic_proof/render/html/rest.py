"""Round trip, models and migrations, old and new code, what it would cost, what was not looked at, how to see it."""

from __future__ import annotations

from collections.abc import Mapping

from alembic_proof import __version__
from alembic_proof.compat.table import WORKS, Compatibility
from alembic_proof.cost import words
from alembic_proof.effects import Broken
from alembic_proof.findings import Finding
from alembic_proof.render.html.anchors import finding_anchors, revision_anchor
from alembic_proof.render.html.parts import block, code, more, section, sentence, table
from alembic_proof.render.html.tags import Content, Html, tag
from alembic_proof.render.markdown.found import counted
from alembic_proof.render.measured import worth_telling
from alembic_proof.report import Report, RevisionResult

_MARKS = {"ok": ("✓", "good"), "failed": ("✗", "bad"), "not run": ("–", "unknown")}
_REVISIONS, _BROKEN, _LISTED = 300, 60, 100
_DRIFT = ("drift/", "schema/snapshot")
_WAY_BACK = ("downgrade/", "upgrade/again")


def round_trip(report: Report) -> Html | None:
    """Up, down and up again, revision by revision."""
    if not report.revisions:
        return None
    branch = set(report.review.revisions) if report.review else set()
    told = [r for r in report.revisions if not branch or r.id in branch]
    worst = sorted(told, key=lambda r: "failed" not in _ways(r)) if len(told) > _REVISIONS else told
    links = _links(report)
    rows = [_trip(report, r, links.get(r.id, [])) for r in worst[:_REVISIONS]]
    head = ("Revision", "Message", "Up", "Down", "Up again", "Statements", "Left behind, or wrong")
    quiet = len(report.revisions) - len(told)
    said = f"{counted(quiet, 'revision')} of the base: {_sum(report, branch)}."
    note = tag("p", said, class_="quiet") if quiet else None
    told_rows = table("Each revision up, down and up again", head, rows, "trip")
    return section("round-trip", "Round trip", told_rows, more(len(worst) - _REVISIONS, "revision"), note)


def _ways(revision: RevisionResult) -> tuple[str, str, str]:
    return revision.upgrade, revision.downgrade, revision.again


def _sum(report: Report, branch: set[str]) -> str:
    others = [_ways(r) for r in report.revisions if r.id not in branch]
    ok, failed = sum(set(w) == {"ok"} for w in others), sum("failed" in w for w in others)
    parts = ((ok, "ran every way"), (failed, "failed"), (len(others) - ok - failed, "not run, or only in part"))
    return ", ".join(f"{n:,} {word}" for n, word in parts if n)


def _trip(report: Report, revision: RevisionResult, found: list[Html]) -> list[Content]:
    known = report.measured.of(revision.id) is not None
    name = code(revision.id, 60)
    shown = tag("a", name, href=f"#{revision_anchor(revision.id)}") if known else name
    ways = [_way(word) for word in _ways(revision)]
    return [shown, revision.message[:200], *ways, revision.statements, found[:20] or "–"]


def _links(report: Report) -> dict[str, list[Html]]:
    """What was found about the ways of each revision."""
    anchors, links = finding_anchors(report), dict[str, list[Html]]()
    for finding in report.open_findings:
        if finding.revision and finding.rule.startswith(_WAY_BACK):
            links.setdefault(finding.revision, []).append(_chip(finding, anchors))
    return links


def _chip(finding: Finding, anchors: Mapping[int, str]) -> Html:
    return tag("a", finding.rule, href=f"#{anchors[id(finding)]}", class_=f"chip {finding.severity.value}")


def _way(word: str) -> Html:
    sign, look = _MARKS.get(word, ("?", "unknown"))
    return tag("span", tag("span", sign, aria_hidden="true"), f" {word}", class_=f"way {look}")


def models(report: Report) -> Html:
    """What models and migrations say differently, or why that is not known."""
    found = [f for f in report.open_findings if f.rule.startswith(_DRIFT)]
    unknown = [line for line in report.coverage if line.startswith("drift")]
    anchors = finding_anchors(report)
    rows = [tag("li", _chip(f, anchors), " ", sentence(f.message, 400)) for f in found[:_LISTED]]
    listed = tag("ul", rows, more(len(found) - _LISTED, "difference"))
    missed = [tag("p", tag("strong", "Not looked at: "), line, class_="why") for line in unknown]
    if found or unknown:
        return section("models", "Models and migrations", listed if found else None, missed)
    if report.incomplete:
        said = tag("p", "Not known: the run did not come to its end.", class_="why")
    else:
        said = tag("p", "No difference was found.", class_="calm")
    return section("models", "Models and migrations", said)


def deployed(found: Compatibility | None) -> Html | None:
    """Old and new code on the old and the new schema, and the statements that break."""
    if found is None:
        return None
    rows = ([name, _cell(old), _cell(new)] for name, old, new in found.rows)
    grid = table("Old and new code on both schemas", ("", "On the old schema", "On the new schema"), rows, "two")
    broken = (*found.old_code_new_schema.breaks, *found.new_code_old_schema.breaks)
    told = table("Statements that break", ("Code", "Statement", "What happens"), map(_broken, broken[:_BROKEN]))
    rest = more(len(broken) - _BROKEN, "statement")
    lead = "In which order a deploy may go: while it lasts, old code meets the new schema, or new code the old one."
    return section("code", "Old and new code", grid, told if broken else None, rest, lead=lead)


def _cell(said: str) -> Html:
    look = "good" if said == WORKS else "bad" if said.startswith("breaks") else "unknown"
    sign = {"good": "✓", "bad": "✗", "unknown": "?"}[look]
    return tag("span", tag("span", sign, aria_hidden="true"), f" {said}", class_=f"way {look}")


def _broken(broken: Broken) -> list[Content]:
    said = f"{broken.sqlstate} {broken.message}".strip() or "it gives another answer"
    return [f"{broken.code}, from the {broken.basis}", code(broken.sql, 400), said]


def cost(report: Report) -> Html | None:
    """What heavy statements would cost on tables of another size."""
    worth = worth_telling(report.measured)
    if not worth:
        return None
    rows = ([e.table, code(e.sql, 300), words(e)] for e in worth[:_LISTED])
    told = table("Estimates", ("Table", "Statement", "Cost"), rows)
    lead = "From two measured sizes, a line through both: an estimate."
    return section("cost", "What it would cost", told, more(len(worth) - _LISTED, "estimate"), lead=lead)


def coverage(report: Report) -> Html:
    """What this run does not answer: unknown is not clean."""
    groups = (
        ("Not looked at", report.coverage),
        ("Unmodelled, only the migrations know them", report.unmodelled),
        ("Replaced in the project's environment", report.facts.replaced),
    )
    parts = [_listed(title, lines) for title, lines in groups if lines]
    calm = tag("p", "Everything that it knows how to look at was looked at.", class_="calm")
    calm = calm if not report.coverage and not report.incomplete else Html("")
    return section("coverage", "Coverage: what was not looked at", calm, parts)


def _listed(title: str, lines: tuple[str, ...]) -> Html:
    items = [tag("li", sentence(line, 600)) for line in lines[:_LISTED]]
    rest = more(len(lines) - _LISTED, "line")
    return tag("div", tag("h3", title), tag("ul", items), rest)


def reproduce(report: Report, data: Content) -> Html:
    """The command that gives the same, and the report as data."""
    number = report.facts.server.rpartition(" ")[2].partition(".")[0]
    version = f" --postgres-version {number}" if number.isascii() and number.isdigit() else ""
    lines = [f"alembic-proof {_command(report)}{version}", "alembic-proof explain RULE"]
    said = tag(
        "p", f"By alembic-proof {__version__}. The second says why a rule matters, and the way out.", class_="quiet"
    )
    button = tag("button", "Save the report as JSON", type="button", id="save", class_="scripted")
    return section("again", "See it at home", block("\n".join(lines), "the commands"), said, button, data)


def _command(report: Report) -> str:
    if report.review is None:
        return "verify"
    ref = report.review.commits.ref
    plain = ref.replace("/", "").replace("-", "").replace("_", "").replace(".", "")
    return f"review --base {ref}" if plain.isalnum() and not ref.startswith("-") else "review"
