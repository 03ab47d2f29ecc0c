"""Snapshots on the migrating connection: uncommitted work is seen, and nothing of the look stays.

A snapshot is a set of lines, one fact each. After the first full one only what DDL touched is read again, where the
database notes it (`watch.sql`); where it does not, or where the note was lost, all facts are read.
"""

from __future__ import annotations

from itertools import count

MARK = "alembic_proof_look"
_TAGS = count(1)


class State:
    """All facts at one moment: lines by the object that they are read with."""

    __slots__ = ("lines", "owner_of", "by_owner")

    def __init__(self, by_owner: dict, owner_of: dict) -> None:
        self.by_owner = by_owner
        self.owner_of = owner_of
        self.lines = frozenset(line for lines in by_owner.values() for line in lines)

    def replaced(self, owners: "set[int]", rows: "list[tuple]") -> "State":
        """This state with the facts of `owners` read anew."""
        by_owner = {k: v for k, v in self.by_owner.items() if k not in owners}
        owner_of = dict(self.owner_of)
        fresh = _group(rows, owner_of)
        by_owner.update(fresh)
        return State(by_owner, owner_of)


def _group(rows: "list[tuple]", owner_of: dict) -> dict:
    by_owner: dict = {}
    for owner, own, line in rows:
        by_owner.setdefault(int(owner), []).append(line)
        owner_of[int(own)] = int(owner)
    return by_owner


def delta(before: "frozenset[str]", after: "frozenset[str]") -> "tuple[list[str], list[str]]":
    """What went and what came."""
    return sorted(before - after), sorted(after - before)


class Looker:
    """Reads states through one connection; `sql` are the statements that the outer process gives."""

    def __init__(self, connection, sql: dict, version_table: str) -> None:
        self.connection = connection
        self.sql = sql
        self.version_table = version_table.replace("'", "''")
        self.incremental = bool(sql.get("watched"))
        self._tag = ""

    def full(self) -> State:
        """Everything, read anew."""
        with self._pinned():
            rows = self._rows("EXECUTE all_{} ('{}')".format(self._tag, self.version_table))
        owner_of: dict = {}
        return State(_group(rows, owner_of), owner_of)

    def next(self, last: State) -> State:
        """The state now, given the one at the last look on this line of work."""
        touched = self._touched()
        if touched is None:
            if self.incremental:
                self._tag = ""  # what resets settings may have dropped the prepared statements too
            return self.full()
        if not touched:
            return last
        with self._pinned():
            owners = self._closure(touched)
            # what is gone is known by its own oid; what we never saw and is not there now, left no fact
            owners |= {last.owner_of.get(oid, oid) for _, oid in touched}
            listed = ",".join(str(o) for o in sorted(owners))
            rows = self._rows("EXECUTE some_{} ('{}', '{{{}}}')".format(self._tag, self.version_table, listed))
        return last.replaced(owners, rows)

    def _touched(self) -> "list[tuple[int, int]] | None":
        """What DDL named since the last look; None when that is not known."""
        if not self.incremental:
            return None
        text = self._rows("SELECT pg_catalog.current_setting('alembic_proof.touched', true)")[0][0]
        if not text or not text.startswith("+") or "*" in text:
            return None  # RESET ALL, DISCARD, or a command that names no object
        pairs = {tuple(item.split(":")) for item in text[1:].split()}
        return [(int(classid), int(oid)) for classid, oid in pairs]

    def _closure(self, touched: "list[tuple[int, int]]") -> "set[int]":
        named = " ".join("{}:{}".format(*pair) for pair in touched)
        text = self._rows("EXECUTE closure_{} ('{}')".format(self._tag, named))[0][0]
        return {int(oid) for oid in text.strip("{}").split(",") if oid not in ("", "NULL")}

    def _pinned(self) -> "_Pinned":
        return _Pinned(self)

    def _rows(self, sql: str) -> "list[tuple]":
        return self.run(sql).fetchall()

    def run(self, sql: str):
        # without parameters at all: drivers would read a per cent sign as one
        return self.connection.exec_driver_sql(sql, execution_options={"no_parameters": True})

    def prepare(self) -> None:
        """Planning these costs more than running them: once per session, again after a DISCARD."""
        if self._tag:
            return
        self._tag = "alembic_proof_{}".format(next(_TAGS))
        self.run("PREPARE all_{} (text) AS {}".format(self._tag, self.sql["all"]))
        self.run("PREPARE closure_{} (text) AS {}".format(self._tag, self.sql["closure"]))
        self.run("PREPARE some_{} (text, oid[]) AS {}".format(self._tag, self.sql["some"]))


class _Pinned:
    """A savepoint under pinned settings that is rolled back; the note of touched objects then begins anew."""

    def __init__(self, looker: Looker) -> None:
        self.looker = looker

    def __enter__(self) -> None:
        self.looker.run("SAVEPOINT " + MARK)
        self.looker.run(self.looker.sql["pin"])
        self.looker.prepare()

    def __exit__(self, *exc) -> None:
        self.looker.run("ROLLBACK TO SAVEPOINT " + MARK)
        self.looker.run("RELEASE SAVEPOINT " + MARK)
        if exc[0] is None:
            self.looker.run("SELECT pg_catalog.set_config('alembic_proof.touched', '+', false)")
