"""What rules say of a statement: which command, which tables, which lock, and who waits for it."""

from __future__ import annotations

from collections.abc import Iterable

from alembic_proof.checks.safety.statements import command, hides
from alembic_proof.effects import Blocked, Effects

_HIDDEN = {"DO": "a DO block", "CALL": "a procedure"}


def short(identity: str) -> str:
    """A name as most write it, without `public`."""
    return identity.removeprefix("public.")


def listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def tables(identities: Iterable[str]) -> str:
    """Tables in words."""
    return listed(short(identity) for identity in identities)


def subject(effects: Effects) -> str:
    """Who does it: the command, or what hides it."""
    name = command(effects)
    return _HIDDEN.get(name, "a function") if hides(effects) else name


def under(effects: Effects, table: str) -> str:
    """` under AccessExclusiveLock`, where a lock is held on the table."""
    lock = effects.strongest(table)
    return f" under {lock.mode}" if lock else ""


def held_before(effects: Effects) -> tuple[Blocked, ...]:
    """Tables for which others wait, and that this statement has not locked itself, nor copied."""
    own = {*(lock.table for lock in effects.locks if lock.taken), *effects.rewritten}
    return tuple(b for b in effects.blocked if (b.through or b.table) not in own)


def indexed(effects: Effects) -> tuple[str, ...]:
    """The tables of the indexes that were built anew."""
    own = {lock.table for lock in effects.locks if lock.relation in effects.rebuilt}
    return tuple(sorted(own)) or effects.scanned or effects.tables


def waits(effects: Effects, touched: Iterable[str]) -> str:
    """Who waits, and until when: for these tables, and for those that this very statement locks."""
    wanted = {*touched, *(lock.table for lock in effects.locks if lock.taken)}
    return waiting(effects, tuple(b for b in effects.blocked if (b.through or b.table) in wanted))


def waiting(effects: Effects, blocked: Iterable[Blocked]) -> str:
    """`: reads and writes of account wait until it commits`."""
    by: dict[str, list[str]] = {}
    for one in blocked:
        by.setdefault(_what(one), []).append(one.table)
    if not by:
        return ""
    end = "it ends" if effects.autocommit else "it commits"
    return f": {listed(f'{what} of {tables(of)}' for what, of in by.items())} wait until {end}"


def _what(blocked: Blocked) -> str:
    return listed(word for word, is_so in (("reads", blocked.reads), ("writes", blocked.writes)) if is_so)
