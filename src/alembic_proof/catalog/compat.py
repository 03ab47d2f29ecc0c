"""The functions with which statements of old and new code are made up and run; they need no superuser."""

from __future__ import annotations

from collections.abc import Iterable

from alembic_proof.catalog import PINNED, _expand, _read
from alembic_proof.catalog.shapes import shapes_text


def compat_sql() -> str:
    """Installs them in the schema `alembic_proof` of a scratch database."""
    settings = " ".join(f"SET \"{name}\" = '{value}'" for name, value in PINNED.items())
    usage = f"WITH {_expand(_read('common'), touched=False)}\n{_read('usage')}".replace("$1", "version_table")
    shapes = shapes_text("version_table", "only_these")
    return _read("replay").replace("{settings}", settings).replace("{usage}", usage).replace("{shapes}", shapes)


def usage_sql(version_table: str, tables: Iterable[int] | None = None) -> str:
    """One query that gives one text: what can be read and written, without Alembic's own table.

    `tables` are oids: only these.
    """
    return "SELECT alembic_proof.usage('{}', {})".format(version_table.replace("'", "''"), _array(tables))


def shapes_call(version_table: str, tables: Iterable[int] | None) -> str:
    """As `shapes_sql`, where the functions are installed: planned once in a session."""
    return "SELECT alembic_proof.shapes('{}', {})".format(version_table.replace("'", "''"), _array(tables))


def _array(oids: Iterable[int] | None) -> str:
    return "NULL" if oids is None else "'{" + ",".join(map(str, sorted(oids))) + "}'"
