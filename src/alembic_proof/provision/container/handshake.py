"""Whether a Postgres answers on a port, by the first bytes of its protocol."""

from __future__ import annotations

import socket
import struct

PROTOCOL = 196608
# an unknown user gets the same question for a password as a known one
STARTUP = b"user\0postgres\0database\0postgres\0\0"


def answers(host: str, port: int, seconds: float = 1.0) -> bool:
    """Whether the server is ready to talk about authentication; one that still starts says an error."""
    try:
        with socket.create_connection((host, port), timeout=seconds) as link:
            link.sendall(struct.pack(">II", len(STARTUP) + 8, PROTOCOL) + STARTUP)
            return link.recv(1) == b"R"
    except OSError:
        return False
