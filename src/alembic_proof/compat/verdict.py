"""What statements that work on their own side of a revision say on the other one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alembic_proof.compat.replies import Outcome, Results
from alembic_proof.compat.statements import Usage
from alembic_proof.effects import Broken

# whether it happens depends on the value: unique, check, exclusion, foreign key, too long, too large
_OF_VALUES = frozenset(("23505", "23514", "23P01", "23503", "22001", "22003"))
_OF_ROWS = frozenset(("23505", "23503", "23P01"))
# where the table is not there, or no table any more, it is not about the column
_OF_TABLES = frozenset(("42P01", "3F000", "55000"))
_COLUMN = re.compile(r'column "([^"]+)"')


def broken(usages: Sequence[Usage], control: Results, result: Results, code: str) -> tuple[Broken, ...]:
    """What passed in `control`, on its own side, and fails in `result`, or has another answer there.

    One for each way in which an operation on a table breaks: the owner's, where it breaks for the owner, too. That a
    wider column takes more than the old one did is why it was made wider: of `new` code no made-up values are held.
    """
    found: dict[tuple[str, ...], Broken] = {}
    held = (u for u in usages if code == "old" or not u.sample)
    for usage in sorted(held, key=lambda u: (u.role is not None, u.sample)):  # what is sure first
        own, other = control.get(usage), result.get(usage)
        if own is not None and other is not None and own.passed:
            problem = _problem(usage, own, other, result)
            if problem is not None:
                item = _broken(usage, problem, code)
                found.setdefault((item.table, item.operation, item.sqlstate, item.sqlstate and item.message), item)
    return tuple(found.values())


def _problem(usage: Usage, own: Outcome, other: Outcome, result: Results) -> Outcome | None:
    if not other.passed:
        # other rows, and not another schema
        by_rows = other.sqlstate in _OF_ROWS and other.constraint in usage.known
        return None if by_rows or (usage.again and _deleting_fails(usage, other, result)) else other
    if own.rows == 0 or other.rows > 0 or not _held(usage, other, result):
        return None
    what = "writes" if usage.rows == "new" else "finds"
    return Outcome(message=f"it runs and {what} no row, where it was {own.rows}")


def _deleting_fails(usage: Usage, other: Outcome, result: Results) -> bool:
    """Whether a row could not be inserted again only for want of deleting it."""
    deletes = (o for u, o in result.items() if (u.table, u.operation, u.role) == (usage.table, "delete", usage.role))
    return any((o.sqlstate, o.message) == (other.sqlstate, other.message) for o in deletes)


def _held(usage: Usage, other: Outcome, result: Results) -> bool:
    """Whether no row is wrong: rows that are gone, or got another key, are told as a change of rows."""
    if usage.rows == "one":
        return any(r.rows > 0 for u, r in result.items() if _is_the_row(u, usage))
    return usage.rows == "new" or other.hidden


def _is_the_row(found: Usage, usage: Usage) -> bool:
    """The owner's own look at the row that a statement is about."""
    return found.table == usage.table and found.operation == "select" and found.rows == "one" and found.role is None


def _broken(usage: Usage, problem: Outcome, code: str) -> Broken:
    return Broken(
        code=code,
        table=usage.table,
        operation=usage.operation,
        sql=usage.sql,
        sqlstate=problem.sqlstate,
        message=problem.message,
        column=None if problem.sqlstate in _OF_TABLES else _column(usage, problem),
        role=usage.role,
        basis=usage.basis,
        sample=usage.sample or problem.sqlstate in _OF_VALUES,
    )


def _column(usage: Usage, problem: Outcome) -> str | None:
    named = _COLUMN.search(problem.message)
    return problem.column or (named[1] if named else usage.column)


def unproven(usages: Sequence[Usage], control: Results) -> tuple[str, ...]:
    """Operations of which no statement passes on its own side, so that nothing is held against a revision; and why."""
    proven = {_of(u) for u in usages if (o := control.get(u)) and o.passed and _shows(u, o)}
    whys = {_of(u): _why(control.get(u)) for u in reversed(usages) if _of(u) not in proven}
    return tuple(
        f"{operation} on {table}{f' as {role}' if role else ''}: {why}"
        for (table, operation, role), why in sorted(whys.items(), key=str)
    )


def _of(usage: Usage) -> tuple[str, str, str | None]:
    return usage.table, usage.operation, usage.role


def _shows(usage: Usage, outcome: Outcome) -> bool:
    return outcome.rows > 0 or usage.operation in ("select", "delete")


def _why(outcome: Outcome | None) -> str:
    return "it cannot be run as that role" if outcome is None else outcome.message or "there is no row to do it with"
