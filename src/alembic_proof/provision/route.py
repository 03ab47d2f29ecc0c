"""What every way to a server offers: a look that is quick and changes nothing, and a start."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from alembic_proof.provision.server import Request, Server

Log = Callable[[str], None]


@dataclass(frozen=True)
class Probe:
    """Whether a route can be taken: `text` says how, or why not; `hint` says what would help."""

    usable: bool
    text: str
    hint: str = ""


class Provisioner(Protocol):
    """One route to a server; the modules `container`, `embedded`, `installed` and `url` are provisioners."""

    def probe(self, request: Request) -> Probe:
        """Look whether this route can give what is asked for, within about a second."""

    def start(self, request: Request, log: Log) -> AbstractContextManager[Server]:
        """A server for the time of the with-block; raises CouldNotVerify where it cannot be had."""
