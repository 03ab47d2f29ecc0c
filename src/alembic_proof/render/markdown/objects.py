"""The schema change object by object, as differences of the SQL that makes them, and the picture of it."""

from __future__ import annotations

from difflib import SequenceMatcher

from alembic_proof.render.markdown.escape import code, fence, prose
from alembic_proof.render.markdown.found import counted, details
from alembic_proof.render.mermaid import mermaid_text, near, spelt, too_large
from alembic_proof.report import Report
from alembic_proof.review import Object, Review

_AROUND = 3
_OPEN = 60
# the comparison is quadratic: of longer texts the lines are told as gone and come
_LONG = 2_000
_ALL_LINES = 1_000_000
_LEGEND = (
    "Green: added. Yellow: changed. Blue: renamed. Red with a broken line: removed. Changed columns come first, with "
    "the word in their comment; of the others only keys are drawn."
)


def objects(report: Report, lines: int, most: int) -> str:
    """Each object with `lines` of its difference; `lines` 0: their names alone; open where all is short."""
    every = report.review.objects if report.review else ()
    if not every:
        return ""
    title = f"Schema change, {counted(len(every), 'object')}"
    parts = [_object(o, lines) for o in every[:most]]
    parts += [f"And {counted(len(every) - most, 'more object')}."] if every[most:] else []
    body = ("\n\n" if lines else "<br>\n").join(parts)
    return f"### {title}\n\n{body}" if not lines or body.count("\n") <= _OPEN + 5 * len(every) else details(title, body)


def _object(o: Object, lines: int) -> str:
    name = f"{code(o.was, 200)} → {code(o.identity, 200)}" if o.was else code(o.identity, 200)
    said = [f"**{o.change}** {prose(o.kind, 60)} {name}", *_about(o)]
    head = ", ".join(said)
    told = difference(o.before, o.after) if lines else []
    return f"{head}\n\n{fence(chr(10).join(told), 'diff', lines)}" if told else head


def _about(o: Object) -> list[str]:
    by = f"by {', '.join(code(r, 40) for r in o.revisions[:3])}" if o.revisions else ""
    by += f" and {len(o.revisions) - 3:,} more" if o.revisions[3:] else ""
    needed = f"needed by {', '.join(code(n, 100) for n in o.needed_by[:3])}" if o.needed_by else ""
    needed += f" and {len(o.needed_by) - 3:,} more" if o.needed_by[3:] else ""
    copied = "the same definition, every row copied" if o.change == "rewritten" and o.before == o.after else ""
    return [part for part in (by, needed, copied) if part]


def difference(before: str, after: str) -> list[str]:
    """Lines that go with `-` and that come with `+`, with a few around them; `…` for those between."""
    old, new = before.splitlines(), after.splitlines()
    if not old or not new or len(old) + len(new) > _LONG:
        return [*(f"- {line}" for line in old), *(f"+ {line}" for line in new)] if old != new else []
    told: list[str] = []
    for number, group in enumerate(SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND)):
        told += ["  …"] if number else []
        for tag, i, j, k, m in group:
            told += [f"  {line}" for line in old[i:j]] if tag == "equal" else []
            told += [f"- {line}" for line in old[i:j]] if tag != "equal" else []
            told += [f"+ {line}" for line in new[k:m]] if tag != "equal" else []
    return told


def picture(review: Review) -> str:
    """The changed tables and their neighbours, or why there is no picture of them."""
    drawing = review.picture
    tables = near(drawing)
    if not tables or not any(t.hops == 0 for t in tables):
        return ""
    why = too_large(drawing)
    if why:
        return f"### Picture\n\nNot drawn: {why}. `--format html=PATH` has one."
    names = [f"{code(shown, 100)} is {code(name, 160)}" for shown, name in spelt(drawing)[:20]]
    called = f"\n\nIn the picture {', '.join(names)}." if names else ""
    left = len(drawing.tables) - len(tables) + drawing.left_out
    rest = f" {counted(left, 'table')} further away {'is' if left == 1 else 'are'} not drawn." if left else ""
    drawn = fence(mermaid_text(drawing), "mermaid", _ALL_LINES)
    return f"### Picture\n\n{drawn}\n\n{_LEGEND}{rest}{called}"
