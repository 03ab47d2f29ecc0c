"""What the revisions under test did, how old and new code fare, what it would cost, and the SQL that was run."""

from __future__ import annotations

from collections.abc import Iterator

from alembic_proof.compat.table import Compatibility
from alembic_proof.cost import words
from alembic_proof.effects import Broken, Effects, strength
from alembic_proof.render.markdown.escape import code, fence, flat, markup, prose, tagged
from alembic_proof.render.markdown.found import counted, details, table
from alembic_proof.render.measured import held, strong, through, waits, work, worth_a_line, worth_telling
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
    names = [f"{lock.mode} on {code(lock.relation, 130)}" for lock in locks]
    others = [(lock.relation, waits(effects, lock.relation)) for lock in locks]
    others += [(f"{b.table}, through {b.through}", waits(effects, b.table)) for b in through(effects)]
    waiting = [f"{code(name, 260)}: {said}" for name, said in others]
    done = [prose(text, 300) for text in (*work(effects), *effects.proofs)]
    line = str(statement.line or "–")
    return (line, code(statement.sql, 120), _cell(names), _cell(waiting), _cell(done))


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
        shown = table(("code", "statement", "what happens"), map(_broken, broken[:breaks]))
        parts.append(details(f"What breaks: {counted(len(broken[:breaks]), 'statement')}", shown))
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
    """The SQL of each revision as it was run, in its transactions, with what each statement locks and makes wait."""
    told = [p for p in report.measured.passages if p.statements]
    blocks = [details(_passage(report, p), fence(_sql(p), "sql", lines)) for p in told]
    left = sorted(set(report.review.revisions) - {p.revision for p in told}) if report.review else []
    missing = [f"Not run, or without a statement: {', '.join(code(r, 40) for r in left[:20])}."] if left else []
    head = f"### SQL that was run, on tables with rows, {counted(len(told), 'revision')}"
    return "\n\n".join([head, *blocks, *missing]) if told else ""


def _passage(report: Report, passage: Passage) -> str:
    """A line that says what is inside: message, statements, transactions, time, the strongest lock."""
    message = next((r.message for r in report.revisions if r.id == passage.revision), "")
    effects = [s.effects for s in passage.statements if s.effects]
    said = [counted(len(passage.statements), "statement"), _transactions(effects), _time(passage.statements)]
    locks = sorted((lock for e in effects for lock in strong(e)), key=lambda lock: -strength(lock.mode))
    said += [locks[0].mode] if locks else ["no lock above RowExclusiveLock on a table that existed"]
    said += ["rewrites"] if any(e.rewritten for e in effects) else []
    said += ["it fails"] if not passage.ok else [_ROWS[passage.rows]] if passage.rows in _ROWS else []
    return f"{tagged(flat(passage.revision, 40))} {markup(flat(message, 80))}: {', '.join(filter(None, said))}"


def _transactions(effects: list[Effects]) -> str:
    inside = len({e.transaction for e in effects if not e.autocommit})
    outside = any(e.autocommit for e in effects)
    return ", ".join(
        [*([counted(inside, "transaction")] if inside else []), *(["outside a transaction"] if outside else [])]
    )


def _time(statements: tuple[Statement, ...]) -> str:
    return f"{sum(s.seconds or 0 for s in statements) * 1000:.1f} ms"


def _sql(passage: Passage) -> str:
    last, parts = "", []
    for number, statement in enumerate(passage.statements, 1):
        boundary = _boundary(statement)
        parts += [boundary] if boundary != last else []
        last = boundary
        parts += [f"-- {number}: {_said(statement)}", *_comments(statement)]
        parts.append(f"{statement.sql.strip().rstrip(';')};")
    return "\n".join(part for part in parts if part)


def _said(statement: Statement) -> str:
    """The line that asked for it, through what, and how long it took."""
    line = f"line {statement.line}" if statement.line else "no line of the revision"
    through_ = f" through {flat(statement.helper, 200)}" if statement.helper else ""
    took = "it failed" if statement.seconds is None else f"{statement.seconds * 1000:.1f} ms"
    return f"{line}{through_}, {took}"


def _comments(statement: Statement) -> list[str]:
    """What it locks and makes wait, and what it copied, read and wrote; one line each."""
    effects = statement.effects
    if effects is None:
        return []
    said = [f"{lock.mode} on {lock.relation}: {waits(effects, lock.relation)}" for lock in strong(effects)]
    said += [f"{b.table}, through {b.through}: {waits(effects, b.table)}" for b in through(effects)]
    said += [f"{lock.mode} on {lock.relation} is held from before" for lock in held(effects)]
    said += [*work(effects), *effects.proofs]
    more = [f"--    and {len(said) - _CELL} more"] if said[_CELL:] else []
    return [*(f"--    {flat(line, 300)}" for line in said[:_CELL]), *more]


def _boundary(statement: Statement) -> str:
    if statement.effects is None:
        return ""
    number = statement.effects.transaction
    return "-- outside a transaction" if statement.effects.autocommit else f"-- transaction {number}"
