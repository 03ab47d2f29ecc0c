"""What the models of an exported commit map: its own env.py is read as far as `configure`, and nothing is connected to.

The project may be installed as a link to the working tree, whose models are other ones: its places on the search path
are turned to the export, and the modules that came from the working tree all the same are told.
"""

from __future__ import annotations

import os
import sys
import traceback

from . import project


class Enough(BaseException):
    """Not an Exception: env.py ends here, whatever it catches."""


def tell_mapped(channel, job: dict, config, script) -> None:
    """Every table of every metadata; the settings' own names come first, as for `models`."""
    named = [project.load_object(name) for name in job.get("metadata") or ()]
    given = named or _given_by_env(config, script)
    metadatas = given if isinstance(given, (list, tuple)) else [given]
    tables = [_table(t) for metadata in metadatas if metadata is not None for t in metadata.tables.values()]
    channel.send("mapped", tables=tables, strays=strays(job["origin"], job["export"]))


def _given_by_env(config, script):
    """The `target_metadata` that env.py hands over; where it does not get there, what it calls so."""
    from alembic.runtime.environment import EnvironmentContext

    seen = []

    def configure(environment, *arguments, target_metadata=None, **options):
        seen.append(target_metadata)
        raise Enough

    original, EnvironmentContext.configure = EnvironmentContext.configure, configure
    try:
        with project.offline(config), EnvironmentContext(config, script, as_sql=True, destination_rev="heads"):
            _refuse_connections()
            script.run_env()
    except (Enough, Exception) as error:
        if seen:
            return seen[0]
        found = _called_so(error, os.path.abspath(os.path.join(script.dir, "env.py")))
        if found is None and not isinstance(error, Enough):
            raise
        return found
    finally:
        EnvironmentContext.configure = original
    return None


def _refuse_connections() -> None:
    """Before the first one is made: a project that waits for its database would wait for ever."""
    from sqlalchemy.engine.default import DefaultDialect

    def connect(*arguments, **options):
        raise Enough

    DefaultDialect.connect = connect  # type: ignore[method-assign]


def _called_so(error: BaseException, env: str):
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if os.path.abspath(frame.f_code.co_filename) == env and "target_metadata" in frame.f_globals:
            return frame.f_globals["target_metadata"]
    return None


def _table(table) -> dict:
    return {"schema": table.schema, "name": str(table.name), "columns": [_column(table, c) for c in table.columns]}


def _column(table, column) -> dict:
    computed = getattr(column, "computed", None) is not None
    default = column.default
    sequence = default is not None and getattr(default, "is_sequence", False)
    counted = getattr(table, "_autoincrement_column", None) is column
    identity = getattr(column, "identity", None)
    return {
        "name": str(column.name),
        "nullable": bool(column.nullable),
        "server_default": column.server_default is not None or identity is not None or counted or sequence,
        "python_default": default is not None and not sequence,
        "primary_key": bool(column.primary_key),
        "written": not computed and not getattr(identity, "always", False),
    }


def turn_to_export(origin: str, export: str) -> None:
    """What Python would import from the working tree, it finds in the export: folders, and links of installers."""
    sys.path[:] = [_turned(entry, origin, export) for entry in sys.path]
    for name, module in list(sys.modules.items()):
        if name.startswith("__editable__"):
            mapping = getattr(module, "MAPPING", {})
            mapping.update({k: _turned(v, origin, export) for k, v in mapping.items()})


def _turned(path: str, origin: str, export: str) -> str:
    there = os.path.abspath(path)
    return export + there[len(origin) :] if _is_stray(there, origin, export) else path


def strays(origin: str, export: str) -> "list[str]":
    """Files of the working tree that were imported; ours are no part of the project."""
    names = (name for name in sys.modules if name != "__main__" and not name.startswith("_alembic_proof_inside"))
    files = (getattr(sys.modules[name], "__file__", None) for name in list(names))
    return sorted({f for f in files if isinstance(f, str) and _is_stray(os.path.abspath(f), origin, export)})


def _is_stray(path: str, origin: str, export: str) -> bool:
    """Whether it is of the working tree, and of no environment that is kept within it."""
    environments = {os.path.abspath(prefix) for prefix in (sys.prefix, sys.base_prefix)} - {origin}
    return _within(path, origin) and not any(_within(path, other) for other in (export, *environments))


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
