"""Values: what statements and revisions did to a database with tables and rows in it, as it was measured.

Relations are named as the facts name them: `schema.name`, quoted where Postgres quotes. A relation *existed* when it
was there before the deploy that is measured; only those are told, since nobody uses the others yet.
"""

from __future__ import annotations

from dataclasses import dataclass

# weakest first; by these numbers Postgres orders them, too
MODES = (
    *("AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock"),
    *("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"),
)
READS = ("select",)
WRITES = ("insert", "update", "delete")


def strength(mode: str) -> int:
    """1 for AccessShareLock up to 8 for AccessExclusiveLock."""
    return MODES.index(mode) + 1


@dataclass(frozen=True, order=True)
class Lock:
    """The strongest lock that the transaction holds on a relation that existed; `table` is an index's table.

    `taken`: by this very statement; else it is held since an earlier one. `waited`: the statement was held while it
    waited for this lock, so it is sure to ask for it.
    """

    relation: str
    kind: str
    mode: str
    table: str
    taken: bool = True
    waited: bool = False


@dataclass(frozen=True, order=True)
class Touched:
    """How many rows of a table that existed a statement inserted, updated and deleted."""

    table: str
    inserted: int = 0
    updated: int = 0
    deleted: int = 0


@dataclass(frozen=True)
class Notice:
    """What the server said, at any level from debug2 on."""

    severity: str
    sqlstate: str
    message: str
    detail: str = ""


@dataclass(frozen=True, order=True)
class Blocked:
    """Operations of other sessions that wait while the transaction of the statement is open: `select`, `insert` …

    `through`: the partition or child that is locked, where the table itself is not: who reads the one reads the other.
    """

    table: str
    operations: tuple[str, ...]
    through: str = ""

    @property
    def reads(self) -> bool:
        """Whether readers wait."""
        return any(o in READS for o in self.operations)

    @property
    def writes(self) -> bool:
        """Whether writers wait."""
        return any(o in WRITES for o in self.operations)


@dataclass(frozen=True)
class Effects:
    """What one statement did.

    `transaction` counts from 1 within the revision. Timeouts are in milliseconds, 0 for none, as in force when the
    statement ran. `locks` are all that are held after it, `blocked` is by all of them; of a statement outside a
    transaction, those that it was seen to wait for, and those without which it cannot have done what it did.
    `rewritten` are tables that were copied, `rebuilt` indexes that existed and have a new file (TRUNCATE is neither),
    `built` new indexes on tables that existed, `scanned` tables read whole,
    `verified` tables of which the server said that it checks every row. `proofs` are its own words on what it need
    not do. `cascaded` are objects that went with what was named. `wal` is in bytes, `tag` is the command tag.
    """

    tag: str = ""
    transaction: int = 1
    autocommit: bool = False
    lock_timeout: int = 0
    statement_timeout: int = 0
    locks: tuple[Lock, ...] = ()
    rewritten: tuple[str, ...] = ()
    rebuilt: tuple[str, ...] = ()
    built: tuple[str, ...] = ()
    scanned: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()
    rows: tuple[Touched, ...] = ()
    wal: int = 0
    cascaded: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    blocked: tuple[Blocked, ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that existed and of which something is locked."""
        return tuple(sorted({lock.table for lock in self.locks}))

    def strongest(self, table: str) -> Lock | None:
        """The strongest lock on a table itself."""
        own = [lock for lock in self.locks if lock.relation == table]
        return max(own, key=lambda lock: strength(lock.mode), default=None)


@dataclass(frozen=True)
class Value:
    """One value that a stage changed or lost: `row` names its row by the key; `after` None: it is gone, or NULL."""

    row: str
    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Change:
    """What a stage (`upgrade`, `downgrade`, `again`) did to the rows of one table, besides what it says.

    `how`: `rows gone`, `values changed` (columns that are still there) or `values gone` (with their columns or their
    table). `zone` where only the time zone of the session decides what the values are now.
    """

    stage: str
    table: str
    how: str
    count: int
    columns: tuple[str, ...] = ()
    samples: tuple[Value, ...] = ()
    zone: str | None = None


@dataclass(frozen=True)
class Broken:
    """A statement that worked on one side of a revision and does not on the other.

    `code` is `old` (what runs today, on the new schema) or `new` (what comes, on the old schema); `basis` says where
    the statement comes from: `models`, `catalog`. `role` is who ran it, None for the owner. `column` where it is about
    one. `sqlstate` is empty where it runs and gives another answer; `sample`: it may depend on the value taken.
    """

    code: str
    table: str
    operation: str
    sql: str
    sqlstate: str
    message: str
    column: str | None = None
    role: str | None = None
    basis: str = "catalog"
    sample: bool = False


@dataclass(frozen=True)
class Rerun:
    """The upgrade broken off before statement `number` (from 1), or `within` it, and run again.

    `failure` is how the second run failed, None where it passed; `differs` are facts that it ends with otherwise;
    `invalid` are indexes left INVALID.
    """

    number: int
    sql: str
    file: str | None
    line: int | None
    failure: str | None = None
    differs: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    within: bool = False


@dataclass(frozen=True)
class Fall:
    """A revision that stops on rows: the failure, and on which rows: `any` ordinary row, or only `some`."""

    rows: str
    message: str
    sqlstate: str | None
    sql: str | None
    file: str | None
    line: int | None


@dataclass(frozen=True)
class Index:
    """An index as it is after the revision."""

    name: str
    table: str
    columns: tuple[str, ...]
    valid: bool
    unique: bool
    method: str


@dataclass(frozen=True)
class Estimate:
    """What a statement would cost on a table: WAL bytes and seconds a row, from two sizes; an estimate."""

    table: str
    sql: str
    file: str | None
    line: int | None
    wal_per_row: float
    seconds_per_row: float
    rows: int | None = None


@dataclass(frozen=True)
class Unfilled:
    """A table in which the generator could not put a row, and why."""

    table: str
    why: str
