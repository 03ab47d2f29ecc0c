"""The functions with which statements of old and new code are made up and run; they need no superuser."""

from __future__ import annotations

from alembic_proof.catalog import PINNED, _expand, _read


def compat_sql() -> str:
    """Installs them in the schema `alembic_proof` of a scratch database."""
    settings = " ".join(f"SET \"{name}\" = '{value}'" for name, value in PINNED.items())
    usage = f"WITH {_expand(_read('common'), touched=False)}\n{_read('usage')}".replace("$1", "version_table")
    return _read("replay").replace("{settings}", settings).replace("{usage}", usage)


def usage_sql(version_table: str) -> str:
    """One query that gives one text: what can be read and written, without Alembic's own table."""
    return "SELECT alembic_proof.usage('{}')".format(version_table.replace("'", "''"))
