"""Views and materialized views."""

from __future__ import annotations

from alembic_proof.ddl.columns import column_compression, column_extras, column_settings
from alembic_proof.ddl.constraints import make_index, statistics
from alembic_proof.ddl.schema import Schema
from alembic_proof.ddl.words import last, options, usual, word
from alembic_proof.snapshot import Fact


def view(fact: Fact, schema: Schema) -> list[str]:
    """A view or materialized view with its columns' extras and indexes."""
    return [
        _create_view(fact),
        *(s for c in schema.children(fact, "column") for s in _view_column(fact, c, schema)),
        *(s for index in schema.children(fact, "index") for s in make_index(index)),
        *(s for item in schema.children(fact, "statistics") for s in statistics(item)),
        *usual(fact),
    ]


def _create_view(fact: Fact) -> str:
    p = fact.payload
    said = f"CREATE {word(fact.kind)} {fact.identity}"
    if p.get("access method") not in (None, "heap"):
        said += f" USING {p['access method']}"
    if p.get("options"):
        said += f" WITH ({options(p['options'])})"
    if "tablespace" in p:
        said += f" TABLESPACE {p['tablespace']}"
    said += f" AS\n{p['definition'].rstrip(';')}"
    return said + ("" if p.get("populated", True) else "\nWITH NO DATA")


def _view_column(view: Fact, fact: Fact, schema: Schema) -> list[str]:
    p = fact.payload
    column = f"ALTER {word(view.kind)} {view.identity} ALTER COLUMN {last(fact.identity)}"
    default = [f"{column} SET DEFAULT {p['default']}"] if "default" in p else []
    return [*default, *column_compression(column, p), *column_settings(column, p), *column_extras(view, fact, schema)]
