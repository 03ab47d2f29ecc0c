"""Autogenerate as second witness: what it proposes for the migrated database, and what the project keeps from it.

It runs as the project configures it, on the project's own connection, before the first step of the way down; a
savepoint takes back what it does there. That it crashes is told, and is no failure of ours.
"""

from __future__ import annotations

import re
from contextlib import contextmanager

from .failure import describe
from .models import metadatas_of

_KINDS = {
    "CreateTableOp": "table",
    "DropTableOp": "table",
    "CreateTableCommentOp": "table",
    "DropTableCommentOp": "table",
    "AddColumnOp": "column",
    "DropColumnOp": "column",
    "AlterColumnOp": "column",
    "CreateIndexOp": "index",
    "DropIndexOp": "index",
    "CreateForeignKeyOp": "constraint",
}
_OPTIONS = ("compare_type", "compare_server_default", "include_schemas")
_OF_A_TABLE = {
    "column": "column",
    "index": "index",
    "unique_constraint": "constraint",
    "foreign_key_constraint": "constraint",
    "check_constraint": "constraint",
}


def testify(channel, job: dict, context) -> None:
    """One `witness` event, where there are models and env.py has not been asked before."""
    if not job.pop("witness", False):
        return
    metadatas = metadatas_of(job, context)
    if not any(m.tables for m in metadatas):
        return
    with _undone(context.connection):
        default = context.connection.exec_driver_sql("SELECT current_schema()").scalar() or "public"
    filters = _Filters(default)
    operations, failure = _compared(context, metadatas, filters)
    proposals = [_proposal(op, context, default) for op in operations or ()]
    own_role = job.get("target", {}).get("user")  # a plug-in sees the grants of the scratch database's owner
    channel.send(
        "witness",
        answered=operations is not None,
        proposals=[p for p in proposals if not own_role or own_role not in p["text"]],
        left_out=list(filters.left_out.values()),
        schema=default,
        failure=failure,
        **{name: bool(context.opts.get(name)) for name in _OPTIONS},
    )


def _compared(context, metadatas: list, filters: "_Filters") -> "tuple":
    """The operations, None without an answer; and the failure, if only to compare defaults (a type without `=`)."""
    own, failure = context._user_compare_server_default, None
    for with_defaults in (own, False) if own else (own,):
        context._user_compare_server_default = with_defaults
        try:
            return _operations(context, metadatas, filters), failure
        except Exception as error:
            failure = failure or describe(error)
        finally:
            context._user_compare_server_default = own
    return None, failure


def _operations(context, metadatas: list, filters: "_Filters") -> list:
    from alembic.autogenerate import produce_migrations

    own = context.opts
    context.opts = {**own, **filters.around(own)}
    try:
        with _undone(context.connection):
            script = produce_migrations(context, _one_or_all(metadatas))
    finally:
        context.opts = own
    return list(_flat([script.upgrade_ops]))


def _one_or_all(metadatas: list):
    return metadatas if len(metadatas) > 1 else metadatas[0]


@contextmanager
def _undone(connection):
    """Nothing of it stays: neither work, nor a transaction that was not there before."""
    before = connection.in_transaction()
    savepoint = _savepoint(connection) if before else None
    try:
        yield
    finally:
        if savepoint is not None:
            savepoint.rollback()
        elif not before and connection.in_transaction():
            connection.get_transaction().rollback()


def _savepoint(connection):
    """None where the driver commits each statement: then there is nothing to go back to."""
    try:
        return connection.begin_nested()
    except Exception:
        return None


def _flat(operations):
    for operation in operations:
        if hasattr(operation, "ops"):
            yield from _flat(operation.ops)
        else:
            yield operation


class _Filters:
    """The project's include_object and include_name, with what they say no to."""

    def __init__(self, default_schema: str) -> None:
        self.default = default_schema
        self.left_out: "dict[tuple, dict]" = {}

    def around(self, options: dict) -> dict:
        wrapped = {}
        if options.get("include_object"):
            wrapped["include_object"] = self._around_object(options["include_object"])
        if options.get("include_name"):
            wrapped["include_name"] = self._around_name(options["include_name"])
        return wrapped

    def _around_object(self, asked):
        def include_object(object_, name, type_, reflected, compare_to):
            included = asked(object_, name, type_, reflected, compare_to)
            if not included:
                table = getattr(object_, "table", None) if type_ in _OF_A_TABLE else object_
                schema = getattr(table, "schema", None)
                self._note("include_object", type_, schema, getattr(table, "name", None), name)
            return included

        return include_object

    def _around_name(self, asked):
        def include_name(name, type_, parents):
            included = asked(name, type_, parents)
            if not included:
                schema = name if type_ == "schema" else parents.get("schema_name")
                self._note("include_name", type_, schema, parents.get("table_name"), name)
            return included

        return include_name

    def _note(self, by: str, type_: str, schema, table, name) -> None:
        kind = _OF_A_TABLE.get(type_, type_)
        if type_ == "table":
            table = name
        if kind == "schema":
            name = name or self.default
        record = {"by": by, "kind": kind, "schema": schema or self.default, "table": table, "name": name}
        self.left_out[tuple(record.values())] = {k: None if v is None else str(v) for k, v in record.items()}


def _proposal(op, context, default: str) -> dict:
    """What an operation is about, in names as they are, and the call as Alembic writes it."""
    kw = getattr(op, "kw", None) or {}
    text, imports = _rendered(op, context)
    names = {
        "schema": getattr(op, "schema", None) or kw.get("source_schema") or default,
        "table": getattr(op, "table_name", None) or getattr(op, "source_table", None),
        "name": _name(op, context),
    }
    return {
        **{k: None if v is None else str(v) for k, v in names.items()},
        "operation": " ".join(re.findall(r"[A-Z][a-z]*", type(op).__name__)[:-1]).lower(),
        "kind": _kind(op),
        "aspects": _aspects(op),
        "columns": [str(c) for c in getattr(op, "local_cols", None) or _columns(op)],
        "text": text,
        "imports": imports,
    }


def _kind(op) -> str:
    name = type(op).__name__
    if name in _KINDS:
        return _KINDS[name]
    return "constraint" if name.endswith("ConstraintOp") else "enum" if "Enum" in name else "other"


def _columns(op) -> list:
    columns = getattr(op, "columns", None) if _kind(op) == "constraint" else None
    return [getattr(c, "name", c) for c in columns or ()]


def _name(op, context):
    """As the server has it: a long name is cut by SQLAlchemy."""
    column = getattr(op, "column", None)
    if column is not None:
        return column.name
    for attribute in ("column_name", "index_name", "constraint_name", "enum_name"):
        name = getattr(op, attribute, None)
        if isinstance(name, str):
            return _cut(name, context, attribute == "index_name")
    if _kind(op) == "enum":
        return getattr(op, "name", None)
    return getattr(getattr(op, "target", None), "signature", None)  # of alembic_utils


def _cut(name: str, context, index: bool) -> str:
    dialect = context.dialect
    limit = (dialect.max_index_name_length if index else None) or dialect.max_identifier_length
    if len(name) <= limit:
        return name
    import hashlib

    digest = hashlib.md5(str(name).encode(), usedforsecurity=False).hexdigest()
    return "{}_{}".format(name[: limit - 8], digest[-4:])


def _aspects(op) -> "list[str]":
    """Which attributes an operation changes; none where it is about the whole."""
    if type(op).__name__.endswith("TableCommentOp"):
        return ["comment"]
    if type(op).__name__ != "AlterColumnOp":
        return []
    found = [("type", op.modify_type is not None), ("not null", op.modify_nullable is not None)]
    found += [("default", op.modify_server_default is not False), ("comment", op.modify_comment is not False)]
    return [name for name, changed in found if changed]


def _rendered(op, context) -> "tuple[str, list[str]]":
    from alembic.autogenerate import render_op_text
    from alembic.autogenerate.api import AutogenContext

    own = AutogenContext(context, autogenerate=False, opts={**context.opts, "render_as_batch": False})
    try:
        return render_op_text(own, op), sorted(own.imports or ())
    except Exception:
        return "", []
