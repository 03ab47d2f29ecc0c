"""The walk: each revision upgraded once as Alembic does it, then tried down and up again, on one connection.

`EnvironmentContext(fn=...)` iterates what `fn` gives. A generator that yields each revision's upgrade step gets
control back after it, inside the project's own env.py, connection and options. There the downgrade runs in a
savepoint that is rolled back. What commits in the middle (autocommit blocks) is then walked for real.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager
from itertools import count
from typing import Any

from . import history, snapshot
from .before import before_upgrade
from .failure import describe
from .session import Session

TRY = "alembic_proof_try"
_SET_MARK = "SELECT pg_catalog.set_config('alembic_proof.mark', '{}', true)"
_GET_MARK = "SELECT pg_catalog.current_setting('alembic_proof.mark', true)"
FULL_LOOK_EVERY = 100
_UNHEARD = re.compile(r"\bCLUSTER\b", re.IGNORECASE)
_MARKS = count(1)


class Walk:
    """One run of env.py with `steps` as its work function."""

    def __init__(self, channel, capture, script, job: dict) -> None:
        self.channel = channel
        self.capture = capture
        self.script = script
        self.job = job
        self.watched = bool(job.get("watched"))
        self.settled = frozenset(job.get("settled") or ())
        self.context: Any = None
        self.version_table = ""
        self.transactional = True
        self.ran: "list[dict]" = []
        self.one_go_memo: dict = {}
        self.arguments: dict = {}

    # -- what Alembic iterates ----------------------------------------------------------------------------------

    def steps(self, heads, context):
        """Yields the upgrade steps, base to heads; between them, looks and tries the way back."""
        self.context = context
        script = context.script or self.script
        before_upgrade(self.job, context)
        if history.version_folders(script) != self.job["folders"]:  # env.py may say otherwise than the ini file
            tell_history(self.channel, script)
        schema = announce(self.channel, context)
        self.version_table = "{}.{}".format(_quote(schema or "public"), _quote(context.version_table))
        self.capture.files = set(history.revision_files(script))
        steps = list(script._upgrade_revs("heads", heads))
        self.channel.send("plan", revisions=[s.revision.revision for s in steps])
        state = self._begin()
        for number, step in enumerate(steps, 1):
            step.migration_fn = self._upgrade_function(step)
            yield step
            state = self._after_upgrade(step, state, number)
        self._verify_look(state)

    def _begin(self) -> snapshot.State:
        with self._transaction():
            self.execute(_SET_MARK.format("begin"))
            self.transactional = self.execute(_GET_MARK)[0][0] == "begin"
            self.session = Session(self.execute)
            state = self._look(None)
        self.channel.send("base", lines=sorted(state.lines))
        return state

    def _look(self, last: "snapshot.State | None") -> snapshot.State:
        """Everything, where nothing is known or a statement ran that no event trigger hears of."""
        unheard = any(_UNHEARD.search(s["sql"]) for s in (*self.ran, *self.capture.ran()))
        return snapshot.look(self.execute, self.version_table, self.watched, None if unheard else last)

    def _after_upgrade(self, step, before: snapshot.State, number: int) -> snapshot.State:
        revision = step.revision.revision
        settle(self.context)
        with self._transaction():
            self.session.restore(self.ran)
            after = self._look(before)
        self._send_look(revision, "upgrade", before, after)
        if revision not in self.settled:
            with self._transaction():
                after = self._round_trip(step, before, after)
                self.session.restore(self.ran)
        if number % FULL_LOOK_EVERY == 0:
            after = self._verify_look(after)
        return after

    # -- the three runs of a revision ---------------------------------------------------------------------------

    def _upgrade_function(self, step):
        original = step.migration_fn

        def upgrade(**arguments):
            self.arguments = arguments
            self._upgrade(step.revision.revision, original)

        return upgrade

    def _upgrade(self, revision: str, function) -> None:
        """As from the parent, with nothing remembered; where that fails, as in one go, and both are told."""
        result, alone = self._run_undoable(revision, function, {}), None
        if not result["ok"] and result["undone"]:
            first, result = result, self._run_undoable(revision, function, self.one_go_memo)
            alone = first["failure"] if result["ok"] else None
        _remember(self.one_go_memo, self.context.impl.memo)
        self._tell(revision, "upgrade", result, alone=alone)
        if not result["ok"]:
            raise result["error"]

    def _run_undoable(self, revision: str, function, memo: dict) -> dict:
        attempt = _Attempt(self)
        result = self._run(revision, "upgrade", function, memo)
        if result["ok"]:
            result["committed"] = attempt.open and not attempt.keep()
        else:
            result["undone"] = attempt.undo()
        return result

    def _round_trip(self, step, before: snapshot.State, after: snapshot.State) -> snapshot.State:
        """Down, look, up again; undone, or where the revision commits, done for real."""
        revision = step.revision.revision
        if getattr(step.revision.module, "downgrade", None) is None:
            return after
        down = type(step).downgrade_from_script(step.revision_map, step.revision).migration_fn
        attempt = _Attempt(self)
        result = self._run(revision, "downgrade", down, {})
        if not result["ok"]:
            undone = attempt.undo()
            self._tell(revision, "downgrade", result)
            if not undone:
                raise result["error"]  # half down for real: the outer process begins anew, past this revision
            return after
        lowered = self._look(after)
        result["committed"] = not attempt.alive()
        self._tell(revision, "downgrade", result)
        self._send_look(revision, "downgrade", before, lowered)
        return self._again(step, attempt, after, lowered)

    def _again(self, step, attempt, after: snapshot.State, lowered: snapshot.State) -> snapshot.State:
        revision = step.revision.revision
        # deferred work of the downgrade would refuse the upgrade's ALTER TABLE; run apart, it would be done
        self.execute("SET CONSTRAINTS ALL IMMEDIATE")
        result = self._run(revision, "again", step.revision.module.upgrade, {})
        if not result["ok"]:
            undone = attempt.undo()
            self._tell(revision, "again", result)
            if undone:
                return after
            raise result["error"]
        raised = self._look(lowered)
        undone = attempt.undo() if attempt.alive() else False
        self._tell(revision, "again", result)
        self._send_look(revision, "again", after, raised)
        return after if undone else raised

    def _run(self, revision: str, direction: str, function, memo: dict) -> dict:
        """One call of a revision function, with what SQLAlchemy is to remember of earlier ones."""
        self.channel.send("begin", revision=revision, direction=direction)
        self.capture.take()  # Alembic's own bookkeeping since the last run
        self.context.impl.memo = memo
        started = time.perf_counter()
        try:
            function(**self.arguments)
        except (Exception, SystemExit) as error:
            failure = describe(error, self.capture.files)
            if failure["line"] is None:
                failure["file"], failure["line"] = self.capture.last_place()
            return {"ok": False, "error": error, "failure": failure, "seconds": time.perf_counter() - started}
        return {"ok": True, "seconds": time.perf_counter() - started}

    # -- transactions -------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self):
        """The one that Alembic holds, or one that Alembic would begin for a revision of its own."""
        context = self.context
        with context.begin_transaction(_per_migration=True):
            if context.connection.in_transaction():
                yield
                return
            context._transaction = context.connection.begin()
            try:
                yield
            finally:
                if context._transaction is not None:
                    commit(context)
                    context._transaction = None

    def execute(self, sql: str) -> "list[tuple]":
        """Our own statement, past SQLAlchemy: not captured, not logged, and cheaper."""
        cursor = self.context.connection.connection.cursor()
        try:
            cursor.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []
        finally:
            cursor.close()

    # -- telling ------------------------------------------------------------------------------------------------

    def _tell(self, revision: str, direction: str, result: dict, alone: "dict | None" = None) -> None:
        self.ran = statements = self.capture.take()
        told = {k: v for k, v in result.items() if k not in ("error", "undone")}
        self.channel.send("end", revision=revision, direction=direction, alone=alone, statements=statements, **told)

    def _send_look(self, revision: str, direction: str, before: snapshot.State, after: snapshot.State) -> None:
        removed, added = snapshot.delta(before, after)
        self.channel.send("look", revision=revision, direction=direction, removed=removed, added=added)

    def _verify_look(self, state: snapshot.State) -> snapshot.State:
        """The proof of the incremental look: now and then, and at the end, everything is read."""
        if not self.watched:
            return state
        with self._transaction():
            full = self._look(None)
        removed, added = snapshot.delta(state, full)
        if removed or added:
            self.channel.send("missed", removed=removed, added=added)
        return full


def settle(context) -> None:
    """Commit, as separate `upgrade +1` runs do: the other road, one transaction, is the plain upgrade's."""
    if context._transaction is not None:
        commit(context)
        context._transaction = context.connection.begin()


def commit(context) -> None:
    """Whatever is open: a revision that commits by itself leaves Alembic with a transaction that is over."""
    connection, transaction = context.connection, context._transaction
    if transaction is not None and transaction.is_active:
        transaction.commit()
    elif connection.in_transaction():
        connection.get_transaction().commit()


class _Attempt:
    """A savepoint, and a mark that vanishes with its transaction: so we know when a revision ended it."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        # in driver-level autocommit there is nothing to go back to: then all is for real
        self.open = walk.transactional and walk.context.connection.in_transaction()
        if self.open:
            self.mark = str(next(_MARKS))
            walk.execute(_SET_MARK.format(self.mark))
            walk.execute("SAVEPOINT " + TRY)

    def alive(self) -> bool:
        """Whether the savepoint is still there; only to be asked when the last statement succeeded."""
        return self.open and self.walk.execute(_GET_MARK)[0][0] == self.mark

    def undo(self) -> bool:
        """Back to the savepoint; False where the revision ended the transaction and its work stays."""
        if not self.open:
            return False
        self.open = False
        try:
            self.walk.execute("ROLLBACK TO SAVEPOINT " + TRY)
        except Exception:
            return False
        self.walk.execute("RELEASE SAVEPOINT " + TRY)
        return True

    def keep(self) -> bool:
        """Keep the work; False where the revision ended the transaction itself."""
        alive = self.alive()
        if alive:
            self.walk.execute("RELEASE SAVEPOINT " + TRY)
        self.open = False
        return alive


def _remember(memo: dict, more: dict) -> None:
    """What one migration context over the whole history would remember."""
    for key, value in more.items():
        if isinstance(value, set):
            memo.setdefault(key, set()).update(value)
        else:
            memo[key] = value


def _quote(name: str) -> str:
    plain = name.islower() and name.replace("_", "a").isalnum() and not name[0].isdigit()
    return name if plain else '"{}"'.format(name.replace('"', '""'))


def tell_history(channel, script) -> None:
    """The revision files as text."""
    home = os.path.abspath(str(script.dir))
    channel.send("history", records=history.read(script), folders=history.version_folders(script), home=home)


def announce(channel, context) -> "str | None":
    """What env.py decided: where the version table is, how transactions are cut.

    Returns the schema of the version table, which search_path may have decided.
    """
    schema = context.version_table_schema or _schema_by_search_path(context)
    channel.send(
        "context",
        version_table=context.version_table,
        version_table_schema=schema,
        transaction_per_migration=bool(context._transaction_per_migration),
        transactional_ddl=bool(context.impl.transactional_ddl),
        driver=context.dialect.driver,
    )
    return schema


def _schema_by_search_path(context) -> "str | None":
    """Where the version table is, or where it would be created."""
    connection = context.connection
    if connection is None:
        return None
    own = None if connection.in_transaction() else connection.begin()
    sql = (
        "SELECT coalesce((SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
        "ON n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass('{}')), pg_catalog.current_schema())"
    ).format(_quote(context.version_table).replace("'", "''"))
    row = connection.exec_driver_sql(sql, execution_options={"no_parameters": True}).fetchone()
    if own is not None:
        own.commit()
    return row[0]
