"""What the models say the schema should be: created in a scratch database of its own."""

from __future__ import annotations

from . import project
from .failure import describe


def metadatas_of(job: dict, context) -> list:
    """Those that env.py hands to Alembic, or those that the settings name."""
    named = [_load(name) for name in job.get("metadata") or ()]
    given = context.opts.get("target_metadata")
    metadatas = named or (list(given) if isinstance(given, (list, tuple)) else [given])
    return [m for m in metadatas if m is not None]


def create_models(channel, job: dict, context) -> "list":
    """All tables of all metadata. What they lack there, the outer process may be able to supply."""
    metadatas = metadatas_of(job, context)
    tables = [table for metadata in metadatas for table in metadata.tables.values()]
    channel.send("models", tables=len(tables))
    if tables:
        with context.begin_transaction(_per_migration=True):
            _create_until_supplied(channel, context, metadatas, tables)
    channel.send("created")
    return []


def _load(name: str):
    try:
        return project.load_object(name)
    except (ImportError, AttributeError) as error:
        raise project.Unusable(
            "metadata {} cannot be loaded: {}".format(name, error), "name it as package.module:Base.metadata"
        ) from error


def _schemas(tables: list) -> "list[str]":
    return sorted({t.schema for t in tables if t.schema})


def _create_until_supplied(channel, context, metadatas: list, tables: list) -> None:
    while True:
        attempt = _begin(context.connection)
        try:
            _create(context, metadatas, tables)
        except Exception as error:
            if attempt is not None:
                attempt.rollback()
            if channel.ask("lacking", failure=describe(error)) != "again":
                raise
        else:
            if attempt is not None:
                attempt.commit()
            return


def _begin(connection):
    """What can be rolled back alone: a transaction, or within env.py's a savepoint; None in driver-level autocommit."""
    if not connection.in_transaction():
        return connection.begin()
    try:
        return connection.begin_nested()
    except Exception:
        return None


def _create(context, metadatas: list, tables: list) -> None:
    connection = context.connection
    for schema in _schemas(tables):
        quoted = context.dialect.identifier_preparer.quote_schema(schema)
        connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS {}".format(quoted))
    for metadata in metadatas:
        metadata.create_all(connection)
