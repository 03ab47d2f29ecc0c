"""Which process owns a thing that may outlive it; its number alone proves nothing, as numbers come again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Owner:
    """One process of one boot of one machine; `space` is its process namespace (a container has its own)."""

    pid: int
    started: str
    boot: str
    space: str


def this_process() -> Owner:
    """The process that runs this."""
    return of_process(os.getpid())


def of_process(pid: int) -> Owner:
    """Any process of this machine."""
    return Owner(pid, start_time(pid) or "", boot_identity(), process_space())


def alive(owner: Owner) -> bool | None:
    """Whether that very process still runs; None where we cannot know, as it is another machine's."""
    if (owner.boot, owner.space) != (boot_identity(), process_space()):
        return None
    return start_time(owner.pid) == owner.started


def start_time(pid: int) -> str | None:
    """When a process started, as the system counts it; None if it has ended (a zombie has)."""
    if not sys.platform.startswith("linux"):
        argv = ["ps", "-o", "lstart=", "-p", str(pid)]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        return done.stdout.strip() or None
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # the command's name may hold blanks and parentheses: count from the last one
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]


def boot_identity() -> str:
    """This boot of this machine."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return socket.gethostname()


def process_space() -> str:
    """The namespace that process numbers belong to."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return "host"
