"""What the server says beside results, whatever driver is between: notices, warnings, debug messages."""

from __future__ import annotations

import re
from collections import deque

_PSYCOPG2 = re.compile(r"^(\w+):  ?(.*?)(?:\nDETAIL:  ?(.*?))?(?:\n(?:HINT|CONTEXT|QUERY|LOCATION):.*)?\s*$", re.DOTALL)


class Notices:
    """The messages since the last `take`, of all connections listened to."""

    def __init__(self) -> None:
        self._said: "deque[dict]" = deque(maxlen=10_000)
        self._sources: dict = {}

    def listen(self, dbapi_connection) -> None:
        """Begin to listen to a connection; again does nothing."""
        driver = driver_connection(dbapi_connection)
        if id(driver) not in self._sources:
            self._sources[id(driver)] = driver  # kept, so that its id stays its own
            _attach(driver, self._said.append)

    def take(self) -> "list[dict]":
        """What was said, oldest first."""
        said = list(self._said)
        self._said.clear()
        return said


def driver_connection(dbapi_connection):
    """The driver's own connection behind SQLAlchemy's adapter of an asynchronous one."""
    for name in ("driver_connection", "_connection"):
        inner = getattr(dbapi_connection, name, None)
        if inner is not None:
            return inner
    return dbapi_connection


def _attach(driver, tell) -> None:
    if hasattr(driver, "add_log_listener"):  # asyncpg
        driver.add_log_listener(
            lambda _, m: tell(_message(m.severity_en or m.severity, m.sqlstate, m.message, m.detail))
        )
    elif hasattr(driver, "add_notice_handler"):  # psycopg
        driver.add_notice_handler(lambda d: tell(_of_psycopg(d)))
    elif hasattr(driver, "notices"):  # psycopg2 gives text, pg8000 the fields of the protocol
        driver.notices = _Sink(tell)


class _Sink(list):
    """Takes what a driver appends, and keeps nothing."""

    def __init__(self, tell) -> None:
        super().__init__()
        self._tell = tell

    def append(self, said) -> None:
        self._tell(_of_text(said) if isinstance(said, str) else _of_fields(said))


def _of_asyncpg(said) -> dict:
    return _message(said.severity_en or said.severity, said.sqlstate, said.message, said.detail)


def _of_psycopg(said) -> dict:
    return _message(
        said.severity_nonlocalized or said.severity, said.sqlstate, said.message_primary, said.message_detail
    )


def _of_text(text: str) -> dict:
    found = _PSYCOPG2.match(text)
    if found is None:
        return _message("", "", text.strip(), None)
    return _message(found[1], "", found[2].strip(), found[3])


def _of_fields(fields: dict) -> dict:
    text = {k: v.decode("utf-8", "replace") if isinstance(v, bytes) else v for k, v in fields.items()}
    said = {(k.decode() if isinstance(k, bytes) else k): v for k, v in text.items()}
    return _message(said.get("V") or said.get("S"), said.get("C"), said.get("M"), said.get("D"))


def _message(severity, sqlstate, message, detail) -> dict:
    return {
        "severity": str(severity or ""),
        "sqlstate": str(sqlstate or ""),
        "message": str(message or ""),
        "detail": str(detail or ""),
    }
