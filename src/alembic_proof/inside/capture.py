"""Which statements ran, how long, and which line of which revision file asked for them.

At `before_cursor_execute` the frame of the revision is on the Python stack, whatever helper stands between.
"""

from __future__ import annotations

import os
import sys
import time
from functools import lru_cache
from types import FrameType

SQL_LIMIT = 10_000
_OURS = os.path.dirname(os.path.abspath(__file__))
_STANDARD = os.path.dirname(os.__file__)


class Capture:
    """The statements since the last `take`; our own pass SQLAlchemy by and are not seen."""

    def __init__(self) -> None:
        self.files: "set[str]" = set()
        self._statements: "list[dict]" = []

    def watch(self) -> None:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)

    def ran(self) -> "list[dict]":
        """The statements since the last `take`."""
        return self._statements

    def take(self) -> "list[dict]":
        taken, self._statements = self._statements, []
        for statement in taken:
            statement.pop("start", None)  # still there where the statement failed
        return taken

    def last_place(self) -> "tuple[str | None, int | None]":
        """The line of the last statement, for an error that carries none."""
        if not self._statements:
            return None, None
        return self._statements[-1]["file"], self._statements[-1]["line"]

    def _before(self, connection, cursor, statement, parameters, context, executemany) -> None:
        file, line, helper = whereabouts(self.files)
        self._statements.append(
            {
                "sql": statement[:SQL_LIMIT],
                "file": file,
                "line": line,
                "helper": helper,
                "seconds": None,
                "start": time.perf_counter(),
            }
        )

    def _after(self, connection, cursor, statement, parameters, context, executemany) -> None:
        if not self._statements:
            return
        last = self._statements[-1]
        last["seconds"] = time.perf_counter() - last.pop("start")


def place(files: "set[str]") -> "tuple[str | None, int | None]":
    """The innermost line of one of `files` that is being run."""
    return whereabouts(files)[:2]


def whereabouts(files: "set[str]") -> "tuple[str | None, int | None, str | None]":
    """As `place`, and the project's own code between, as `file:line`, where there is some."""
    frame: "FrameType | None" = sys._getframe(1)
    helper = None
    while frame is not None:
        name = frame.f_code.co_filename
        if name in files:
            return name, frame.f_lineno, helper
        if helper is None and _is_projects(name):
            helper = "{}:{}".format(name, frame.f_lineno)
        frame = frame.f_back
    return None, None, None


@lru_cache(maxsize=None)
def _is_projects(name: str) -> bool:
    return not (name.startswith((_OURS, "<", _STANDARD)) or "site-packages" in name)
