"""Which row of a table is which afterwards, and what is not as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alembic_proof.effects import Change, Value
from alembic_proof.rows.same import Verdict, judge
from alembic_proof.rows.table import Field, Table, Values

SAMPLES = 3
# rows without a key that have changed are looked for among so many
_NEAR = 50


@dataclass(frozen=True)
class _Place:
    """Where a column is afterwards; `again`: another column of its name."""

    index: int
    field: Field
    again: bool = False


# by position of the column before
Places = Mapping[int, _Place]
Pair = tuple[Values, Values, Places, Table]


def changes_of(table: Table, after: Sequence[Table], stage: str, zone: str) -> list[Change]:
    """What became of one table's rows."""
    family = _family(table, after)
    if table.forced or any(t.forced for t in family) or not table.count:
        return []
    if not family:
        return [Change(stage, table.name, "values gone", table.count, samples=_gone(table, table.rows or ()))]
    if table.rows is None or any(t.rows is None for t in family):
        return _sums(table, family, stage)
    pairs, lost = _matched(table, family, zone)
    found = [Change(stage, table.name, "rows gone", len(lost), samples=_gone(table, lost))] if lost else []
    return [*found, *(c for n in range(len(table.fields)) for c in _column(table, n, pairs, stage, zone))]


def _family(table: Table, after: Sequence[Table]) -> list[Table]:
    """The table itself, then others of its partitioned table; where neither is left, what has its name now."""
    own = [t for t in after if t.oid == table.oid]
    roots = {table.root[0], *(t.root[0] for t in own)}
    kin = [t for t in after if t.oid != table.oid and t.root[0] in roots]
    names = {table.name, table.root[1]}
    return [*own, *kin] or [t for t in after if t.name in names or t.root[1] in names]


def _places(table: Table, after: Table) -> Places:
    numbers = {f.number: n for n, f in enumerate(after.fields)} if after.oid == table.oid else {}
    names = {f.name: n for n, f in enumerate(after.fields)}
    known = {f.number for f in table.fields}
    found = {}
    for n, field in enumerate(table.fields):
        if field.number in numbers:
            found[n] = _Place(numbers[field.number], after.fields[numbers[field.number]])
        elif field.name in names and not (numbers and after.fields[names[field.name]].number in known):
            found[n] = _Place(names[field.name], after.fields[names[field.name]], bool(numbers))
    return found


def _matched(table: Table, family: Sequence[Table], zone: str) -> tuple[list[Pair], list[Values]]:
    """Rows with what became of them, and rows that nothing became of."""
    waiting = list(table.rows or ())
    pairs: list[Pair] = []
    for after in family:
        places = _places(table, after)
        key = [n for n, f in enumerate(table.fields) if f.number in table.key]
        by_key = bool(key) and all(n in places for n in key)
        match = _by_key if by_key else _by_likeness
        found, waiting = match(waiting, after, places, (table, key, zone))
        pairs += found
    return pairs, waiting


Question = tuple[Table, Sequence[int], str]


def _by_key(
    rows: Sequence[Values], after: Table, places: Places, question: Question
) -> tuple[list[Pair], list[Values]]:
    table, key, zone = question
    there = {tuple(row[places[n].index] for n in key): row for row in after.rows or ()}
    pairs: list[Pair] = []
    rest = []
    for row in rows:
        found = there.pop(tuple(_now(row[n], table.fields[n], places[n]) for n in key), None)
        if found is None:
            rest.append(row)
        else:
            pairs.append((row, found, places, after))
    if all(table.fields[n].kind == places[n].field.kind for n in key):
        return pairs, rest
    # a key of another type may be written in another way
    left = []
    for row in rest:
        match = next((k for k, r in there.items() if _alike(row, r, places, (table, key, zone))), None)
        if match is None:
            left.append(row)
        else:
            pairs.append((row, there.pop(match), places, after))
    return pairs, left


def _alike(row: Values, other: Values, places: Places, question: Question) -> bool:
    table, columns, zone = question
    return all(_verdict(row[n], other, table.fields[n], places[n], zone) is not Verdict.CHANGED for n in columns)


def _by_likeness(
    rows: Sequence[Values], after: Table, places: Places, question: Question
) -> tuple[list[Pair], list[Values]]:
    """Without a key: rows that are wholly alike, then those that are most alike, in their order."""
    table, _, zone = question
    there: dict[Values, list[Values]] = {}
    for row in after.rows or ():
        there.setdefault(tuple(row[p.index] for p in places.values()), []).append(row)
    pairs: list[Pair] = []
    rest = []
    for row in rows:
        alike = there.get(tuple(_now(row[n], table.fields[n], p) for n, p in places.items()))
        if alike:
            pairs.append((row, alike.pop(), places, after))
        else:
            rest.append(row)
    free = [row for rows in there.values() for row in rows]
    left = []
    for row in rest:
        near = free[:_NEAR]
        likest = max(near, key=lambda r: _likeness(row, r, table, places, zone), default=None)
        if likest is None or not _likeness(row, likest, table, places, zone):
            left.append(row)
        else:
            free.remove(likest)
            pairs.append((row, likest, places, after))
    return pairs, left


def _likeness(row: Values, other: Values, table: Table, places: Places, zone: str) -> int:
    return sum(_verdict(row[n], other, table.fields[n], p, zone) is not Verdict.CHANGED for n, p in places.items())


def _now(value: str | None, field: Field, place: _Place) -> str | None:
    """A label of an enum as it is called now."""
    if value is None or not field.labels or not place.field.labels:
        return value
    number = next((oid for oid, label in field.labels if label == value), None)
    return dict(place.field.labels).get(number, value) if number is not None else value


def _verdict(value: str | None, other: Values, field: Field, place: _Place, zone: str) -> Verdict:
    """A NULL that got a value lost nothing."""
    now = _now(value, field, place)
    if now is None:
        return Verdict.SAME
    return judge(now, other[place.index], (field.kind, place.field.kind), zone)


def _column(table: Table, n: int, pairs: Sequence[Pair], stage: str, zone: str) -> list[Change]:
    """What became of one column's values, in the rows that are still there."""
    field = table.fields[n]
    held = [p for p in pairs if p[0][n] is not None]
    if any(n not in p[2] for p in held) and not _elsewhere(table, n, held, zone):
        return [_change(stage, table, n, "values gone", [p for p in held if n not in p[2]])]
    judged = [(p, _verdict(p[0][n], p[1], field, p[2][n], zone)) for p in held if n in p[2]]
    bad = [p for p, verdict in judged if verdict is Verdict.CHANGED]
    zoned = [p for p, verdict in judged if verdict is Verdict.ZONE]
    gone = [p for p in bad if p[2][n].again]
    found = [
        _change(stage, table, n, "values gone", gone) if gone and not _elsewhere(table, n, gone, zone) else None,
        _change(stage, table, n, "values changed", [p for p in bad if not p[2][n].again]),
        _change(stage, table, n, "values changed", zoned, zone),
    ]
    return [c for c in found if c is not None and c.count]


def _elsewhere(table: Table, n: int, pairs: Sequence[Pair], zone: str) -> bool:
    """Whether a new column holds all these values."""
    if not pairs:
        return False
    known = {f.number for f in table.fields}
    after = pairs[0][3]
    for index, field in enumerate(after.fields):
        place = _Place(index, field)
        new = after.oid != table.oid or field.number not in known
        new = new and index not in {p.index for m, p in pairs[0][2].items() if m != n}
        if new and all(_verdict(p[0][n], p[1], table.fields[n], place, zone) is not Verdict.CHANGED for p in pairs):
            return True
    return False


def _change(stage: str, table: Table, n: int, how: str, pairs: Sequence[Pair], zone: str | None = None) -> Change:
    name = table.fields[n].name
    samples = tuple(
        Value(_row(table, p[0]), name, p[0][n], p[1][p[2][n].index] if n in p[2] else None) for p in pairs[:SAMPLES]
    )
    return Change(stage, table.name, how, len(pairs), (name,), samples, zone)


def _gone(table: Table, rows: Iterable[Values]) -> tuple[Value, ...]:
    return tuple(Value(_row(table, row), "", None, None) for row in list(rows)[:SAMPLES])


def _row(table: Table, row: Values) -> str:
    """A row by its key, else by its first values."""
    named = [(f.name, v) for f, v in zip(table.fields, row, strict=True) if f.number in table.key or not table.key]
    return ", ".join(f"{name} = {'NULL' if v is None else v[:40]}" for name, v in named[:4])


def _sums(table: Table, family: Sequence[Table], stage: str) -> list[Change]:
    """Too many rows to look at each: fewer rows, fewer values, or as many values with another sum."""
    lost = table.count - sum(t.count for t in family)
    if lost > 0:
        return [Change(stage, table.name, "rows gone", lost)]
    after = family[0]
    if len(family) > 1 or table.many is None or after.many is None:
        return []
    places = _places(table, after)
    found = [_sum(table, n, places.get(n), after, stage) for n in range(len(table.fields))]
    return [c for c in found if c is not None]


def _sum(table: Table, n: int, place: _Place | None, after: Table, stage: str) -> Change | None:
    assert table.many is not None
    assert after.many is not None
    field, (count, total) = table.fields[n], table.many[1][n]
    if place is None:
        copied = any(
            s == (count, total) and f.number > max(x.number for x in table.fields)
            for f, s in zip(after.fields, after.many[1], strict=True)
        )
        return Change(stage, table.name, "values gone", count, (field.name,)) if count and not copied else None
    now, sum_now = after.many[1][place.index]
    if (now, sum_now) == (count, total) or now > count:
        return None
    if now == count and (_relabelled(field, place)):
        return None
    return Change(stage, table.name, "values changed", max(1, count - now), (field.name,))


def _relabelled(field: Field, place: _Place) -> bool:
    return bool(field.labels) and field.labels != place.field.labels
