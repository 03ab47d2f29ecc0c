"""Starts a server from programs on this machine, under its guardian; `embedded` and `installed` share it."""

from __future__ import annotations

import hashlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic_proof.errors import CouldNotVerify
from alembic_proof.provision import guardian
from alembic_proof.provision.binaries import Binaries
from alembic_proof.provision.server import Endpoint, Request, Server
from alembic_proof.provision.trees import cache_folder, reachable, usable

Log = Callable[[str], None]

SUPERUSER = "postgres"
NOBODY = 65534
ROOMY = 512 * 1024 * 1024
# longer paths than 107 bytes are refused for a socket
LONGEST_BASE = 70
GIVE_UP_SECONDS = 200.0
END_SECONDS = 20.0

# the data live as long as the run, so nothing need reach a disk; what can matter to a migration keeps its
# default, as in production: wal_level, max_connections and the like
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "dynamic_shared_memory_type": "mmap",
    "client_connection_check_interval": "500",
}


@dataclass(frozen=True)
class Launched:
    """A guardian, and where its server listens."""

    process: subprocess.Popen[bytes]
    run: Path
    port: int


def server_user() -> int | None:
    """The user that Postgres runs as: it refuses root."""
    return NOBODY if os.geteuid() == 0 else None


def run_bases() -> list[Path]:
    """Folders that may hold run directories, best first; memory is 3 to 30 times as fast as a disk."""
    chosen = os.environ.get("ALEMBIC_PROOF_RUN_DIR")
    temporary = Path(tempfile.gettempdir())
    candidates = [*([Path(chosen)] if chosen else []), *shared_memory(), temporary, Path("/tmp")]  # noqa: S108
    user = server_user()
    fit = [
        base
        for base in dict.fromkeys(candidates)
        if os.access(base, os.W_OK) and len(os.fsencode(base)) <= LONGEST_BASE and (user is None or reachable(base))
    ]
    if not fit:
        raise CouldNotVerify(
            f"no folder can hold the server's data: tried {', '.join(map(str, candidates))}",
            "Set ALEMBIC_PROOF_RUN_DIR to a writable folder with a path of at most 70 bytes",
        )
    return fit


def shared_memory() -> list[Path]:
    """The machine's tmpfs, if it has room; in a container it is 64 MB unless somebody cared."""
    memory = Path("/dev/shm")  # noqa: S108
    try:
        return [memory] if shutil.disk_usage(memory).free >= ROOMY else []
    except OSError:
        return []


def initdb_options() -> list[str]:
    """How a data directory is made; macOS has no C.UTF-8 everywhere."""
    locale = "C.UTF-8" if sys.platform.startswith("linux") else "C"
    quick = ["--no-sync", "--no-instructions", "--wal-segsize=1"]
    return ["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", f"--locale={locale}", *quick]


def image_path(binaries: Binaries, cache: Path | None) -> Path | None:
    """Where the initialised data directory for these programs is cached."""
    if cache is None:
        return None
    folder = cache / "data"
    try:
        folder.mkdir(exist_ok=True, mode=0o755)
    except OSError:
        return None
    changed = (binaries.bin_dir / "postgres").stat().st_mtime_ns
    identity = json.dumps([str(binaries.bin_dir), binaries.version, changed, initdb_options()])
    return folder / f"{binaries.major}-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"


def environment(binaries: Binaries) -> dict[str, str]:
    """What Postgres' programs see: nothing of the user's PG* variables, and UTC as its time zone."""
    libraries = {"LD_LIBRARY_PATH": str(binaries.library_path)} if binaries.library_path else {}
    return {"PATH": f"{binaries.bin_dir}:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", **libraries}


def specification(binaries: Binaries, request: Request, kept: bool) -> dict[str, Any]:
    """Everything the guardian needs to know; it holds no secret."""
    image = image_path(binaries, cache_folder(request.cache))
    return {
        "bin": str(binaries.bin_dir),
        "bases": [str(base) for base in run_bases()],
        "image": str(image) if image else None,
        "initdb": initdb_options(),
        "options": [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")],
        "env": environment(binaries),
        "user": server_user(),
        "kept": kept,
    }


def launch(binaries: Binaries, request: Request, log: Log, kept: bool = False) -> Launched:
    """Start a guardian and wait until its server is ready."""
    spec = specification(binaries, request, kept)
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", guardian.__file__, json.dumps(spec)],
        stdin=subprocess.DEVNULL if kept else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        cwd="/",
    )
    try:
        ready = await_ready(process, binaries, log)
    except BaseException:
        end(process)
        raise
    return Launched(process, Path(ready["run"]), ready["port"])


def await_ready(process: subprocess.Popen[bytes], binaries: Binaries, log: Log) -> dict[str, Any]:
    """Follow what the guardian tells until the server is ready or has failed."""
    heard: list[str] = []
    for line in lines(process, GIVE_UP_SECONDS):
        try:
            event = json.loads(line)
        except ValueError:
            heard.append(line)
            continue
        if event["event"] == "ready":
            return dict(event)
        if event["event"] == "failed":
            raise failed(binaries, event["reason"], event["log"], event["run"])
        log(f"{binaries.label}: {event['text']}")
    raise failed(binaries, "its guardian ended unexpectedly", "\n".join(heard[-20:]), "")


def lines(process: subprocess.Popen[bytes], seconds: float) -> Iterator[str]:
    """The guardian's lines, until its end or the end of our patience."""
    assert process.stdout is not None
    descriptor, rest, deadline = process.stdout.fileno(), b"", time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not select.select([descriptor], [], [], 1.0)[0]:
            continue
        block = os.read(descriptor, 65536)
        if not block:
            return
        *whole, rest = (rest + block).split(b"\n")
        yield from (line.decode(errors="replace") for line in whole)


def failed(binaries: Binaries, reason: str, output: str, run: str) -> CouldNotVerify:
    """The error of a server that does not start, with its cause where we know it."""
    last = "\n".join(output.strip().splitlines()[-20:])
    if "No space left" in output + reason:
        where = Path(run).parent
        return CouldNotVerify(
            f"{binaries.label} does not start: the disk is full at {where}",
            f"Free some space in {where}, or set ALEMBIC_PROOF_RUN_DIR to a folder with at least 200 MB",
            last,
        )
    said = f"; it said last:\n{last}" if last else ""
    return CouldNotVerify(
        f"{binaries.label} does not start: {reason}{said}",
        "Check these programs by hand, or choose another route with --postgres",
        last,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Let go of the lifeline (or ask a kept guardian to stop), and wait until nothing is left."""
    if process.stdin is not None:
        process.stdin.close()
    else:
        process.terminate()
    if process.stdout is not None:
        # its end of output is its end, known at once; what it still says interests nobody
        for _ in lines(process, END_SECONDS):
            pass
        process.stdout.close()
    try:
        process.wait(1)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.returncode != 0:  # killed by somebody: then its directory is still there
        guardian.sweep([str(base) for base in run_bases()])


@contextmanager
def serve(found: Binaries, route: str, request: Request, log: Log) -> Iterator[Server]:
    """A server for the time of the with-block."""
    binaries = usable(found, cache_folder(request.cache), server_user())
    launched = launch(binaries, request, log)
    try:
        yield describe(launched, binaries, route)
    finally:
        end(launched.process)


def describe(launched: Launched, binaries: Binaries, route: str) -> Server:
    """The value for a started server."""
    return Server(
        admin=Endpoint(str(launched.run), launched.port, SUPERUSER, "", SUPERUSER),
        version=binaries.version,
        route=route,
        why=f"{binaries.label} ({route})",
        owned=True,
        bin_dir=binaries.bin_dir,
    )
