"""What the models say the schema should be: created in a scratch database of its own."""

from __future__ import annotations

from . import project


def create_models(channel, job: dict, context) -> "list":
    """All tables of all metadata that env.py hands to Alembic, or of those that the settings name."""
    named = [_load(name) for name in job.get("metadata") or ()]
    given = context.opts.get("target_metadata")
    metadatas = named or (list(given) if isinstance(given, (list, tuple)) else [given])
    metadatas = [m for m in metadatas if m is not None]
    tables = [table for metadata in metadatas for table in metadata.tables.values()]
    channel.send("models", tables=len(tables))
    if tables:
        _create(context, metadatas, tables)
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


def _create(context, metadatas: list, tables: list) -> None:
    connection = context.connection
    with context.begin_transaction(_per_migration=True):
        own = None if connection.in_transaction() else connection.begin()
        for schema in _schemas(tables):
            quoted = context.dialect.identifier_preparer.quote_schema(schema)
            connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS {}".format(quoted))
        for metadata in metadatas:
            metadata.create_all(connection)
        if own is not None:
            own.commit()
