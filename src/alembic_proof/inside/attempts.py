"""Upgrades of one revision, again and again, each in a child forked when all is imported and nothing is connected.

env.py may run once in a process, and a process takes half a second to import what it needs. A child takes
milliseconds: it inherits the imports, and its connections lead to a database of its own. It says what became of it
on a pipe of its own; only the parent talks to the outer process.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import signal
import sys
import warnings
from contextlib import suppress
from functools import partial

from .failure import describe
from .fault import Fault
from .guard import Refused
from .project import Unusable


def _preload(script) -> None:
    """The revisions, and what env.py imports first; what fails here fails in the children, and is told there."""
    script.get_heads()
    with open(os.path.join(script.dir, "env.py"), encoding="utf-8") as handle:
        nodes = ast.parse(handle.read()).body
    for node in nodes:
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in names:
            with suppress(Exception):
                importlib.import_module(name)


def _preload_driver(said: dict) -> None:
    """What the first child had to import, for those that come."""
    driver = (said.get("context") or {}).get("driver")
    if driver:
        with suppress(Exception):
            importlib.import_module("sqlalchemy.dialects.postgresql." + driver)
            importlib.import_module("psycopg" if driver.startswith("psycopg_") else driver)


def _parents(script) -> "dict[str, list[str]]":
    """All that must run before each revision: parents and `depends_on`."""
    get = script.revision_map.get_revision
    return {
        r.revision: [get(name).revision for name in r._all_down_revisions]
        for r in script.walk_revisions("base", "heads")
    }


def serve(channel, job: dict, script, run) -> None:
    """One attempt after another, until the outer process has no more; `run` runs env.py with the steps it is given."""
    _preload(script)
    guard = job.pop("guard")
    if guard.asked is not None:
        raise RuntimeError("a revision file, or what it imports, connects to the database when it is imported")
    channel.send("parents", parents=_parents(script))
    order = channel.ask("asked", what="ready")
    while order:
        said = _forked(channel, partial(_attempt, job, json.loads(order), run))
        _preload_driver(said)
        order = channel.ask("asked", what="attempted", **said)


# -- the child ----------------------------------------------------------------------------------------------------


def _attempt(job: dict, order: dict, run, told) -> dict:
    """One upgrade: to the revision's parents, or from there to itself."""
    _lead(job, order)
    fault = Fault(set(job["files"]), order.get("stop"), order.get("hold"), bool(order.get("measure")), told)
    fault.watch()
    said: dict = {"ok": True, "failure": None, "refused": None}
    try:
        run(order, fault, _Heard(said))
    except (Refused, Unusable) as error:
        said.update(ok=False, refused=getattr(error, "message", None) or str(error))
    except BaseException as error:
        said.update(ok=False, failure=describe(error, fault.files))
    return {**said, "stopped": fault.stopped, "statements": fault.statements}


class _Heard:
    """In place of the channel: what would be sent is part of the answer."""

    def __init__(self, said: dict) -> None:
        self.said = said

    def send(self, event: str, **data: object) -> None:
        self.said[event] = data


def _lead(job: dict, order: dict) -> None:
    """To the database of this attempt; who still names the first one means this one."""
    target = job["target"]
    first, database = target["database"], order["database"]
    target["stands_for"] = {**(target.get("stands_for") or {}), "": (target["host"], target["port"], first)}
    target.update(database=database, token=order["token"])
    for name, value in os.environ.items():
        if first in value:
            os.environ[name] = value.replace(first, database)
    if not order.get("first"):
        job.pop("before_upgrade", None)  # the database is a copy of one that had it


# -- the parent ---------------------------------------------------------------------------------------------------


def _forked(channel, work) -> dict:
    """What a child says that does `work`; what it asks meanwhile is passed on."""
    down, up = os.pipe(), os.pipe()
    pid = _fork()
    if pid == 0:
        _be_child(channel, down, up, work)
    os.close(down[0])
    os.close(up[1])
    said: "dict | None" = None
    with os.fdopen(up[0], encoding="utf-8") as lines, os.fdopen(down[1], "w", encoding="utf-8") as answers:
        for line in lines:
            event = json.loads(line)
            if event["event"] == "done":
                said = event["said"]
                break
            channel.ask("asked", what=event["event"])
            answers.write("\n")
            answers.flush()
    _, status = os.waitpid(pid, 0)
    return said or {"ok": False, "failure": None, "refused": None, "died": _words(status)}


def _fork() -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of our thread, which only reads what no child does
        sys.stdout.flush()
        sys.stderr.flush()
        return os.fork()


def _be_child(channel, down, up, work) -> None:
    """Never returns, and runs nothing of what the parent has to do at its end."""
    try:
        channel.leave()
        os.close(down[1])
        os.close(up[0])
        with os.fdopen(down[0], encoding="utf-8") as answers:

            def told(event: str, **data: object) -> None:
                _write(up[1], {"event": event, **data})
                if event != "done":
                    answers.readline()

            told("done", said=work(told))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(0)


def _write(descriptor: int, data: dict) -> None:
    line = (json.dumps(data, default=repr) + "\n").encode("ascii")
    while line:
        line = line[os.write(descriptor, line) :]


def _words(status: int) -> str:
    if os.WIFSIGNALED(status):
        return "was ended by signal {}".format(signal.Signals(os.WTERMSIG(status)).name)
    return "ended by itself with status {}".format(os.WEXITSTATUS(status))
