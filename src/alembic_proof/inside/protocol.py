"""The pipe to the outer process: events out, one JSON object a line; the job in; and a lifeline.

Standard output belongs to the project. When the outer process dies, however it dies, its end of the pipe closes,
and this process ends at once with everything that it started.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import threading

_BATCH = 65_536


class Channel:
    """Two file descriptors, out of reach of the project's own child processes."""

    def __init__(self, events: int, orders: int) -> None:
        os.set_inheritable(events, False)
        os.set_inheritable(orders, False)
        self._out = events
        self._orders = os.fdopen(orders, "r", encoding="utf-8")
        self._lock = threading.Lock()
        self._waiting = b""
        self._answers: "queue.Queue[str]" = queue.Queue()

    def receive_job(self) -> dict:
        """The first line; what follows is answers, and its end means that the outer process is gone."""
        job = json.loads(self._orders.readline())
        threading.Thread(target=self._listen, daemon=True).start()
        return job

    def _listen(self) -> None:
        for line in self._orders:
            self._answers.put(line.strip())
        os.killpg(0, signal.SIGKILL)

    def ask(self, event: str, **data: object) -> str:
        """Sends an event that the outer process answers, and waits for the answer."""
        self.send(event, **data)
        return self._answers.get()

    def leave(self) -> None:
        """In a forked child: the outer process is the parent's to talk to, and sees its end when the parent ends."""
        os.close(self._out)

    def send(self, event: str, **data: object) -> None:
        """One event; written whole, also when the project forks or prints in threads."""
        line = (json.dumps({"event": event, **data}, default=repr) + "\n").encode("ascii")
        with self._lock:
            self._waiting += line
            # what happened can wait for what begins next: every write wakes the outer process
            if event in ("end", "look", "script") and len(self._waiting) < _BATCH:
                return
            line, self._waiting = self._waiting, b""
            while line:
                line = line[os.write(self._out, line) :]
