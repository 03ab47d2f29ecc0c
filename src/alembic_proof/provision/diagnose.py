"""What a server of ours said last: when it goes down, its clients only see that the connection closed."""

from __future__ import annotations

from pathlib import Path

from alembic_proof.provision import guardian
from alembic_proof.provision.container import engine
from alembic_proof.provision.server import Server

CAUSES = {
    "No space left on device": "the disk that holds its data is full",
    "out of memory": "the memory ran out",
    "was terminated by signal 9": "one of its processes was killed",
    "too many clients already": "there are too many connections",
}


def last_words(server: Server, lines: int = 20) -> str:
    """The last lines of the server's log; empty for a server that is not ours."""
    if server.container is not None:
        try:
            return engine.logs(server.container, lines)
        except engine.NoEngine:
            return ""
    if server.owned and server.admin.host.startswith("/"):
        return guardian.tail(str(Path(server.admin.host) / guardian.LOG), lines)
    return ""


def cause(server: Server) -> str | None:
    """Why a server of ours went down, in words, where its log says so."""
    said = last_words(server, 200)
    return next((words for mark, words in CAUSES.items() if mark in said), None)
