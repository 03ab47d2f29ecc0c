"""Values: a statement, what is there before it, and what it does to tables that others use meanwhile.

Every case has a schema of its own, which is the search path while its statement runs; `own` stands for its name. What
is true of a table is a line of words: the strongest lock, as `LOCK TABLE` spells it without blanks, then what holds

    rewritten   the table is copied whole into a new file (and so read whole)
    emptied     it has a new file, and nothing was copied
    scanned     it is read whole, and not copied
    view, sequence, elsewhere    nobody writes rows to it by these means; or it is in another schema
    reads, writes    they wait, though the lock on the table itself does not say so
    open        nothing waits, though the lock on the table itself says so

A table that is not named in a case is not locked, read or written by it, and nobody waits for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# of the documentation's chapter on explicit locking, weakest first
MODES = (
    *("AccessShare", "RowShare", "RowExclusive", "ShareUpdateExclusive"),
    *("Share", "ShareRowExclusive", "Exclusive", "AccessExclusive"),
)
UNLOCKED = "Unlocked"
_BLOCKS_WRITES = MODES[MODES.index("Share") :]


@dataclass(frozen=True)
class Truth:
    """What a statement does to one relation."""

    lock: str
    words: frozenset[str]

    @property
    def reads(self) -> bool:
        """Whether readers wait while the statement's transaction is open."""
        return "reads" in self.words or (self.lock == "AccessExclusive" and not self._nobody)

    @property
    def writes(self) -> bool:
        """Whether writers wait."""
        unwritten = self._nobody or "view" in self.words
        return "writes" in self.words or (self.lock in _BLOCKS_WRITES and not unwritten)

    @property
    def _nobody(self) -> bool:
        return bool(self.words & {"sequence", "open"})


@dataclass(frozen=True)
class Case:
    """A statement; `given` is SQL that comes before it and is committed.

    `tables` says what is true of each relation, `rebuilt` which indexes are written anew. `plan` are tables that the
    planner may read whole or by an index. `since` and `until` are server versions; `changes` are tables of which
    something else is true from a version on. `why` tells what surprises.
    """

    name: str
    given: str
    statement: str
    tables: Mapping[str, str] = field(default_factory=dict)
    rebuilt: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    autocommit: bool = False
    since: int = 15
    until: int = 99
    changes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    why: str = ""

    @property
    def schema(self) -> str:
        """The name of its schema."""
        return "case_" + re.sub(r"\W+", "_", self.name)

    @property
    def path(self) -> str:
        """Makes its schema the search path."""
        return f"SET search_path = {self.schema}, public"

    @property
    def gone(self) -> str:
        """Takes away what it made, whatever became of it."""
        publication = f"DROP PUBLICATION IF EXISTS {self.schema}_pub"
        return f"DROP SCHEMA IF EXISTS {self.schema}, {self.schema}_else CASCADE; {publication}"

    def named(self, text: str, schema: str = "") -> str:
        """A text with the schema's name in it, or another one."""
        return re.sub(r"\bown(?=_|\b)", schema or self.schema, text)

    def truth(self, major: int) -> dict[str, Truth]:
        """What is true on a version, by the name of the relation."""
        said = dict(self.tables)
        for since in sorted(self.changes):
            if since <= major:
                said.update(self.changes[since])
        return {name: Truth(lock, frozenset(words)) for name, (lock, *words) in _split(said).items()}

    def runs_on(self, major: int) -> bool:
        """Whether a server knows the statement."""
        return self.since <= major <= self.until


def _split(said: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: words.split() for name, words in said.items() if words}
