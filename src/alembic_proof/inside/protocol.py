"""The pipe to the outer process: events out, one JSON object a line; the job in; and a lifeline.

Standard output belongs to the project. When the outer process dies, however it dies, its end of the pipe closes,
and this process ends at once with everything that it started.
"""

from __future__ import annotations

import json
import os
import signal
import threading


class Channel:
    """Two file descriptors, out of reach of the project's own child processes."""

    def __init__(self, events: int, orders: int) -> None:
        os.set_inheritable(events, False)
        os.set_inheritable(orders, False)
        self._out = events
        self._orders = os.fdopen(orders, "r", encoding="utf-8")
        self._lock = threading.Lock()

    def receive_job(self) -> dict:
        """The job, the only line the outer process sends; after it, end of file means that it is gone."""
        job = json.loads(self._orders.readline())
        threading.Thread(target=self._die_with_outer, daemon=True).start()
        return job

    def _die_with_outer(self) -> None:
        self._orders.read()
        os.killpg(0, signal.SIGKILL)

    def send(self, event: str, **data: object) -> None:
        """One event; written whole, also when the project forks or prints in threads."""
        line = (json.dumps({"event": event, **data}, default=repr) + "\n").encode("ascii")
        with self._lock:
            while line:
                line = line[os.write(self._out, line) :]
