"""A drawing as SVG: tables with their columns, references with the marks of how many; nothing in it is measured.

What was added, removed, changed or renamed has a colour, a pattern and a sign of its own, so that it can be told apart
without colours, too. Classes say what is there only before and what only after.
"""

from __future__ import annotations

from collections.abc import Callable

from alembic_proof.picture import ADDED, CHANGED, REMOVED, RENAMED, SAME, Column, Reference, Table
from alembic_proof.render.html.layout import HEAD, NOTE, ROW, WIDTH, Box, Drawing, Line, Point
from alembic_proof.render.html.tags import Html, tag
from alembic_proof.render.markdown.escape import plain

SIGNS = {ADDED: "+", REMOVED: "−", CHANGED: "~", RENAMED: "→", SAME: ""}
_SHORT = (
    ("timestamp with time zone", "timestamptz"), ("timestamp without time zone", "timestamp"),
    ("time with time zone", "timetz"), ("time without time zone", "time"), ("character varying", "varchar"),
    ("double precision", "float8"), ("character(", "char("),
)  # fmt: skip
_STRIP, _CHARACTER, _NAMES = 14, 7.3, 18
_LINE = 33
Link = Callable[[Table], str | None]


def drawn(drawing: Drawing, title: str, link: Link) -> Html:
    """The picture; `link` says where a table is told in full."""
    return tag(
        "svg",
        [_line(line) for line in drawing.lines],
        [_box(box, link(box.table)) for box in drawing.boxes],
        viewBox=f"0 0 {drawing.width} {drawing.height}",
        width=drawing.width,
        height=drawing.height,
        class_=f"er{' wide' if drawing.width > 1_700 else ''}",
        role="group",
        aria_label=title,
    )


def patterns() -> Html:
    """The patterns of all pictures of a page, and of its bars; the colours are in the style sheet."""
    shapes = {
        ADDED: ("M0 8L8 0M-2 2L2 -2M6 10L10 6", 8),
        REMOVED: ("M0 0L8 8M8 0L0 8", 8),
        CHANGED: ("M2 2h2v2h-2zM6 6h2v2h-2z", 8),
        RENAMED: ("M0 2H8M0 6H8", 8),
        "writes": ("M0 6L6 0M-1 1L1 -1M5 7L7 5", 6),
        "all": ("M0 0L6 6M6 0L0 6", 6),
    }
    each = [
        tag(
            "pattern",
            tag("rect", width=size, height=size, class_=f"ground {name}"),
            tag("path", d=path, class_=f"figure {name}"),
            id=f"pattern-{name}",
            width=size,
            height=size,
            patternUnits="userSpaceOnUse",
        )
        for name, (path, size) in shapes.items()
    ]
    return tag("svg", tag("defs", each), class_="defs", width=0, height=0, aria_hidden="true")


def swatch(change: str) -> Html:
    """A small piece of a change's pattern, for the legend."""
    strip = tag("rect", x=0.5, y=0.5, width=_STRIP + 7, height=15, rx=3, class_=f"strip {change}")
    return tag("svg", strip, width=_STRIP + 8, height=16, class_="swatch", aria_hidden="true")


def _box(box: Box, link: str | None) -> Html:
    table = box.table
    told = tag("title", _about(table))
    inner = [
        tag("rect", x=0, y=0, width=WIDTH, height=box.height, rx=7, class_="card"),
        _head(box, link),
        [_row(column, top) for column, top in box.rows],
        _more(box),
        tag("rect", x=0, y=0, width=WIDTH, height=box.height, rx=7, class_="frame"),
    ]
    classes = f"box {table.change} {'touched' if table.hops == 0 else 'near'}"
    return tag("g", told, inner, class_=classes, transform=f"translate({box.x} {box.y})")


def _about(table: Table) -> str:
    was = f", was {table.was}" if table.was else ""
    return f"{table.identity}: {table.change}{was}"


def _head(box: Box, link: str | None) -> Html:
    table = box.table
    bottom = HEAD + (NOTE if table.was else 0)
    ground = tag("path", d=f"M0 {bottom}V7Q0 0 7 0H{WIDTH - 7}Q{WIDTH} 0 {WIDTH} 7V{bottom}Z", class_="head")
    strip = tag("path", d=f"M0 {bottom}V7Q0 0 7 0H{_STRIP}V{bottom}Z", class_=f"strip {table.change}")
    name = _text(f"{_STRIP + 10}", 22, _short_name(table.identity), 27, "name")
    shown = tag("a", name, href=f"#{link}") if link else name
    sign = _text(f"{WIDTH - 12}", 22, SIGNS[table.change], 1, f"sign end {table.change}")
    was = _text(f"{_STRIP + 10}", 40, f"was {_short_name(table.was)}", _LINE, "was") if table.was else None
    edge = tag("path", d=f"M0 {bottom}H{WIDTH}", class_="rule")
    return tag("g", ground, strip if table.change != SAME else None, shown, sign, was, edge)


def _row(column: Column, top: int) -> Html:
    height = ROW + (NOTE if column.was else 0)
    change = column.change
    tint = tag("rect", x=0, y=top, width=WIDTH, height=height, class_=f"tint {change}")
    strip = tag("rect", x=0, y=top, width=_STRIP, height=height, class_=f"strip {change}")
    key = ",".join(column.keys)
    kind = _short_type(column.type) + ("" if column.not_null else "?")
    kind = _cut(kind, max(9, 31 - len(column.name) - len(key)))
    room = 32 - len(kind) - (len(key) + 1 if key else 0)
    parts = [
        tag("title", _column_title(column)),
        [tint, strip] if change != SAME else None,
        _text(_STRIP + 10, top + 15, column.name, room, f"column{' key' if key else ''}"),
        _text(WIDTH - 12, top + 15, kind, 40, "type end"),
    ]
    if key:
        left = _STRIP + 10 + (min(len(plain(column.name, 80)), room) + 0.7) * _CHARACTER
        parts.append(_text(round(left, 1), top + 15, key, 8, "keys"))
    if column.was:
        word = "was " if change == RENAMED else ""
        parts.append(
            _text(_STRIP + 10, top + 31, f"{SIGNS[change]} {word}{column.was}".strip(), _LINE, f"was {change}")
        )
    return tag("g", parts, class_=f"row {change}")


def _column_title(column: Column) -> str:
    words = [column.name, column.type, "NOT NULL" if column.not_null else "", ", ".join(column.keys)]
    change = "" if column.change == SAME else f"({column.change}{': ' if column.was else ''}{column.was})"
    return " ".join(w for w in (*words, change) if w)


def _more(box: Box) -> Html | None:
    if not box.more:
        return None
    said = f"{box.more} more column{'' if box.more == 1 else 's'}"
    return _text(_STRIP + 10, box.height - 12, said, _LINE, "more")


def _text(x: str | float, y: float, said: str, room: int, class_: str) -> Html:
    return tag("text", _cut(said, room), x=x, y=y, class_=class_)


def _cut(said: str, room: int) -> str:
    flat = " ".join(plain(said, 200).split())
    return flat if len(flat) <= room else flat[: max(1, room - 1)] + "…"


def _short_name(identity: str) -> str:
    return identity.removeprefix("public.")


def _short_type(type_: str) -> str:
    for long, short in _SHORT:
        type_ = type_.replace(long, short)
    return type_.removeprefix("public.")


def _line(line: Line) -> Html:
    reference = line.reference
    told = tag("title", _reference_title(reference))
    path = tag("path", d=_rounded(line.points), class_="wire")
    wide = tag("path", d=_rounded(line.points), class_="touch")
    ends = tag("path", d=_many(line, reference.unique) + _one(line), class_="mark")
    ring = _ring(line) if reference.optional else None
    return tag("g", told, wide, path, ends, ring, class_=f"reference {reference.change}")


def _reference_title(r: Reference) -> str:
    how = "at most one" if r.unique else "any number"
    target = "none or one" if r.optional else "exactly one"
    change = "" if r.change == SAME else f" ({r.change})"
    columns, targets = ", ".join(r.columns), ", ".join(r.target_columns)
    return f"{r.name}{change}: {r.table} ({columns}) references {r.target} ({targets}); {how} to {target}"


def _rounded(points: tuple[Point, ...]) -> str:
    """A path with round corners."""
    said = [f"M{points[0][0]} {points[0][1]}"]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(6, _distance(before, at) // 2, _distance(at, after) // 2)
        near, far = _towards(at, before, radius), _towards(at, after, radius)
        said.append(f"L{near[0]} {near[1]}Q{at[0]} {at[1]} {far[0]} {far[1]}")
    return "".join([*said, f"L{points[-1][0]} {points[-1][1]}"])


def _distance(a: Point, b: Point) -> int:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(start: Point, end: Point, length: int) -> Point:
    """Along a line that is level or upright."""
    distance = _distance(start, end) or 1
    return (
        start[0] + (end[0] - start[0]) * length // distance,
        start[1] + (end[1] - start[1]) * length // distance,
    )


def _many(line: Line, unique: bool) -> str:
    """A crow's foot at the table that has the reference; a bar where each target is referenced once at most."""
    (x, y), (next_x, _) = line.points[0], line.points[1]
    out = 1 if next_x > x else -1
    if unique:
        return f"M{x + 8 * out} {y - 5}v10"
    return f"M{x + 11 * out} {y}L{x} {y - 6}M{x + 11 * out} {y}L{x} {y + 6}"


def _one(line: Line) -> str:
    """A bar at the target."""
    (x, y), (next_x, _) = line.points[-1], line.points[-2]
    out = 1 if next_x > x else -1
    return f"M{x + 8 * out} {y - 5}v10"


def _ring(line: Line) -> Html:
    """None, too."""
    (x, y), (next_x, _) = line.points[-1], line.points[-2]
    out = 1 if next_x > x else -1
    return tag("circle", cx=x + 15 * out, cy=y, r=4, class_="ring")
