"""Where everything of a picture stands: boxes of tables, and lines of references around them.

Tables stand in columns, those that are referenced on the left. A line leaves its column's row, goes up or down in the
gap between two columns of tables, each in a track of its own, and passes a column of tables through a hole in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from alembic_proof.picture import SAME, Picture, Reference, Table
from alembic_proof.picture import Column as TableColumn
from alembic_proof.render.html.ranks import components, ordered, ranked

HEAD, ROW, NOTE, PAD, WIDTH = 34, 22, 16, 6, 264
_GAP, _TRACK, _CHANNEL, _HOLE, _MARGIN = 28, 14, 64, 18, 16
_TALL, _WIDE = 1_500, 1_560
_ROWS = 18

Point = tuple[int, int]


@dataclass(frozen=True)
class Box:
    """A table and which of its columns are shown, with the top of each; `more` are only counted."""

    table: Table
    rows: tuple[tuple[TableColumn, int], ...]
    more: int
    height: int
    x: int = 0
    y: int = 0

    def row_at(self, names: Sequence[str]) -> int:
        """The middle of the row of the first of the columns, or of the head."""
        found = next((top for column, top in self.rows if column.name in names), None)
        return self.y + (HEAD // 2 if found is None else found + ROW // 2)


@dataclass(frozen=True)
class Line:
    """A reference from the table that has it to its target; the first two points and the last two are level."""

    reference: Reference
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Drawing:
    """Boxes and lines on a sheet."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


@dataclass
class _Sheet:
    """What is placed so far of one group of tables."""

    boxes: dict[str, Box] = field(default_factory=dict)
    holes: dict[str, int] = field(default_factory=dict)
    lefts: list[int] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    width: int = 0
    height: int = 0


def placed(picture: Picture) -> Drawing:
    """All tables of a picture and the references between them."""
    boxes = {table.identity: box(table) for table in picture.tables}
    inside = [r for r in picture.references if r.table in boxes and r.target in boxes]
    groups = components(list(boxes), [(r.table, r.target) for r in inside])
    sheets = [_sheet([boxes[name] for name in group], inside) for group in groups if len(group) > 1]
    alone = [_sheet([boxes[group[0]]], inside) for group in groups if len(group) == 1]
    return _on_shelves([*sheets, *alone])


def box(table: Table) -> Box:
    """A table with the columns that are worth a row: all of a touched one up to a number, keys of the others."""
    shown = _shown(table)
    top, rows = HEAD + (NOTE if table.was else 0), []
    for column in shown:
        rows.append((column, top))
        top += ROW + (NOTE if column.was else 0)
    more = len(table.columns) - len(shown)
    return Box(table, tuple(rows), more, top + (ROW if more else 0) + PAD)


def _shown(table: Table) -> list[TableColumn]:
    if table.hops == 0 and len(table.columns) <= _ROWS:
        return list(table.columns)
    needed = [c for c in table.columns if c.change != SAME or (table.hops and c.keys)]
    needed = needed or [c for c in table.columns if c.keys] or list(table.columns[:1])
    return needed[: _ROWS * 2]


def _sheet(boxes: list[Box], references: Iterable[Reference]) -> _Sheet:
    """One group of tables that hang together."""
    by_name = {b.table.identity: b for b in boxes}
    own = [r for r in references if r.table in by_name]
    ranks = ranked(list(by_name), [(r.table, r.target) for r in own])
    columns = _columns(boxes, ranks)
    rank = {name: n for n, column in enumerate(columns) for name in column}
    chains = {n: _chain(columns, rank, n, r) for n, r in enumerate(own) if r.table != r.target}
    links = [pair for chain in chains.values() for pair in pairwise(chain)]
    columns = ordered(columns, links)
    sheet = _Sheet()
    tops = _tops(columns, by_name, links)
    _route(sheet, columns, tops, by_name, {n: own[n] for n in chains}, chains)
    sheet.lines += [_loop(sheet.boxes[r.table], r, n) for n, r in enumerate(own) if r.table == r.target]
    sheet.width += _TRACK * 2 if any(r.table == r.target for r in own) else 0
    return sheet


def _columns(boxes: list[Box], ranks: Mapping[str, int]) -> list[list[str]]:
    """The tables of each rank; one that would be too tall is cut into several."""
    columns: list[list[str]] = []
    for rank in range(max(ranks.values()) + 1):
        height = _TALL
        for b in (b for b in boxes if ranks[b.table.identity] == rank):
            if height + b.height > _TALL:
                columns.append([])
                height = 0
            columns[-1].append(b.table.identity)
            height += b.height + _GAP
    return columns


def _chain(columns: list[list[str]], rank: Mapping[str, int], number: int, reference: Reference) -> list[str]:
    """From the left end to the right one, with a hole in each column of tables between."""
    left, right = sorted((reference.table, reference.target), key=lambda name: rank[name])
    holes = [f"\0{number}.{n}" for n in range(rank[left] + 1, rank[right])]
    for n, hole in enumerate(holes, rank[left] + 1):
        columns[n].append(hole)
    return [left, *holes, right]


def _tops(columns: list[list[str]], boxes: Mapping[str, Box], links: list[tuple[str, str]]) -> dict[str, int]:
    """The top of each box and hole: near the middle of its neighbours, none over another."""
    height = {name: boxes[name].height if name in boxes else _HOLE for column in columns for name in column}
    near: dict[str, list[str]] = {name: [] for name in height}
    for a, b in links:
        near[a].append(b)
        near[b].append(a)
    tops: dict[str, float] = {}
    for column in columns:
        tops.update(_stacked(column, height, dict.fromkeys(column, 0.0)))
    for sweep in range(10):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            wanted = {n: _wanted(n, near[n], tops, height) for n in column}
            tops.update(_stacked(column, height, wanted))
    least = min(tops.values())
    return {name: round(top - least) for name, top in tops.items()}


def _wanted(name: str, near: list[str], tops: Mapping[str, float], height: Mapping[str, int]) -> float:
    if not near:
        return tops[name]
    return sum(tops[n] + height[n] / 2 for n in near) / len(near) - height[name] / 2


def _stacked(column: list[str], height: Mapping[str, int], wanted: Mapping[str, float]) -> dict[str, float]:
    """As near as can be to where each wants to be, in this order: those that collide move together."""
    blocks: list[tuple[float, int, float]] = []  # mean of what they want, how many, and their height
    offset, offsets = 0.0, []
    for name in column:
        offsets.append(offset)
        blocks.append((wanted[name] - offset, 1, 0))
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (a, n, _), (b, m, _) = blocks[-2:]
            blocks[-2:] = [((a * n + b * m) / (n + m), n + m, 0)]
        offset += height[name] + _GAP
    places = [mean for mean, count, _ in blocks for _ in range(count)]
    return {name: place + off for name, place, off in zip(column, places, offsets, strict=True)}


def _route(
    sheet: _Sheet,
    columns: list[list[str]],
    tops: Mapping[str, int],
    boxes: Mapping[str, Box],
    references: Mapping[int, Reference],
    chains: Mapping[int, list[str]],
) -> None:
    """Boxes at their places, and each line through its gaps."""
    level = _levels(tops, boxes, references, chains)
    rank = {name: n for n, column in enumerate(columns) for name in column}
    tracks: list[dict[tuple[int, int], int]] = []
    x = 0
    for n, column in enumerate(columns):
        sheet.lefts.append(x)
        for name in column:
            if name in boxes:
                b = boxes[name]
                sheet.boxes[name] = Box(b.table, b.rows, b.more, b.height, x, tops[name])
        tracks.append(_tracks([(k, i) for k, c in chains.items() for i in range(len(c) - 1) if rank[c[i]] == n], level))
        count = max(tracks[-1].values(), default=-1) + 1
        x += WIDTH + (max(_CHANNEL, _CHANNEL - _TRACK + count * _TRACK) if n < len(columns) - 1 else 0)
    sheet.width = x
    sheet.height = max(tops[name] + (boxes[name].height if name in boxes else _HOLE) for name in tops)
    for number, chain in chains.items():
        points: list[Point] = []
        for i, name in enumerate(chain[:-1]):
            at = rank[name]
            start, end = sheet.lefts[at] + WIDTH, sheet.lefts[at + 1]
            middle = start + _CHANNEL // 2 + _TRACK * tracks[at].get((number, i), 0)
            y1, y2 = level[number, i]
            points += [(start, y1), (middle, y1), (middle, y2), (end, y2)]
        reference = references[number]
        straight = _straightened(points if chain[0] == reference.table else points[::-1])
        sheet.lines.append(Line(reference, straight))


def _levels(
    tops: Mapping[str, int],
    boxes: Mapping[str, Box],
    references: Mapping[int, Reference],
    chains: Mapping[int, list[str]],
) -> dict[tuple[int, int], tuple[int, int]]:
    """At which height each part of a line enters a gap, and at which it leaves it."""
    levels = {}
    for number, chain in chains.items():
        reference = references[number]
        heights = [_level(name, reference, tops, boxes) for name in chain]
        for i in range(len(chain) - 1):
            levels[number, i] = (heights[i], heights[i + 1])
    return levels


def _level(name: str, reference: Reference, tops: Mapping[str, int], boxes: Mapping[str, Box]) -> int:
    if name not in boxes:
        return tops[name] + _HOLE // 2
    names = reference.columns if name == reference.table else reference.target_columns
    return tops[name] + boxes[name].row_at(names)


def _tracks(
    parts: list[tuple[int, int]], level: Mapping[tuple[int, int], tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """A track for each part that goes up or down, so that no two lie on each other; those to one row share one."""
    taken: list[list[tuple[int, int, int]]] = []
    found = {}
    for part in sorted(parts, key=lambda p: (min(level[p]), max(level[p]), p)):
        y1, y2 = level[part]
        if y1 == y2:
            continue
        low, high = min(y1, y2), max(y1, y2)
        number = next((n for n, track in enumerate(taken) if _free(track, low, high, y1)), len(taken))
        if number == len(taken):
            taken.append([])
        taken[number].append((low, high, y1))
        found[part] = number
    return found


def _free(track: list[tuple[int, int, int]], low: int, high: int, target: int) -> bool:
    return all(high + 4 < a or low - 4 > b or target == own for a, b, own in track)


def _straightened(points: list[Point]) -> tuple[Point, ...]:
    """Without points that only repeat."""
    kept: list[Point] = []
    for point in points:
        if len(kept) > 1 and kept[-1][1] == kept[-2][1] == point[1]:
            kept[-1] = point
        elif not kept or kept[-1] != point:
            kept.append(point)
    return tuple(kept)


def _loop(own: Box, reference: Reference, number: int) -> Line:
    """A table that references itself, on its right."""
    x = own.x + WIDTH
    y1, y2 = own.row_at(reference.columns), own.row_at(reference.target_columns)
    y2 += -8 if y1 == y2 else 0
    out = x + _TRACK * 2 + number % 3 * 4
    return Line(reference, ((x, y1), (out, y1), (out, y2), (x, y2)))


def _on_shelves(sheets: list[_Sheet]) -> Drawing:
    """Groups beside each other as far as the page is wide, then below."""
    wide = max([_WIDE, *(s.width for s in sheets)])
    x, y, shelf, width = _MARGIN, _MARGIN, 0, 0
    boxes: list[Box] = []
    lines: list[Line] = []
    for sheet in sheets:
        if x > _MARGIN and x + sheet.width > wide:
            x, y, shelf = _MARGIN, y + shelf + _GAP * 2, 0
        boxes += [Box(b.table, b.rows, b.more, b.height, b.x + x, b.y + y) for b in sheet.boxes.values()]
        lines += [Line(r.reference, tuple((a + x, b + y) for a, b in r.points)) for r in sheet.lines]
        width, shelf = max(width, x + sheet.width), max(shelf, sheet.height)
        x += sheet.width + _GAP * 2
    return Drawing(width + _MARGIN, y + shelf + _MARGIN, tuple(boxes), tuple(lines))
