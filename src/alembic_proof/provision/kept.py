"""A development server for one checkout, which stays until it is stopped: `db start|url|psql|stop`.

Its state is a file of the checkout; a process is recognised by number and start time, so a stale file
misleads nobody. Beside the administrator it has a role `app` that owns a database `app`.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alembic_proof.errors import CouldNotVerify, UsageError
from alembic_proof.provision import container, embedded, guardian, installed, local, trees
from alembic_proof.provision.binaries import Binaries
from alembic_proof.provision.connection import connected, literal, quoted, wait_for
from alembic_proof.provision.owner import Owner, alive, of_process
from alembic_proof.provision.route import Log
from alembic_proof.provision.server import Endpoint, Request, Server

FOLDER = ".alembic-proof"
STATE = "server.json"
FORMAT = 1
APP = "app"
STOP_SECONDS = 20.0


@dataclass(frozen=True)
class Kept:
    """A server that stays; `app` is the database to work in, `owner` its guardian (none for a container)."""

    server: Server
    app: Endpoint
    owner: Owner | None


def start(request: Request, home: Path, log: Log = lambda _: None) -> Kept:
    """The server of this checkout, started if it does not run."""
    with only_one(home):
        running = find(home)
        if running is not None:
            return running
        kept = begin(request, home, log)
        write(home, kept)
        return kept


def find(home: Path) -> Kept | None:
    """The server of this checkout, if it runs."""
    kept = read(home)
    return kept if kept is not None and runs(kept) else None


def stop(home: Path) -> bool:
    """Stop the server of this checkout and forget its data; says whether one was running."""
    with only_one(home):
        kept = find(home)
        if kept is not None:
            end(kept)
        (home / FOLDER / STATE).unlink(missing_ok=True)
        return kept is not None


def psql_command(kept: Kept) -> tuple[list[str], dict[str, str]]:
    """Command line and environment of a psql on the database `app`."""
    app, password = kept.app, {"PGPASSWORD": kept.app.password}
    if kept.server.container is not None:
        docker = shutil.which("docker")
        if docker is None:
            raise CouldNotVerify("the server runs in a container, and there is no `docker` command for its psql")
        inside = ["psql", "-h", "127.0.0.1", "-U", app.user, "-d", app.database]
        return [docker, "exec", "-it", "-e", "PGPASSWORD", kept.server.container, *inside], {
            **os.environ,
            **password,
        }
    psql = own_psql(kept.server) or shutil.which("psql")
    if psql is None:
        raise CouldNotVerify(
            f"there is no psql beside the server's programs in {kept.server.bin_dir}, and none on PATH",
            "Install a client package such as postgresql-client, or use the URL of `db url`",
        )
    where = ["-h", app.host, "-p", str(app.port), "-U", app.user, "-d", app.database]
    return [psql, *where], {**os.environ, **password}


def own_psql(server: Server) -> str | None:
    """The psql of the server's own version."""
    psql = server.bin_dir / "psql" if server.bin_dir else None
    return str(psql) if psql and os.access(psql, os.X_OK) else None


# --- start and end --------------------------------------------------------------------------------


def begin(request: Request, home: Path, log: Log) -> Kept:
    """Start a server on the first route that can be kept."""
    refusals = []
    for route in keepers(request):
        module, keep = KEEPERS[route]
        looked = module.probe(request)
        if looked.usable:
            return with_app(*keep(request, home, log))
        refusals.append(f"  {route}: {looked.text}" + (f" ({looked.hint})" if looked.hint else ""))
    raise CouldNotVerify("no Postgres can be kept for this checkout\n" + "\n".join(refusals))


def keepers(request: Request) -> list[str]:
    """The routes to try; a server that the user names is kept by the user."""
    if request.route == "auto":
        return list(KEEPERS)
    if request.route not in KEEPERS:
        raise UsageError(
            "only a server of our own can be kept for a checkout",
            f"Choose auto or one of {', '.join(KEEPERS)}",
        )
    return [request.route]


def keep_local(binaries: Binaries, route: str, request: Request, log: Log) -> tuple[Server, Owner]:
    """A server of programs on this machine, under a guardian that has no lifeline."""
    usable = trees.usable(binaries, trees.cache_folder(request.cache), local.server_user())
    launched = local.launch(usable, request, log, kept=True)
    if launched.process.stdout is not None:
        launched.process.stdout.close()
    # it lives on without us: nobody waits for it
    launched.process.returncode = 0
    return local.describe(launched, usable, route), of_process(launched.process.pid)


def keep_embedded(request: Request, home: Path, log: Log) -> tuple[Server, Owner]:
    """From a wheel."""
    del home
    return keep_local(embedded.find(request), "embedded", request, log)


def keep_installed(request: Request, home: Path, log: Log) -> tuple[Server, Owner]:
    """From this machine's installation."""
    del home
    return keep_local(installed.find(request), "installed", request, log)


def keep_container(request: Request, home: Path, log: Log) -> tuple[Server, None]:
    """In a container without a lifeline, labelled with its checkout."""
    return container.keep(request, str(home.resolve()), log), None


# a wheel first: for the same checkout day after day, it starts ten times as fast as a container
KEEPERS: dict[str, tuple[Any, Callable[[Request, Path, Log], tuple[Server, Owner | None]]]] = {
    "embedded": (embedded, keep_embedded),
    "container": (container, keep_container),
    "installed": (installed, keep_installed),
}


def with_app(server: Server, owner: Owner | None) -> Kept:
    """Create the role and the database to work in."""
    app = server.admin.at(APP, APP, secrets.token_hex(16))
    kept = Kept(server, app, owner)
    try:
        wait_for(lambda: create_app(kept))
    except BaseException:
        end(kept)
        raise
    return kept


async def create_app(kept: Kept) -> None:
    """An ordinary role, as in production, and its database."""
    async with connected(kept.server.admin) as session:
        await session.execute(f"CREATE ROLE {quoted(APP)} LOGIN CREATEDB PASSWORD {literal(kept.app.password)}")
        await session.execute(f"CREATE DATABASE {quoted(APP)} OWNER {quoted(APP)}")


def runs(kept: Kept) -> bool:
    """Whether the very process or container of the state file still runs."""
    if kept.owner is not None:
        return bool(alive(kept.owner))
    return kept.server.container is not None and container.is_running(kept.server.container)


def end(kept: Kept) -> None:
    """Stop a kept server and wait until nothing is left of it."""
    if kept.server.container is not None:
        container.discard(kept.server.container)
        return
    if kept.owner is None:
        return
    with suppress(ProcessLookupError):
        os.kill(kept.owner.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while alive(kept.owner) and time.monotonic() < deadline:
        time.sleep(0.01)
    guardian.sweep([str(base) for base in local.run_bases()])


# --- the state file -------------------------------------------------------------------------------


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """One command at a time changes the state of a checkout; the folder keeps itself out of git."""
    folder = home / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="ascii")
    except OSError as error:
        raise UsageError(f"the state of a kept server cannot be written: {error}") from None
    with guardian.locked(str(folder / "lock")):
        yield


def write(home: Path, kept: Kept) -> None:
    """Write the state in one step, for nobody else to read: it holds passwords."""
    words = {"format": FORMAT, **asdict(kept)}
    private = home / FOLDER / f".{STATE}.{os.getpid()}"
    private.unlink(missing_ok=True)
    with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(words, file, default=str, indent=1)
    private.replace(home / FOLDER / STATE)


def read(home: Path) -> Kept | None:
    """The state; None if there is none that can be understood."""
    try:
        words = json.loads((home / FOLDER / STATE).read_text(encoding="utf-8"))
        if words["format"] != FORMAT:
            return None
        server = words["server"]
        server["admin"] = Endpoint(**server["admin"])
        server["bin_dir"] = Path(server["bin_dir"]) if server["bin_dir"] else None
        owner = Owner(**words["owner"]) if words["owner"] else None
        return Kept(Server(**server), Endpoint(**words["app"]), owner)
    except (OSError, ValueError, KeyError, TypeError):
        return None
