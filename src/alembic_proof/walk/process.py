"""Runs one job in the project's interpreter and hands out its events; crash, hang and noise are outcomes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INSIDE = Path(__file__).parent.parent / "inside"
OUTPUT_LIMIT = 32_768
LINE_LIMIT = 256 * 1024 * 1024
_GRACE = 2.0
_ASKING = ("upgraded", "lacking", "prepared", "rendered", "asked")
Answer = Callable[[], Awaitable[str]]


@dataclass(frozen=True)
class Ending:
    """How a job's process ended. `said_so`: it sent its end message; without it nothing is believed."""

    said_so: bool
    status: int | None
    timed_out: bool
    output: str
    seconds: float

    @property
    def words(self) -> str:
        """For a sentence: what happened to the process."""
        if self.timed_out:
            return f"made no progress for the time limit, after {self.seconds:.0f} s"
        if self.status is not None and self.status < 0:
            return f"was ended by signal {-self.status}"
        return f"ended by itself with status {self.status}"


async def run_job(
    python: str,
    job: Mapping[str, Any],
    env: Mapping[str, str],
    folder: Path,
    on_event: Callable[[dict[str, Any]], None],
    idle_limit: float,
    answer: Answer | None = None,
) -> Ending:
    """Starts the inside with `job`, calls `on_event` for each event, and leaves no process behind.

    `answer` is asked for a line to send back after the events that wait for one.

    `idle_limit` is in seconds between two events.
    """
    started = time.monotonic()
    events_read, events_write = os.pipe()
    orders_read, orders_write = os.pipe()
    process = await asyncio.create_subprocess_exec(
        python,
        str(INSIDE),
        str(events_write),
        str(orders_read),
        pass_fds=(events_write, orders_read),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(env),
        cwd=folder,
        start_new_session=True,
    )
    os.close(events_write)
    os.close(orders_read)
    output = asyncio.create_task(_collect(process.stdout))
    try:
        await asyncio.to_thread(_write_all, orders_write, (json.dumps(job) + "\n").encode())
        said_so, timed_out = await _pump(events_read, orders_write, on_event, idle_limit, answer)
        status = None if timed_out else await _wait(process)
    finally:
        _kill_group(process)
        os.close(orders_write)
        await process.wait()
    text = await _finish(output)
    return Ending(said_so, status, timed_out, text, time.monotonic() - started)


def _write_all(descriptor: int, data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):
        while data:
            data = data[os.write(descriptor, data) :]


async def _pump(
    descriptor: int,
    orders: int,
    on_event: Callable[[dict[str, Any]], None],
    idle_limit: float,
    answer: Answer | None,
) -> tuple[bool, bool]:
    """Reads events to their end: (whether the end message came, whether the time limit passed)."""
    reader = asyncio.StreamReader(limit=LINE_LIMIT)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb")
    )
    ended = False
    try:
        while True:
            line = await asyncio.wait_for(reader.readline(), idle_limit)
            if not line:
                return ended, False
            event = json.loads(line)
            name = event["event"]
            ended = ended or name in ("ended", "failed", "refused", "unusable")
            on_event(event)
            if name in _ASKING:
                text = await answer() if answer else ""
                await asyncio.to_thread(_write_all, orders, f"{text}\n".encode())
    except TimeoutError:
        return ended, True
    finally:
        transport.close()


async def _wait(process: asyncio.subprocess.Process) -> int | None:
    try:
        return await asyncio.wait_for(process.wait(), _GRACE)
    except TimeoutError:
        return None


def _kill_group(process: asyncio.subprocess.Process) -> None:
    """The process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


async def _collect(stream: asyncio.StreamReader | None) -> str:
    """Head and tail of what the project printed; the middle of megabytes is dropped, the pipe always drained."""
    assert stream is not None
    head, tail = b"", b""
    while chunk := await stream.read(65536):
        room = OUTPUT_LIMIT - len(head)
        head += chunk[:room]
        tail = (tail + chunk[max(room, 0) :])[-OUTPUT_LIMIT:]
    return (head + tail).decode("utf-8", "backslashreplace")


async def _finish(output: asyncio.Task[str]) -> str:
    """A grandchild that kept the pipe must not keep us waiting."""
    try:
        return await asyncio.wait_for(output, _GRACE)
    except TimeoutError:
        return ""
