"""Provides a running Postgres: from a container, a wheel, this machine's installation, or a URL of the user.

`provide(Request())` gives a server for the time of a with-block. Databases on it come from
`provision.scratch`, a server that stays from `provision.kept`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from alembic_proof.errors import CouldNotVerify, UsageError
from alembic_proof.provision import container, embedded, installed, url
from alembic_proof.provision.route import Log, Probe, Provisioner
from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.provision.server import OLDEST_MAJOR, Endpoint, Request, Server

__all__ = [
    "ROUTES",
    "Endpoint",
    "Probe",
    "Provisioner",
    "Request",
    "ScratchDatabase",
    "Server",
    "provide",
]

# in the order in which `auto` tries them
ROUTES: dict[str, Provisioner] = {
    "url": url,
    "container": container,
    "embedded": embedded,
    "installed": installed,
}


@dataclass(frozen=True)
class Refusal:
    """One route that was not taken, and why."""

    route: str
    text: str
    hint: str


def silent(_: str) -> None:
    """Log nothing."""


@contextmanager
def provide(request: Request, log: Log = silent) -> Iterator[Server]:
    """A server as asked for, for the time of the with-block; `Server.why` says how it was chosen."""
    with ExitStack() as stack:
        yield enter(stack, request, log)


def enter(stack: ExitStack, request: Request, log: Log) -> Server:
    """Start a server on the first route that works, or raise with one line per route."""
    began = time.monotonic()
    refusals: list[Refusal] = []
    for route in candidates(request):
        looked = ROUTES[route].probe(request)
        if not looked.usable:
            refusals.append(Refusal(route, looked.text, looked.hint))
            continue
        log(f"Postgres: {looked.text}")
        try:
            server = stack.enter_context(ROUTES[route].start(request, log))
        except CouldNotVerify as error:
            # a URL is a wish, a pinned route too: nothing else is taken in their place
            if request.route != "auto" or route == "url":
                raise
            log(f"{route}: {error.message}")
            refusals.append(Refusal(route, error.message, error.hint))
            continue
        if server.major < OLDEST_MAJOR:
            raise CouldNotVerify(
                f"Postgres {server.major} is too old: its catalogs lack what the snapshot reads",
                f"take {OLDEST_MAJOR} or newer: --postgres-version {OLDEST_MAJOR}",
            )
        log(f"Postgres is ready after {time.monotonic() - began:.2f} s")
        return replace(server, why=because(server.why, refusals))
    raise nothing_works(request, refusals)


def candidates(request: Request) -> list[str]:
    """The routes to try, in order."""
    if "://" in request.route:
        return ["url"]
    if request.route == "auto":
        return list(ROUTES)
    if request.route not in ROUTES:
        raise UsageError(
            f"there is no route {request.route!r} to a Postgres",
            f"Choose auto, {', '.join(ROUTES)}, or give a URL",
        )
    return [request.route]


def because(why: str, refusals: list[Refusal]) -> str:
    """How the server was chosen; nobody who gives no URL needs to be told so."""
    others = [f"{refusal.route}: {refusal.text}" for refusal in refusals if refusal.route != "url"]
    return f"{why}; not taken: {'; '.join(others)}" if others else why


def nothing_works(request: Request, refusals: list[Refusal]) -> CouldNotVerify:
    """One error with a line for each route that was tried."""
    wanted = f"Postgres {request.version}" if request.version else "Postgres"
    told = "\n".join(f"  {refusal.route}: {refusal.text}" for refusal in refusals)
    hints = "\n".join(f"  {refusal.route}: {refusal.hint}" for refusal in refusals if refusal.hint)
    return CouldNotVerify(f"no {wanted} can be provided\n{told}", f"one of these helps:\n{hints}")
