"""The script of `alembic upgrade --sql`: what each revision writes, at which line, and which cannot be written.

A revision that raises here reads what only a database has. It is left out of the script, with its entry in the
version table, and the next ones are rendered all the same: the outer process has it run online in its place.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from . import history
from .capture import place
from .failure import describe


class Unwritten(Exception):
    """A statement whose parameters would be missing in the script."""


def makes_its_own_file(script) -> bool:
    """Whether env.py opens the file for the script itself: run by us, it would leave one behind."""
    try:
        with open(os.path.join(script.dir, "env.py"), encoding="utf-8") as handle:
            text = handle.read()
    except OSError:
        return False
    return "output_buffer" in text and "open(" in text


class Rendering:
    """One run of env.py in offline mode, with `steps` as its work function."""

    def __init__(self, channel, script) -> None:
        self.channel = channel
        self.script = script
        self.files: "set[str]" = set()
        self.has_a_mode = False
        self.revision: "str | None" = None
        self.written: "list[list]" = []
        self.failure: "dict | None" = None

    @contextmanager
    def watched(self):
        """Takes every text that Alembic writes, whichever buffer env.py gave: nothing is printed."""
        from alembic.ddl.impl import DefaultImpl
        from alembic.runtime.environment import EnvironmentContext

        execute, write, ask = DefaultImpl._exec, DefaultImpl.static_output, EnvironmentContext.is_offline_mode

        def checked(impl, construct, *arguments, **options):
            if impl.as_sql and not impl.literal_binds:
                _require_no_parameters(impl, construct)
            return execute(impl, construct, *arguments, **options)

        def asked(environment):
            self.has_a_mode = True
            return ask(environment)

        impl, environment = DefaultImpl, EnvironmentContext
        impl._exec, impl.static_output = checked, lambda _impl, text: self._write(text)
        environment.is_offline_mode = asked
        try:
            yield
        finally:
            impl._exec, impl.static_output, environment.is_offline_mode = execute, write, ask

    def _write(self, text: str) -> None:
        self.written.append([text, *place(self.files)])

    def steps(self, heads, context):
        """Yields the upgrade steps; what is written until the next one is of the revision.

        None where env.py never asked which mode it is: it was not written for this one, and lacks its own settings.
        """
        if not self.has_a_mode:
            return
        script = context.script or self.script
        self.files = set(history.revision_files(script))
        for step in script._upgrade_revs("heads", heads):
            self.tell()
            self.revision = step.revision.revision
            self.channel.send("begin", revision=self.revision, direction="offline")
            step.migration_fn = self._attempt(step.migration_fn)
            yield step
        self.tell()

    def _attempt(self, function):
        def upgrade(**arguments):
            try:
                function(**arguments)
            except (Exception, SystemExit) as error:
                self.failure = describe(error, self.files)

        return upgrade

    def tell(self) -> None:
        """Sends what was written since the last time, in order.

        Without a step Alembic takes it for a way down to base, and writes that the version table goes.
        """
        if self.has_a_mode and (self.written or self.failure):
            self.channel.send("script", revision=self.revision, statements=self.written, failure=self.failure)
        self.revision, self.written, self.failure = None, [], None


def _require_no_parameters(impl, construct) -> None:
    from sqlalchemy import text
    from sqlalchemy.schema import DDLElement

    construct = text(construct) if isinstance(construct, str) else construct
    if isinstance(construct, DDLElement):
        return
    names = construct.compile(dialect=impl.dialect).params
    if names:
        raise Unwritten(
            "the values of its parameters ({}) are not in the script: "
            "env.py does not set literal_binds=True for offline mode".format(", ".join(sorted(map(str, names))))
        )
