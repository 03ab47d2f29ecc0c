"""The guardian: a small program that owns one Postgres server and everything that belongs to it.

It is run as `python -I -S guardian.py SPEC` and needs the standard library only. Its standard input is
the lifeline: when the harness ends, however it ends, the pipe reports end-of-file, and the guardian stops the
server, removes its directory and exits. So nothing stays behind after Ctrl-C, SIGTERM or SIGKILL of the
harness. A *kept* server has no lifeline: it lives until its guardian gets SIGTERM.

The other end: the server gets a parent-death signal (Linux), so it does not outlive a killed guardian, and
each run directory has a lock file that its guardian holds; the next run removes directories whose lock is
free.

It tells the harness what happens in JSON lines on standard output; the last one is `ready` or `failed`.
"""

# Paths are plain strings here: importing pathlib would take 7 ms of the 120 ms that a start takes.
# ruff: noqa: PTH102, PTH104, PTH108, PTH112, PTH116, PTH120, PTH123, PTH208
from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

PREFIX = "alembic-proof-"
LOG = "log"
PORT = 5432
INITDB_SECONDS = 120.0
START_SECONDS = 30.0
STOP_SECONDS = 6.0
UNUSED_SECONDS = 30 * 24 * 3600
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

Spec = dict[str, Any]


class OwnerGone(Exception):
    """The lifeline says that nobody needs the server any more."""


class Failure(Exception):
    """The server cannot be started; `log` holds what initdb or the server said last."""

    def __init__(self, reason: str, log: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.log = log


# --- the lifeline ---------------------------------------------------------------------------------


def open_lifeline(kept: bool) -> int:
    """The descriptor that becomes readable when the server is no longer needed."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if not kept:
        return 0
    reading, writing = os.pipe()

    def end(*_: object) -> None:
        with contextlib.suppress(OSError):  # a second signal finds it closed
            os.close(writing)

    signal.signal(signal.SIGTERM, end)
    return reading


def check_lifeline(lifeline: int, seconds: float = 0.0) -> None:
    """Wait up to `seconds`; raise OwnerGone as soon as the harness has gone."""
    readable, _, _ = select.select([lifeline], [], [], seconds)
    if readable and not os.read(lifeline, 1024):
        raise OwnerGone


# --- locks, directories, copies -------------------------------------------------------------------


def try_lock(path: str) -> int | None:
    """The descriptor of a lock file that is now ours, or None when somebody else holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # a sweeper may have removed the file between open and lock: then the lock protects nothing
        if os.fstat(descriptor).st_ino == os.stat(path).st_ino:
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


@contextlib.contextmanager
def locked(path: str, tick: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a lock file; `tick` is called while waiting and may raise."""
    while (descriptor := try_lock(path)) is None:
        tick()
        time.sleep(0.005)
    try:
        yield
    finally:
        os.close(descriptor)


def copy_file(source: str, target: str, mode: int, owner: int | None) -> None:
    """Copy one file's content; mode and owner are set, not copied."""
    reading = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    try:
        writing = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            if owner is not None:
                os.fchown(writing, owner, owner)
            while block := os.read(reading, 1 << 20):
                if os.write(writing, block) != len(block):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), target)
        finally:
            os.close(writing)
    finally:
        os.close(reading)


def copy_tree(source: str, target: str, owner: int | None, shared: bool = False) -> None:
    """Copy a data directory, twice as fast as `cp -R`; private unless `shared` (an image in a cache)."""
    os.mkdir(target, 0o755 if shared else 0o700)
    if owner is not None:
        os.chown(target, owner, owner)
    with os.scandir(source) as entries:
        for entry in entries:
            inner = f"{target}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                copy_tree(entry.path, inner, owner, shared)
            else:
                copy_file(entry.path, inner, 0o644 if shared else 0o600, owner)


def remove_tree(path: str) -> None:
    """Remove a directory; a server that is just dying may still write, so try more than once."""
    import shutil  # 5 ms that a start does not need

    for _ in range(50):
        shutil.rmtree(path, ignore_errors=True)
        if not os.path.lexists(path):
            return
        time.sleep(0.02)


def publish(target: str, fill: Callable[[str], None]) -> None:
    """Make a cache entry in one step: fill a private name beside it, then rename. Call it under a lock."""
    folder, name = os.path.split(target)
    for leftover in os.listdir(folder):
        if leftover.startswith(f".{name}."):
            remove_tree(f"{folder}/{leftover}")
    private = f"{folder}/.{name}.{os.getpid()}"
    try:
        fill(private)
        os.rename(private, target)
    except BaseException:
        remove_tree(private)
        raise


def make_run_directory(base: str, owner: int | None) -> tuple[str, int]:
    """A private directory with a short path, and the lock that protects it from other runs' sweeps."""
    while True:
        path = f"{base}/{PREFIX}{os.urandom(4).hex()}"
        lock = try_lock(path + ".lock")
        if lock is None:
            continue
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            os.close(lock)
            continue
        if owner is not None:
            os.chown(path, owner, owner)
        return path, lock


# --- leftovers of killed runs ---------------------------------------------------------------------


def sweep(bases: list[str]) -> list[str]:
    """Remove the run directories whose guardian is dead; returns what was removed."""
    removed = []
    for base in bases:
        with contextlib.suppress(OSError):
            names = [name for name in os.listdir(base) if name.startswith(PREFIX) and name.endswith(".lock")]
            removed += [name for name in names if sweep_one(f"{base}/{name}")]
    return removed


def sweep_one(lock_path: str) -> bool:
    """Remove one run directory, if it is ours and nobody holds its lock."""
    with contextlib.suppress(OSError):
        if os.lstat(lock_path).st_uid != os.geteuid():
            return False
        lock = try_lock(lock_path)
        if lock is None:
            return False
        path = lock_path.removesuffix(".lock")
        end_orphan(path)
        remove_tree(path)
        os.unlink(lock_path)
        os.close(lock)
        return True
    return False


def end_orphan(path: str) -> None:
    """Stop a server that outlived its guardian (where there is no parent-death signal)."""
    try:
        with open(f"{path}/data/postmaster.pid", encoding="utf-8") as file:
            pid = int(file.readline())
    except (OSError, ValueError):
        return
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for _ in range(200):
            # the number alone proves nothing: it may be in use again, so look at what the process runs
            argv = ["ps", "-ww", "-p", str(pid), "-o", "args="]
            if path not in subprocess.run(argv, capture_output=True, text=True, check=False).stdout:
                return
            os.kill(pid, number)
            time.sleep(0.01)


# --- child processes ------------------------------------------------------------------------------


def die_with_guardian(number: int) -> Callable[[], None]:
    """What a child does before it becomes the server: ask the kernel for a signal when the guardian dies."""
    guardian = os.getpid()
    if not sys.platform.startswith("linux"):
        return lambda: None
    import ctypes

    libc = ctypes.CDLL(None)
    # orphans of a dying server come to us, so that we can wait until the last of them is gone
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != guardian:
            os._exit(1)

    return ask


def spawn(spec: Spec, argv: list[str], output: int, death: int) -> subprocess.Popen[bytes]:
    """Start one of Postgres' programs in its own session, as the user it may run as."""
    user = spec["user"]
    identity: dict[str, Any] = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    try:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=spec["env"],
            cwd="/",
            umask=0o077,
            start_new_session=True,
            preexec_fn=die_with_guardian(death),  # noqa: PLW1509 - this program has no threads
            **identity,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Failure(f"{argv[0]} cannot be run: {error}") from error


def run_initdb(spec: Spec, data: str, lifeline: int) -> None:
    """Make a new data directory; stops at once when the lifeline ends."""
    argv = [f"{spec['bin']}/initdb", "-D", data, *spec["initdb"]]
    process = spawn(spec, argv, subprocess.PIPE, signal.SIGKILL)
    output = b""
    try:
        assert process.stdout is not None
        deadline = time.monotonic() + INITDB_SECONDS
        while block := read_or_stop(process.stdout.fileno(), lifeline, deadline):
            output += block
        status = process.wait(5)
    except BaseException:
        kill_session(process)
        raise
    if status != 0:
        raise Failure(f"initdb ended with status {status}", output.decode(errors="replace"))


def read_or_stop(descriptor: int, lifeline: int, deadline: float) -> bytes:
    """The next bytes of a child; b"" at its end."""
    while time.monotonic() < deadline:
        readable, _, _ = select.select([descriptor, lifeline], [], [], 1.0)
        if lifeline in readable:
            check_lifeline(lifeline)
        if descriptor in readable:
            return os.read(descriptor, 65536)
    raise Failure(f"initdb did not end within {INITDB_SECONDS:.0f} s")


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """End a child and what it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    reap()


def reap() -> None:
    """Wait for what a child left behind: its orphans become our children."""
    deadline = time.monotonic() + STOP_SECONDS
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.002)


def stop_server(process: subprocess.Popen[bytes]) -> None:
    """Immediate shutdown: the data are thrown away, so nothing has to be written."""
    if process.poll() is None:
        process.send_signal(signal.SIGQUIT)
        deadline = time.monotonic() + STOP_SECONDS
        # not wait(timeout): its steps grow to 50 ms, and a stop takes 5
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.001)
        process.kill()
        process.wait()
    reap()


# --- the server -----------------------------------------------------------------------------------


def prepare_data(spec: Spec, data: str, lifeline: int) -> bool:
    """Fill the data directory, from the cached image where there is one; says whether the image was used."""
    image = spec["image"]
    if image is None:
        report("note", text="initialising a data directory")
        run_initdb(spec, data, lifeline)
        return False
    if not os.path.isdir(image):
        with locked(image + ".lock", lambda: check_lifeline(lifeline)):
            if not os.path.isdir(image):
                report("note", text="initialising a data directory (once; it is cached)")
                run_initdb(spec, data, lifeline)
                store_image(data, image)
                return False
    os.utime(image)
    copy_tree(image, data, spec["user"])
    return True


def store_image(data: str, image: str) -> None:
    """Cache a fresh data directory; a cache that cannot be written costs time, never the run."""
    try:
        publish(image, lambda private: copy_tree(data, private, None, shared=True))
        drop_unused(os.path.dirname(image))
    except OSError as error:
        report("note", text=f"the data directory is not cached: {error}")


def drop_unused(folder: str) -> None:
    """Remove images that no run has used for a month, such as those of an uninstalled version."""
    oldest = time.time() - UNUSED_SECONDS
    for name in os.listdir(folder):
        path = f"{folder}/{name}"
        if os.path.isdir(path) and os.stat(path).st_mtime < oldest:
            remove_tree(path)


def start_server(spec: Spec, run: str, lifeline: int) -> subprocess.Popen[bytes]:
    """Start the server and wait until it says that it is ready."""
    log = os.open(f"{run}/{LOG}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    argv = [f"{spec['bin']}/postgres", "-D", f"{run}/data", "-k", run, "-c", f"port={PORT}", *spec["options"]]
    try:
        process = spawn(spec, argv, log, signal.SIGQUIT)
    finally:
        os.close(log)
    try:
        await_ready(process, run, lifeline)
    except BaseException:
        stop_server(process)
        raise
    return process


def await_ready(process: subprocess.Popen[bytes], run: str, lifeline: int) -> None:
    """Wait until the server is ready; its own end, a time limit or the lifeline ends that."""
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(f"{run}/data/postmaster.pid"):
        check_lifeline(lifeline, 0.001)
        if process.poll() is not None:
            raise Failure(f"the server ended at once with status {process.returncode}", tail(f"{run}/{LOG}"))
        if time.monotonic() > deadline:
            raise Failure(f"the server was not ready within {START_SECONDS:.0f} s", tail(f"{run}/{LOG}"))


def is_ready(pid_file: str) -> bool:
    """The server writes its state into the eighth line of this file, as `pg_ctl` reads it."""
    try:
        with open(pid_file, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def tail(path: str, lines: int = 20) -> str:
    """The last lines of a log."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "\n".join(file.read().splitlines()[-lines:])
    except OSError:
        return ""


def start_or_retry(spec: Spec, run: str, lifeline: int) -> subprocess.Popen[bytes]:
    """Start on a copy of the cached image; an image that does not start is thrown away, once."""
    cached = prepare_data(spec, f"{run}/data", lifeline)
    try:
        return start_server(spec, run, lifeline)
    except Failure as failure:
        if not cached or "No space left" in failure.log:
            raise
        report("note", text="the cached data directory did not start; making a new one")
        with locked(spec["image"] + ".lock", lambda: check_lifeline(lifeline)):
            remove_tree(spec["image"])
    remove_tree(f"{run}/data")
    prepare_data(spec, f"{run}/data", lifeline)
    return start_server(spec, run, lifeline)


def guard(spec: Spec, run: str, lifeline: int) -> None:
    """Run the server until nobody needs it."""
    process = start_or_retry(spec, run, lifeline)
    try:
        report("ready", run=run, port=PORT)
        while True:
            check_lifeline(lifeline, 1.0)
            # a server with an owner stays as it fell, for its log; a kept one has nobody to read it
            if spec["kept"] and process.poll() is not None:
                return
    finally:
        stop_server(process)


def report(event: str, **fields: object) -> None:
    """Tell the harness; it may be gone, and then the lifeline says so, too."""
    with contextlib.suppress(OSError):
        os.write(1, (json.dumps({"event": event, **fields}) + "\n").encode())


def main() -> int:
    """Own one server for one run."""
    spec: Spec = json.loads(sys.argv[1])
    lifeline = open_lifeline(spec["kept"])
    os.umask(0o022)
    sweep(spec["bases"])
    run, lock = make_run_directory(spec["bases"][0], spec["user"])
    try:
        guard(spec, run, lifeline)
    except OwnerGone:
        pass
    except Failure as failure:
        report("failed", reason=failure.reason, log=failure.log, run=run)
    except OSError as error:
        report("failed", reason=str(error), log="", run=run)
    finally:
        remove_tree(run)
        os.unlink(run + ".lock")
        os.close(lock)
    return 0


if __name__ == "__main__":
    sys.exit(main())
