"""The project's own rows: its functions, its rows by revision, or the data that it wrote for pytest-alembic."""

from __future__ import annotations

import inspect

from . import project
from .before import _call

_DATA = ("before_revision_data", "at_revision_data")
# what else a configuration of pytest-alembic may say
_OPTIONS = (
    *("file", "config_file_name", "script_location", "sqlalchemy.url", "target_metadata", "include_schemas"),
    *("process_revision_directives", "minimum_downgrade_revision", "skip_revisions", "alembic_config"),
)


def seed(job: dict, context, revision: str, reached: bool = False) -> "list[dict]":
    """What each name in `job["seed"]` has for a revision is put in, and committed where our transaction may be.

    The database stands before the revision, at its parent: functions `(connection, revision)` are called, rows of a
    mapping and of `before_revision_data` inserted. `reached`: it stands at the revision, for `at_revision_data`.
    Returns, for each name that did something, how many rows it had; None for a function.
    """
    done = []
    for name in job.get("seed") or ():
        try:
            did = _seeded(_loaded(name), context, revision, reached)
        except project.Unusable:
            raise
        except Exception as error:
            raise project.Unusable(
                "seed: {} for {}: {}: {}".format(name, revision, type(error).__name__, error),
                "correct what it inserts, or the setting",
            ) from error
        if did is not False:
            done.append({"seed": name, "revision": revision, "rows": did})
    return done


def _seeded(found, context, revision: str, reached: bool):
    """False: it has nothing for this revision."""
    if callable(found):
        if reached:
            return False
        _call(lambda connection: found(connection, revision), context)
        return None
    rows = _rows(found[1 if reached else 0], revision)
    if not rows:
        return False
    _call(lambda connection: _insert(connection, rows), context)
    return len(rows)


def _loaded(name: str):
    """A function, or two mappings of revisions to rows: before them, and at them."""
    try:
        found = project.load_object(name)
    except Exception as error:
        raise project.Unusable(
            "seed: {} cannot be imported: {}: {}".format(name, type(error).__name__, error),
            "name it as package.module:attribute",
        ) from error
    if _fixture(found) is not None:
        found = _returned(name, _fixture(found))
    data = _data(found)
    if data is None and not callable(found):
        raise project.Unusable(
            "seed: {} is {!r}".format(name, type(found).__name__),
            "a function (connection, revision), a mapping of revisions to rows, or a configuration of pytest-alembic",
        )
    return found if data is None else data


def _data(found):
    """None: it is no data."""
    if isinstance(found, dict):
        if set(found) & set(_DATA) or (found and set(found) <= set(_OPTIONS)):
            return tuple(_mapping(found.get(key)) for key in _DATA)
        return (found, {})
    if all(hasattr(found, key) for key in _DATA):
        return tuple(_mapping(getattr(found, key)) for key in _DATA)
    return None


def _mapping(data) -> dict:
    return getattr(data, "data", data) or {}


def _fixture(found):
    """The function that pytest made a fixture of; old and new pytest keep it in different places."""
    if hasattr(found, "_get_wrapped_function"):
        return found._get_wrapped_function()
    if hasattr(found, "_pytestfixturefunction"):
        return getattr(getattr(found, "__pytest_wrapped__", None), "obj", None) or found.__wrapped__
    return None


def _returned(name: str, function):
    needed = [p.name for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    if needed:
        raise project.Unusable(
            "seed: the fixture {} asks for {}".format(name, ", ".join(needed)),
            "name a fixture without arguments, or the data itself",
        )
    value = function()
    return next(value) if inspect.isgenerator(value) else value


def _rows(data: dict, revision: str) -> "list[dict]":
    rows = data.get(revision) or []
    rows = [rows] if isinstance(rows, dict) else list(rows)
    for row in rows:
        if not isinstance(row, dict) or "__tablename__" not in row:
            raise project.Unusable(
                "seed: a row for {} names no table: {!r}".format(revision, row), 'add "__tablename__" to it'
            )
    return rows


def _insert(connection, rows: "list[dict]") -> None:
    """Through tables as they are right now; a dot in a name divides schema and table."""
    import sqlalchemy

    metadata = sqlalchemy.MetaData()
    for row in rows:
        schema, _, name = row["__tablename__"].rpartition(".")
        table = sqlalchemy.Table(name, metadata, schema=schema or None, autoload_with=connection)
        values = {key: value for key, value in row.items() if key != "__tablename__"}
        connection.execute(table.insert().values(values))
