"""The revisions under test, each run as a deploy would run it, on tables with rows, every statement measured.

The outer process is asked before and after each stage and each statement: it makes the rows, looks at them, and finds
out from sessions of its own what waits meanwhile.
"""

from __future__ import annotations

import json
import re
from itertools import count

from . import history
from .before import before_upgrade
from .capture import Capture
from .notices import Notices
from .seed import seed
from .session import Session
from .walker import _GET_MARK, _SET_MARK, Walk, _Attempt, announce, settle

_EFFECTS = "SELECT alembic_proof.effects()"
_ALL_EFFECTS = "SELECT alembic_proof.effects(true)"


class Measured(Capture):
    """As Capture; and while a revision is measured, the outer process is asked around every statement."""

    def __init__(self, channel) -> None:
        super().__init__()
        self.channel = channel
        self.on = False
        self.notices = Notices()
        self._pids: dict = {}

    def _before(self, connection, cursor, statement, parameters, context, executemany) -> None:
        super()._before(connection, cursor, statement, parameters, context, executemany)
        if not self.on:
            return
        dbapi = connection.connection.dbapi_connection
        self.notices.listen(dbapi)
        last = self._statements[-1]
        last["parameters"] = _short(parameters)
        # told before it runs: it may be the last thing that this process does
        self.channel.send("statement", **{name: last[name] for name in ("sql", "file", "line")})
        autocommit = bool(getattr(dbapi, "autocommit", False))
        self._statements[-1]["autocommit"] = autocommit
        pid = self._pid(connection)
        self.notices.take()
        if autocommit:
            self.channel.ask("asked", what="hold", pid=pid)

    def _after(self, connection, cursor, statement, parameters, context, executemany) -> None:
        super()._after(connection, cursor, statement, parameters, context, executemany)
        if not self.on or not self._statements:
            return
        last = self._statements[-1]
        said = self.notices.take()
        raw = _ask(connection, _EFFECTS)
        self.channel.ask(
            "asked",
            what="measured",
            raw=raw,
            notices=said,
            tag=_tag(cursor, statement),
            autocommit=last.pop("autocommit", False),
            number=len(self._statements),
        )

    def _pid(self, connection) -> int:
        driver = id(connection.connection.dbapi_connection)
        if driver not in self._pids:
            self._pids[driver] = json.loads(_ask(connection, _EFFECTS))["pid"]
        return self._pids[driver]

    def take(self) -> "list[dict]":
        taken = super().take()
        for statement in taken:
            statement.pop("autocommit", None)  # still there where the statement failed
        return taken


def _ask(connection, sql: str) -> str:
    """Our own statement, past SQLAlchemy, on the connection of the statement."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql)
        return cursor.fetchall()[0][0]
    finally:
        cursor.close()


def _short(parameters) -> "str | None":
    text = repr(parameters) if parameters else ""
    return text[:1000] or None


_HEAD = re.compile(r"^(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
_DDL = re.compile(
    r"(CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+|UNIQUE\s+|TEMP(?:ORARY)?\s+|UNLOGGED\s+|RECURSIVE\s+|CONSTRAINT\s+)*"
    r"(MATERIALIZED\s+VIEW|EVENT\s+TRIGGER|FOREIGN\s+TABLE|TEXT\s+SEARCH\s+\w+|\w+)",
    re.IGNORECASE,
)


def _tag(cursor, statement: str) -> str:
    """The command tag, where the driver keeps it; else as it would be, from the first words."""
    tag = getattr(cursor, "statusmessage", None)
    if isinstance(tag, str) and tag:
        return tag
    text = _HEAD.sub("", statement, count=1)
    ddl = _DDL.match(text)
    words = " ".join(ddl.groups()) if ddl else (text.split(None, 1) or [""])[0]
    return " ".join(words.rstrip(";").upper().split())


class Measure(Walk):
    """One run of env.py: plainly up to what is under test, and from there measured."""

    seeded = False
    rows = False

    def steps(self, heads, context):
        self.context = context
        script = context.script or self.script
        before_upgrade(self.job, context)
        announce(self.channel, context)
        self.capture.files = set(history.revision_files(script))
        tested = frozenset(self.job["tested"])
        steps = list(script._upgrade_revs("heads", heads))
        self.channel.send("plan", revisions=[s.revision.revision for s in steps])
        self._begin_session()
        last = max((n for n, s in enumerate(steps) if s.revision.revision in tested), default=-1)
        for step in steps[: last + 1]:  # what comes after has nothing to do with our rows
            if step.revision.revision in tested:
                yield from self._measured_step(step)
            else:
                yield from self._plain_step(step)

    def _measured_step(self, step):
        seeded = seed(self.job, self.context, step.revision.revision)
        self._ask("rows", revision=step.revision.revision, seeded=bool(seeded) or self.seeded)
        self.rows = True
        step.migration_fn = self._upgrade_function(step)
        yield step
        settle(self.context)
        self._afterwards(step)

    def _plain_step(self, step):
        """Without our rows: it is not under test what it does to them."""
        if self.rows:
            self._ask("clear")
            self.rows = False
        self.channel.send("begin", revision=step.revision.revision, direction="upgrade")
        self.context.impl.memo = self.one_go_memo
        yield step
        settle(self.context)
        with self._transaction():
            self.session.restore(self.capture.take())
        self._forget_counters()

    def _begin_session(self) -> None:
        with self._transaction():
            self.execute(_SET_MARK.format("begin"))
            self.transactional = self.execute(_GET_MARK)[0][0] == "begin"
            self.session = Session(self.execute)

    def _forget_counters(self) -> None:
        """What was counted for one revision is not counted for the next."""
        with self._transaction():
            self.execute("SELECT pg_catalog.pg_stat_force_next_flush()")
        settle(self.context)

    def _ask(self, what: str, **data: object) -> str:
        return self.channel.ask("asked", what=what, **data)

    # -- up ---------------------------------------------------------------------------------------------------------

    def _upgrade(self, revision: str, function) -> None:
        """Measured; where it falls on its rows and can be undone, again, with fewer of them, until none are left."""
        for number in count():
            attempt = _Attempt(self)
            result = self._measured(revision, function, again=number > 0)
            if result["ok"]:
                result["committed"] = attempt.open and not attempt.keep()
                break
            undone = attempt.undo()
            self._tell(revision, "upgrade", result)
            fewer = self._ask("fell", revision=revision, failure=result["failure"], undone=undone)
            if not undone or fewer != "again":
                raise result["error"]
        self._tell(revision, "upgrade", result)

    def _measured(self, revision: str, function, again: bool) -> dict:
        # what an attempt that was undone has counted, the transaction still counts
        before = self.execute(_ALL_EFFECTS if again else _EFFECTS)[0][0]
        self._ask("begun", raw=before)
        self.capture.on = True
        try:
            return self._run(revision, "upgrade", function, self.one_go_memo)
        finally:
            self.capture.on = False

    # -- and back ---------------------------------------------------------------------------------------------------

    def _afterwards(self, step) -> None:
        revision = step.revision.revision
        with self._transaction():
            self.session.restore(self.ran)
        way_back = self._ask("passed", revision=revision)
        if way_back == "back" and getattr(step.revision.module, "downgrade", None) is not None:
            with self._transaction():
                self._back(step)
                self.session.restore(self.ran)
        self._forget_counters()
        self._ask("done", revision=revision)
        self.seeded = bool(seed(self.job, self.context, revision, reached=True))

    def _back(self, step) -> None:
        """Down, a look, up again, a look; undone, or where the revision commits, done for real."""
        revision = step.revision.revision
        down = type(step).downgrade_from_script(step.revision_map, step.revision).migration_fn
        attempt = _Attempt(self)
        for stage, function in (("downgrade", down), ("again", step.revision.module.upgrade)):
            result = self._run(revision, stage, function, {})
            if not result["ok"]:
                undone = attempt.undo()
                self._tell(revision, stage, result)
                self._ask("stopped", revision=revision, stage=stage, failure=result["failure"])
                if not undone:
                    raise result["error"]  # half down for real: the outer process begins anew
                return
            self.execute("SET CONSTRAINTS ALL IMMEDIATE")
            self._run_queries(revision, stage)
            result["committed"] = not attempt.alive()
            self._tell(revision, stage, result)
        if attempt.alive():
            attempt.undo()

    def _run_queries(self, revision: str, stage: str) -> None:
        """Runs what the outer process wants to know here, each query one text."""
        asked = {"revision": revision, "stage": stage}
        first = self._run_all(self._ask("queries", raw=self.execute(_EFFECTS)[0][0], **asked))
        second = self._run_all(self._ask("more", answers=first, **asked))
        self._ask("answers", answers=second, **asked)

    def _run_all(self, queries: str) -> "list[str]":
        return [self.execute(sql)[0][0] for sql in json.loads(queries)]
