"""A project whose history has one revision for each downgrade of the corpus, so that one walk judges them all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent, indent

from .downgrades.case import Way

ENV = dedent("""\
    from alembic import context
    from sqlalchemy import create_engine

    engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
    with engine.connect() as connection:
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
    """)
NOWHERE = "postgresql+psycopg://app:secret@db.production.example:5432/production"
PYTHON = ("op.", "with ", "raise ", "pass", "sa.")


def write(folder: Path, ways: Iterable[Way], url: str = NOWHERE, *, there_and_back: bool = False) -> None:
    """The project's files; the first revision makes what all others start from.

    With `there_and_back` each upgrade is the upgrade and the downgrade, and the plain command runs both.
    """
    ways = tuple(ways)
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {url}\n")
    (folder / "migrations" / "env.py").write_text(ENV)
    (versions / "start.py").write_text(revision("start", None, _bases(ways), _no_bases(ways)))
    parents = ["start", *(way.schema for way in ways)]
    for parent, way in zip(parents, ways, strict=False):
        up, down = body(way, way.up), body(way, way.down)
        text = revision(way.schema, parent, f"{up}\n{down}" if there_and_back else up, down)
        (versions / f"{way.schema}.py").write_text(text)


def revision(id_: str, parent: str | None, up: str, down: str) -> str:
    """A revision file."""
    return (
        f'"""{id_}"""\nimport datetime\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f"revision = {id_!r}\ndown_revision = {parent!r}\n\n\n"
        f"def upgrade():\n{indent(up, '    ')}\n\n\ndef downgrade():\n{indent(down, '    ')}\n"
    )


def body(way: Way, text: str) -> str:
    """Python as it is written; SQL in the revision's own schema."""
    return way.named(text) if text.startswith(PYTHON) else execute(way, text)


def execute(way: Way, sql: str) -> str:
    """A call that runs SQL in a revision's own schema, and leaves no setting behind."""
    statements = f"SET LOCAL search_path = {way.schema}, public; {way.named(sql)}"
    return f"op.execute({statements!r})"


def _bases(ways: Iterable[Way]) -> str:
    return "\n".join(execute(w, f"CREATE SCHEMA own; {w.base}") for w in ways)


def _no_bases(ways: Iterable[Way]) -> str:
    return "\n".join(f'op.execute("DROP SCHEMA {w.schema} CASCADE")' for w in ways)
