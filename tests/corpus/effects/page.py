"""The page `docs/locks.md`: what was measured of every case, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from alembic_proof.effects import Blocked, Effects, strength
from alembic_proof.trace import Passage

from .case import Case
from .judged import bare

PATH = Path(__file__).parents[3] / "docs" / "locks.md"
Rows = dict[str, tuple[str, ...]]
HEAD = """\
# What statements lock, rewrite and read, as measured

Each line is a measurement, on the versions of Postgres that its last column names: `alembic-proof` ran the statement
in a revision of Alembic, on tables with rows. `python -m tests.corpus.effects` writes this page; a test runs every
statement again and compares, and a second witness, which shares no code with the product, must see the same.

- *Strongest lock*: on each table, view or sequence that was there before, while the statement's transaction is open.
- *Writes anew*: tables that are copied into a new file, and indexes that are built.
- *Reads whole*: tables that are read from end to end besides; *as planned* where the planner may choose an index.
- *Waits*: what other sessions cannot do meanwhile. One tries, and gives up after 20 ms. Of rows that are locked this
  says nothing, nor of what triggers and foreign keys of those other sessions would wait for.
- *Autocommit*: outside a transaction. Other statements are measured in one; what they lock is locked until its end.

How long it takes depends on the table; that the lock is had at once depends on who else works. A short statement under
AccessExclusive stops everybody for as long as it *waits* behind one long reader: set a `lock_timeout`.
"""
COLUMNS = ("case", "statement", "strongest lock", "writes anew", "reads whole", "waits", "Postgres")
NOTHING = "–"


def lines(measured: Iterable[tuple[Case, Passage]]) -> Rows:
    """The cells of every case, by its name."""
    return {case.name: _cells(case, passage) for case, passage in measured}


def _cells(case: Case, passage: Passage) -> tuple[str, ...]:
    effects = passage.statements[-1].effects
    assert effects is not None
    return _statement(case), _locks(effects), _anew(effects), _whole(case, effects), _waits(effects)


def _statement(case: Case) -> str:
    text = " ".join(case.named(case.statement, "app").split()).replace("|", "\\|")
    also = ["autocommit"] if case.autocommit else []
    return " · ".join([f"`{text}`", *also, *([case.why] if case.why else [])])


def _locks(effects: Effects) -> str:
    own = sorted((lock for lock in effects.locks if "index" not in lock.kind), key=lambda k: -strength(k.mode))
    return ", ".join(f"{bare(lock.relation)} {lock.mode.removesuffix('Lock')}" for lock in own) or NOTHING


def _anew(effects: Effects) -> str:
    tables = [f"table {bare(t)}" for t in effects.rewritten]
    return ", ".join([*tables, *(f"index {bare(i)}" for i in (*effects.rebuilt, *effects.built))]) or NOTHING


def _whole(case: Case, effects: Effects) -> str:
    counted = {bare(t) for t in effects.scanned} - {bare(t) for t in effects.rewritten} - set(case.plan)
    return ", ".join([*sorted(counted), *(f"{t} as planned" for t in case.plan)]) or NOTHING


def _waits(effects: Effects) -> str:
    return ", ".join(f"{_operations(b)} of {bare(b.table)}" for b in effects.blocked) or NOTHING


def _operations(blocked: Blocked) -> str:
    return " and ".join(w for w, waits in (("reads", blocked.reads), ("writes", blocked.writes)) if waits)


def render(families: Mapping[str, Iterable[Case]], found: Mapping[int, Rows]) -> str:
    """The whole page; what the versions have in common is one line."""
    parts = [HEAD]
    for title, cases in families.items():
        table = [_row(COLUMNS), _row("---" for _ in COLUMNS)]
        for case in cases:
            table += [_row((case.name, *cells, versions)) for cells, versions in _common(case.name, found).items()]
        parts.append("\n".join([f"## {title}", "", *table, ""]))
    return "\n".join(parts)


def _common(name: str, found: Mapping[int, Rows]) -> dict[tuple[str, ...], str]:
    cells: dict[tuple[str, ...], list[int]] = {}
    for major in sorted(found):
        if name in found[major]:
            cells.setdefault(found[major][name], []).append(major)
    return {row: ", ".join(map(str, majors)) for row, majors in cells.items()}


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def read(text: str, major: int) -> Rows:
    """The lines of a page that are about a version."""
    rows = (line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| "))
    return {name: tuple(cells) for name, *cells, versions in rows if str(major) in versions.split(", ")}
