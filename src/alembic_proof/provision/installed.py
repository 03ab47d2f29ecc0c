"""The route `installed`: a Postgres that is installed on this machine; its own server is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic_proof.errors import CouldNotVerify
from alembic_proof.provision.binaries import Binaries, choose, majors, on_machine
from alembic_proof.provision.local import Log, serve
from alembic_proof.provision.route import Probe
from alembic_proof.provision.server import Request, Server


def probe(request: Request) -> Probe:
    """Whether the version asked for is installed."""
    found = on_machine()
    binaries = choose(found, request.version)
    if binaries:
        return Probe(True, binaries.label)
    hint = f"install the server package, such as Debian's postgresql-{request.version or 18}"
    if not found:
        text = "no server programs on PATH, at `pg_config --bindir` or in the usual folders"
        return Probe(False, text, hint)
    return Probe(False, f"this machine has Postgres {majors(found)}, not {request.version}", hint)


def find(request: Request) -> Binaries:
    """The programs to start, or the reason why there are none."""
    binaries = choose(on_machine(), request.version)
    if binaries is None:
        looked = probe(request)
        raise CouldNotVerify(f"No installed Postgres: {looked.text}", looked.hint)
    return binaries


@contextmanager
def start(request: Request, log: Log) -> Iterator[Server]:
    """A server from the installed programs, for the time of the with-block."""
    with serve(find(request), "installed", request, log) as server:
        yield server
