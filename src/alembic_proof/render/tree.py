"""What a branch does to the schema as a tree for people: `+ ~ > -` and a line an object, its parts below."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from alembic_proof.diff import Change, show
from alembic_proof.findings import Severity
from alembic_proof.picture import Picture
from alembic_proof.render.text import one_line, without_secrets
from alembic_proof.report import Report
from alembic_proof.review import CHANGES, WORDS, Object, Review

MARKS = {"added": "+", "changed": "~", "renamed": ">", "replaced": "!", "rewritten": "!", "removed": "-"}
_OBJECTS = 50
_PARTS = 20
_SHORT = 10
_SAID = ("type", "definition", "labels", "base type")


def tree(review: Review) -> Iterator[tuple[str, str]]:
    """The change of each line, one of CHANGES or nothing, and the line."""
    for thing in review.objects[:_OBJECTS]:
        yield thing.change, _object(thing)
        yield from _parts(thing, review.picture)
    if review.objects[_OBJECTS:]:
        yield "", f"… and {len(review.objects) - _OBJECTS} more: --format json=PATH has all"


def counters(review: Review) -> Iterator[str]:
    """Kind by change, as a table; only the changes that there are."""
    used = [c for c in CHANGES if any(c in counts for counts in review.counts.values())]
    width = max((len(kind) for kind in review.counts), default=0)
    if used:
        yield " " * width + "".join(f"  {change:>9}" for change in used)
    for kind, counts in review.counts.items():
        yield (f"{kind:{width}}" + "".join(f"  {counts.get(change) or '':>9}" for change in used)).rstrip()


def compared(review: Review) -> str:
    """The commits and the revisions on both sides."""
    commits = review.commits
    base = f"{commits.ref} at {commits.base[:_SHORT]} → {commits.head[:_SHORT]}"
    return one_line(f"review of {base}, revision {', '.join(review.start) or 'none'} → {', '.join(review.end)}", 300)


def besides(review: Review) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What else has to be known of the comparison: what it is, and the revisions."""
    if review.unseen:
        yield "run first, since the base has them and this branch does not", review.unseen
    for how in ("edited", "deleted"):
        touched = tuple(t.revision for t in review.touched if t.how == how)
        if touched:
            yield f"{how} revisions of the base", touched
    if len(review.merged_heads) > 1:
        yield "merged, the history would have these heads", review.merged_heads


def what_next(report: Report, review: Review) -> str:
    """What to run now: the reason of the worst finding, or the page for the other reviewers."""
    base = f" --base {shlex.quote(without_secrets(review.commits.ref))}" if review.commits.ref else ""
    worst = next((f for f in report.open_findings if f.severity is not Severity.INFO), None)
    if worst is not None:
        return one_line(f"alembic-proof explain {worst.rule}")
    return one_line(f"alembic-proof review{base} --format html=review.html", 300)


def _object(thing: Object) -> str:
    name = f"{thing.was} → {thing.identity}" if thing.was else thing.identity
    word = f"  ({thing.change})" if MARKS[thing.change] == "!" else ""
    return one_line(f"{MARKS[thing.change]} {thing.kind} {name}{word}", 200)


def _parts(thing: Object, picture: Picture) -> Iterator[tuple[str, str]]:
    table = next((t for t in picture.tables if t.identity == thing.identity), None)
    lines = [line for detail in thing.details for line in _detail(thing, detail)]
    if thing.change == "added" and table:
        lines = [("added", f"+ {c.name}  {c.type}{' NOT NULL' if c.not_null else ''}") for c in table.columns]
    for change, line in lines[:_PARTS]:
        yield change, f"    {one_line(line, 160)}"
    if lines[_PARTS:]:
        yield "", f"    … and {len(lines) - _PARTS} more"


def _detail(thing: Object, detail: Change) -> Iterator[tuple[str, str]]:
    """What became of a part, or of an attribute of the object itself."""
    change = WORDS.get(detail.change, detail.change)
    if detail.identity == thing.identity and detail.kind == thing.kind:
        own = () if change == "renamed" else detail.attributes  # the name stands above
        yield from ((change, f"~ {a.name}: {show(a.have)} → {show(a.want)}") for a in own)
        return
    name = detail.identity.removeprefix(f"{thing.identity}.")
    if change == "renamed":
        name = f"{_last(detail.attributes[0].have)} → {_last(name)}"
    payload = dict(detail.payload)
    said = [show(payload[n]).partition(" USING ")[2] or show(payload[n]) for n in _SAID if n in payload][:1]
    said += [f"{a.name}: {show(a.have)} → {show(a.want)}" for a in detail.attributes if change != "renamed"]
    said += [change] if change in ("replaced", "rewritten") else []
    yield change, f"{MARKS[change]} {detail.kind} {name}{'  ' if said else ''}{'; '.join(said)}"


def _last(name: object) -> str:
    return str(name).rpartition(".")[2]
