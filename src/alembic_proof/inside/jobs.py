"""The jobs that the outer process can ask for; one process does one job, since env.py may not run twice in one."""

from __future__ import annotations

import os
import platform
import sys

from . import history, project
from .before import before_upgrade
from .capture import Capture
from .children import Children
from .failure import describe
from .guard import Guard, Refused
from .protocol import Channel


def main(events: int, orders: int) -> None:
    """Receives the job, does it, says how it ended. Only an `ended` event means that it ended well."""
    channel = Channel(events, orders)
    job = channel.receive_job()
    guard = job["guard"] = Guard(job["target"])
    try:
        _prepare(channel, job, guard)
        JOBS[job["job"]](channel, job)
        if guard.refusal:
            raise Refused(guard.refusal)
        channel.send("ended")
    except Refused as refused:
        channel.send("refused", message=guard.refusal or str(refused))
    except project.Unusable as unusable:
        channel.send("unusable", message=unusable.message, hint=unusable.hint)
    except (Exception, SystemExit) as error:
        if guard.refusal:
            channel.send("refused", message=guard.refusal)
        else:
            channel.send("failed", failure=describe(error, _files_of_project(job)))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # threads and loops that the project left behind end here


def _files_of_project(job: dict) -> "set[str]":
    return set(job.get("files") or ())


def _prepare(channel: Channel, job: dict, guard: Guard) -> None:
    try:
        import alembic
        import sqlalchemy
    except ImportError as error:
        raise project.Unusable(
            "{} cannot be imported by {}".format(error.name, sys.executable),
            "name the project's own interpreter: --python path/to/venv/bin/python",
        ) from error
    channel.send(
        "hello",
        python=platform.python_version(),
        alembic=alembic.__version__,
        sqlalchemy=sqlalchemy.__version__,
    )
    guard.watch_drivers()
    guard.watch_engines()
    Children(job["target"], guard.refuse).watch()


def _environment(channel: Channel, job: dict):
    """Config and script directory; the history goes out before Alembic imports a single revision."""
    config = project.load_config(job)
    project.use_placeholder_url(config, job["target"])
    script = project.script_directory(config, job.get("unseen"))
    if job.get("wrapper"):
        project.load_object(job["wrapper"])  # so that a mistake in its name is told as such
    job["files"] = [os.path.join(script.dir, "env.py"), *history.revision_files(script)]
    from .walker import tell_history

    job["folders"] = history.version_folders(script)
    if job["job"] in ("walk", "history", "graph"):
        tell_history(channel, script)
    return config, script


def _run_env(config, script, work, **options: object) -> None:
    from alembic.runtime.environment import EnvironmentContext

    with EnvironmentContext(config, script, fn=work, **options):
        script.run_env()


def read_history(channel: Channel, job: dict) -> None:
    """Only what can be known without a database: the graph, and whether each file can be imported."""
    config, script = _environment(channel, job)
    try:
        script.get_heads()
    except Exception:
        channel.send("import_errors", errors=history.import_errors(history.revision_files(script)))


def read_graph(channel: Channel, job: dict) -> None:
    """Only the files' text."""
    _environment(channel, job)


def walk(channel: Channel, job: dict) -> None:
    """Every revision up, down and up again, with looks."""
    from .walker import Walk

    config, script = _environment(channel, job)
    capture = Capture()
    capture.watch()
    _wrapped(
        job,
        lambda: _run_env(config, script, Walk(channel, capture, script, job).steps, destination_rev="heads"),
    )


def measure(channel: Channel, job: dict) -> None:
    """The revisions under test as a deploy would run them, on tables with rows, every statement measured."""
    from .measure import Measure, Measured

    config, script = _environment(channel, job)
    capture = Measured(channel)
    capture.watch()
    _wrapped(
        job,
        lambda: _run_env(config, script, Measure(channel, capture, script, job).steps, destination_rev="heads"),
    )


def upgrade(channel: Channel, job: dict) -> None:
    """What `alembic upgrade heads` does, or to another target, and nothing else: only which revision runs is told.

    Where the outer process, having looked at the database, asks for it, then what `alembic downgrade base` does.
    """
    from .walker import announce

    config, script = _environment(channel, job)

    def steps(heads, context):
        before_upgrade(job, context)
        announce(channel, context)
        steps = list((context.script or script)._upgrade_revs(target, heads))
        channel.send("parents", parents={s.revision.revision: _needs(s) for s in steps})
        yield from _told(channel, steps, "upgrade")

    target = job.get("to") or "heads"
    _wrapped(job, lambda: _run_env(config, script, steps, destination_rev=target))
    if channel.ask("upgraded") == "down":
        _down(channel, job, config, script)


def attempts(channel: Channel, job: dict) -> None:
    """Upgrades of single revisions, each in a forked child with a database of its own, as the outer process asks."""
    from .attempts import serve
    from .walker import announce

    config, script = _environment(channel, job)

    def run(order, fault, said):
        def steps(heads, context):
            before_upgrade(job, context)
            announce(said, context)
            target = order["to"][0] if len(order["to"]) == 1 else tuple(order["to"])
            for step in (context.script or script)._upgrade_revs(target, heads) if target else ():
                if step.revision.revision == order["revision"]:
                    step.migration_fn = fault.around(step.migration_fn)
                yield step

        _wrapped(job, lambda: _run_env(config, script, steps, destination_rev=order["revision"]))

    serve(channel, job, script, run)


def _needs(step) -> "list[str]":
    """All that must run before a revision: parents and `depends_on`, by their full names."""
    return [step.revision_map.get_revision(name).revision for name in step.revision._all_down_revisions]


def ordered(channel: Channel, job: dict) -> None:
    """The upgrade in the order that the outer process gives, as separate `alembic upgrade REVISION` would go it.

    From wherever the database is; what is not named does not run.
    """
    from .walker import announce, settle

    config, script = _environment(channel, job)

    def steps(heads, context):
        before_upgrade(job, context)
        announce(channel, context)
        known = context.script or script
        for name in job["order"]:
            known.get_revision(name)  # raises where env.py has version locations of its own
        ahead = {s.revision.revision: s for s in known._upgrade_revs("heads", heads)}
        for step in _told(channel, [ahead[name] for name in job["order"] if name in ahead], "upgrade"):
            yield step
            settle(context)

    _wrapped(job, lambda: _run_env(config, script, steps, destination_rev="heads"))


def downgrade(channel: Channel, job: dict) -> None:
    """The way down in a process of its own, for an env.py that does not run twice in one."""
    _down(channel, job, *_environment(channel, job))


def _down(channel: Channel, job: dict, config, script) -> None:
    """Before the first step, where the outer process wants it, autogenerate says what it sees at the heads."""
    from .witness import testify

    def steps(heads, context):
        testify(channel, job, context)
        yield from _told(channel, (context.script or script)._downgrade_revs("base", heads), "downgrade")

    _wrapped(job, lambda: _run_env(config, script, steps, destination_rev="base"))


def _told(channel: Channel, steps, direction: str):
    for step in steps:
        channel.send("begin", revision=step.revision.revision, direction=direction)
        yield step


def models(channel: Channel, job: dict) -> None:
    """`create_all` of the project's metadata, through its own env.py and connection."""
    from .models import create_models

    config, script = _environment(channel, job)

    def create(heads, context):
        return create_models(channel, job, context)

    _wrapped(job, lambda: _run_env(config, script, create, dont_mutate=True))


def mapped(channel: Channel, job: dict) -> None:
    """What the models map in an export of an earlier commit; without a database."""
    from .mapped import tell_mapped, turn_to_export

    turn_to_export(job["origin"], job["export"])
    tell_mapped(channel, job, *_environment(channel, job))


def offline(channel: Channel, job: dict) -> None:
    """The script of `alembic upgrade --sql` from where the database stands, and nothing of it printed or run.

    Then, as often as the outer process asks, the revisions of it that have to be run online.
    """
    from .offline import Rendering, makes_its_own_file

    config, script = _environment(channel, job)
    if makes_its_own_file(script):
        return
    if job.get("before_upgrade"):
        _online(channel, job, config, script, [], dont_mutate=True)
    start = channel.ask("prepared").split()
    rendering = Rendering(channel, script)
    with rendering.watched(), project.offline(config):
        options = {"as_sql": True, "starting_rev": tuple(start) or None, "destination_rev": "heads"}
        _wrapped(job, lambda: _run_env(config, script, rendering.steps, **options))
    rendering.tell()
    for revisions in iter(lambda: channel.ask("rendered").split(), []):
        _online(channel, job, config, script, revisions, destination_rev="heads")


def _online(channel: Channel, job: dict, config, script, revisions: "list[str]", **options: object) -> None:
    """These revisions only; all before them have been run."""
    from .walker import commit

    def steps(heads, context):
        before_upgrade(job, context)
        if not revisions and context._transaction is None and not context._in_external_transaction:
            commit(context)  # else the first revision would
        ahead = (context.script or script)._upgrade_revs("heads", heads) if revisions else ()
        yield from _told(channel, [s for s in ahead if s.revision.revision in revisions], "upgrade")

    _wrapped(job, lambda: _run_env(config, script, steps, **options))


def _wrapped(job: dict, run) -> None:
    """Inside the project's own wrapper, a callable that takes a callable, where it has one."""
    if job.get("wrapper"):
        project.load_object(job["wrapper"])(run)
    else:
        run()


JOBS = {
    "graph": read_graph,
    "history": read_history,
    "walk": walk,
    "measure": measure,
    "upgrade": upgrade,
    "downgrade": downgrade,
    "models": models,
    "mapped": mapped,
    "offline": offline,
    "ordered": ordered,
    "attempts": attempts,
}
