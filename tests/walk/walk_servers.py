"""A TCP door to a server that listens on a socket only, and the decoy that counts who knocks."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncpg

from alembic_proof.provision.server import Endpoint

OURS = "the test itself"


class Front:
    """Listens on a free port of 127.0.0.1, hands every connection through, and counts them."""

    def __init__(self, behind: Endpoint) -> None:
        self.path = f"{behind.host}/.s.PGSQL.{behind.port}"
        self.accepted = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self.path)
            except OSError:
                caller.close()
                continue
            for here, there in ((caller, server), (server, caller)):
                threading.Thread(target=_hand_through, args=(here, there), daemon=True).start()


def _hand_through(here: socket.socket, there: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := here.recv(65536):
            there.sendall(data)
    with contextlib.suppress(OSError):
        there.shutdown(socket.SHUT_WR)


def run_sql(end: Endpoint, *statements: str) -> list[asyncpg.Record]:
    """Statements of the test itself; the rows of the last one."""

    async def work() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(
            host=end.host,
            port=end.port,
            user=end.user,
            password=end.password or None,
            database=end.database,
            ssl=False,
            server_settings={"application_name": OURS},
        )
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return list(await connection.fetch(statements[-1]))
        finally:
            await connection.close()

    return asyncio.run(work())


def fill_decoy(admin: Endpoint) -> None:
    """The database `production` of the role `app`, and a log that tells everything."""
    run_sql(
        admin,
        "ALTER SYSTEM SET log_connections = 'on'",
        "ALTER SYSTEM SET log_statement = 'all'",
        "ALTER SYSTEM SET log_line_prefix = '<%p> '",
        "CREATE ROLE app LOGIN SUPERUSER PASSWORD 'secret'",
        "CREATE DATABASE production OWNER app",
        "SELECT pg_reload_conf()",
    )
    log = Path(admin.host, "log")
    deadline = time.monotonic() + 10
    while OURS not in log.read_text("utf-8", "replace"):  # the proof is worth nothing if the log tells nothing
        assert time.monotonic() < deadline, "the decoy does not log connections"
        run_sql(admin, "SELECT 1")
        time.sleep(0.05)


@dataclass
class Decoy:
    """The server that looks like production."""

    admin: Endpoint
    front: Front
    _accepted: int = field(default=0)
    _length: int = field(default=0)

    def url(self, scheme: str = "postgresql", query: str = "") -> str:
        """What a careless project would hold: the URL of production."""
        return f"{scheme}://app:secret@127.0.0.1:{self.front.port}/production{query}"

    def turn_page(self) -> None:
        """Forget what was logged until now."""
        self._accepted = self.front.accepted
        self._length = len(self._log())

    def _log(self) -> bytes:
        return Path(self.admin.host, "log").read_bytes()

    def _foreign(self) -> Iterator[str]:
        """Log lines since the page was turned of sessions that are not the test's own."""
        lines = self._log()[self._length :].decode("utf-8", "replace").splitlines()
        own = {_pid(line) for line in lines if f"application_name={OURS}" in line}
        return (line for line in lines if _pid(line) and _pid(line) not in own)

    def connections(self) -> list[str]:
        """Every connection that reached the server, by its log and by the port's own count."""
        told = [line for line in self._foreign() if re.search("connection (received|auth)", line)]
        knocked = self.front.accepted - self._accepted
        return told or ["a connection that the log does not know"] * knocked

    def statements(self) -> list[str]:
        """Every statement that anybody but the test sent."""
        found = (re.search(r"LOG:  (?:statement|execute [^:]*): (.*)", line) for line in self._foreign())
        return [match[1] for match in found if match]

    def tables(self) -> list[str]:
        """What the database `production` holds; superfluous where no connection came, and yet."""
        rows = run_sql(
            self.admin.at("production"),
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema')",
        )
        return [row["relname"] for row in rows]


def _pid(line: str) -> str | None:
    match = re.match(r"<(\d+)> .*(LOG|FATAL|ERROR|STATEMENT|DETAIL)", line)
    return match[1] if match else None
