"""What the revisions under test did, how old and new code fare, what it would cost, and the SQL that was run."""

from __future__ import annotations

from collections.abc import Iterator

from alembic_proof.compat.table import Compatibility
from alembic_proof.cost import words
from alembic_proof.effects import Broken, Effects, strength
from alembic_proof.render.markdown.escape import code, fence, prose
from alembic_proof.render.markdown.found import counted, details, table
from alembic_proof.render.measured import strong, through, waits, work, worth_a_line, worth_telling
from alembic_proof.report import Report
from alembic_proof.trace import Passage, Statement

_ROWS = {"plain": "on ordinary rows only: it falls on others", "none": "on empty tables: it falls on rows"}
_HEAD = ("revision", "line", "statement", "strongest lock", "what waits", "rewrites, reads, builds, writes")
_CELL = 6


def under_test(report: Report, most: int) -> str:
    """A row a statement that takes a lock that others feel, or that writes rows."""
    passages = report.measured.passages
    if not passages:
        return ""
    rows = [row for passage in passages for row in _rows(passage)]
    parts = [f"### What the revisions under test do\n\n{_which(report)}"]
    if rows:
        parts.append(table(_HEAD, rows[:most]))
    if rows[most:]:
        parts.append(f"And {counted(len(rows) - most, 'more statement')}.")
    return "\n\n".join([*parts, *_quiet(passages)])


def _which(report: Report) -> str:
    why = f": {prose(report.measured.why, 300)}" if report.measured.why else ""
    return f"Run on tables with rows, {counted(len(report.measured.passages), 'revision')}{why}."


def _quiet(passages: tuple[Passage, ...]) -> list[str]:
    """Those without a row, so that nobody takes silence for an answer."""
    quiet = [code(p.revision, 40) for p in passages if not any(_rows(p))]
    more = f" and {len(quiet) - 20:,} more" if len(quiet) > 20 else ""
    said = "no lock above `RowExclusiveLock` on a table that existed, and no row written"
    return [f"{', '.join(quiet[:20])}{more}: {said}."] if quiet else []


def _rows(passage: Passage) -> Iterator[tuple[str, ...]]:
    note = f"<br>{_ROWS[passage.rows]}" if passage.rows in _ROWS else ""
    for statement in passage.statements:
        if statement.effects and worth_a_line(statement.effects):
            yield (code(passage.revision, 40) + note, *_cells(statement, statement.effects))


def _cells(statement: Statement, effects: Effects) -> tuple[str, ...]:
    locks = sorted(strong(effects), key=lambda lock: (-strength(lock.mode), lock.relation))
    held = [f"{lock.mode} on {code(lock.relation, 130)}" for lock in locks]
    others = [(lock.relation, waits(effects, lock.relation)) for lock in locks]
    others += [(f"{b.table}, through {b.through}", waits(effects, b.table)) for b in through(effects)]
    waiting = [f"{code(name, 260)}: {said}" for name, said in others]
    done = [prose(text, 300) for text in (*work(effects), *effects.proofs)]
    line = str(statement.line or "–")
    return (line, code(statement.sql, 120), _cell(held), _cell(waiting), _cell(done))


def _cell(lines: list[str]) -> str:
    more = [f"and {len(lines) - _CELL} more"] if len(lines) > _CELL else []
    return "<br>".join([*lines[:_CELL], *more]) or "–"


def deployed(table_: Compatibility | None, breaks: int) -> str:
    """Old and new code on the old and the new schema, and the statements that break."""
    if table_ is None:
        return ""
    rows = ((code_, prose(old, 200), prose(new, 200)) for code_, old, new in table_.rows)
    parts = ["### Old and new code", table(("", "on the old schema", "on the new schema"), rows)]
    broken = (*table_.old_code_new_schema.breaks, *table_.new_code_old_schema.breaks)
    if broken and breaks:
        parts.append(table(("code", "statement", "what happens"), map(_broken, broken[:breaks])))
    if broken[breaks:]:
        parts.append(f"And {counted(len(broken) - breaks, 'more statement')} that break.")
    return "\n\n".join(parts)


def _broken(b: Broken) -> tuple[str, ...]:
    said = f"{b.sqlstate} {b.message}".strip() or "another answer"
    return (f"{b.code}, from the {prose(b.basis, 40)}", code(b.sql, 120), prose(said, 200))


def estimates(report: Report, most: int) -> str:
    """What heavy statements would cost on tables of another size."""
    worth = worth_telling(report.measured)
    if not worth:
        return ""
    rows = ((str(e.line or "–"), code(e.sql, 80), prose(words(e), 300)) for e in worth[:most])
    more = f"\n\nAnd {len(worth) - most:,} more." if worth[most:] else ""
    return "### Estimates\n\n" + table(("line", "statement", "cost"), rows) + more


def executed(report: Report, lines: int) -> str:
    """The SQL of each revision as it was run, with its transactions."""
    told = [p for p in report.measured.passages if p.statements]
    blocks = [f"{code(p.revision, 40)}\n\n{fence(_sql(p), 'sql', lines)}" for p in told]
    return details(f"SQL that was run, {counted(len(told), 'revision')}", "\n\n".join(blocks)) if told else ""


def _sql(passage: Passage) -> str:
    last, parts = "", []
    for statement in passage.statements:
        boundary = _boundary(statement)
        parts += [boundary] if boundary != last else []
        last = boundary
        failed = "" if statement.seconds is not None else "\n-- it failed"
        parts.append(f"{statement.sql.strip().rstrip(';')};{failed}")
    return "\n".join(part for part in parts if part)


def _boundary(statement: Statement) -> str:
    if statement.effects is None:
        return ""
    number = statement.effects.transaction
    return "-- outside a transaction" if statement.effects.autocommit else f"-- transaction {number}"
