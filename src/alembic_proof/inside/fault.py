"""Stops an upgrade before one of its statements, as if the process had died there, and watches the others."""

from __future__ import annotations

import time

from .capture import SQL_LIMIT, place

_WAL = "SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')"


class Broken(BaseException):
    """Not an Exception: as little as a killed process may it be caught by `except Exception` in a revision."""


class Fault:
    """Counts the statements that one upgrade function sends, from 1.

    `stop` is the number of the one before which it raises; `hold` that of the one before and after which it calls
    `told`; `measure`: WAL and seconds of each are noted.
    """

    def __init__(self, files, stop, hold, measure, told) -> None:
        self.files = files
        self.stop = stop
        self.hold = hold
        self.measure = measure
        self.told = told
        self.statements: "list[dict]" = []
        self.stopped: "dict | None" = None
        self._inside = False

    def watch(self) -> None:
        """On the class, so that engines that the revision makes for itself count, too."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)

    def around(self, function):
        """The upgrade function; only what runs in it counts."""

        def upgrade(**arguments):
            self._inside = True
            try:
                function(**arguments)
            finally:
                self._inside = False

        return upgrade

    def _before(self, connection, cursor, statement, parameters, context, executemany) -> None:
        if not self._inside or self.stopped:
            return
        file, line = place(self.files)
        self.statements.append({"sql": statement[:SQL_LIMIT], "file": file, "line": line, "seconds": 0.0, "wal": 0})
        number = len(self.statements)
        if number == self.stop:
            self.stopped = self.statements[-1]
            raise Broken("broken off before statement {}".format(number))
        if number == self.hold:
            self.told("held")
        if self.measure:
            self.statements[-1]["wal"] = -_wal(connection)
        self.statements[-1]["seconds"] = -time.perf_counter()

    def _after(self, connection, cursor, statement, parameters, context, executemany) -> None:
        if not self._inside or self.stopped:
            return
        last = self.statements[-1]
        last["seconds"] += time.perf_counter()
        if self.measure:
            last["wal"] += _wal(connection)
        if len(self.statements) == self.hold:
            self.told("passed")


def _wal(connection) -> int:
    """Bytes of WAL so far, asked past SQLAlchemy."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_WAL)
        return int(cursor.fetchone()[0])
    finally:
        cursor.close()
