"""One Alembic project that holds the examples of all rules, and what the tool says of each of their revisions.

Each example is there twice, under names of its own: what is given and then what is bad; what is given and then what
is good. So one database holds all, and one run judges them. A bad revision at which every upgrade ends has a project
of its own, since nothing comes after it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

from alembic_proof.findings import Finding, Rule
from alembic_proof.provision.server import Server
from alembic_proof.report import Report
from alembic_proof.settings import load_settings
from alembic_proof.verify import verify

ENV = dedent("""\
    from alembic import context
    from sqlalchemy import create_engine

    engine = create_engine(
        context.config.get_main_option("sqlalchemy.url"), connect_args={"options": "-c lock_timeout=2s"}
    )
    with engine.connect() as connection:
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
    """)
INI = (
    "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql+psycopg://app:x@db.example:5432/production\n"
)
HEAD = "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.dialects import postgresql\n\n"
# at the end of the line that is to be found, where a bad revision has several
HERE = "# here"


@dataclass(frozen=True)
class Told:
    """An example in a project: its revisions, and the lines of the bad one that may be named."""

    rule: Rule
    number: int

    @property
    def bad(self) -> str:
        """The revision that is found."""
        return f"r{self.number:03}b_bad"

    @property
    def good(self) -> tuple[str, ...]:
        """The revisions that are not."""
        assert self.rule.example
        return tuple(f"r{self.number:03}g_good{n}" for n, _ in enumerate(self.rule.example.good, 1))

    def revisions(self, side: str) -> Iterator[tuple[str, str, str]]:
        """The id, the upgrade and the downgrade of each revision of the side `b` or `g`."""
        example = self.rule.example
        assert example
        yield f"r{self.number:03}{side}", self.named(side, example.given), ""
        if side == "b":
            yield self.bad, self.named(side, example.bad), self.named(side, example.bad_downgrade)
        else:
            for id_, body in zip(self.good, example.good, strict=True):
                last = id_ == self.good[-1]
                yield id_, self.named(side, body), self.named(side, example.good_downgrade) if last else ""

    def named(self, side: str, text: str) -> str:
        """With names that no other example has."""
        return re.sub(r"account|purchase", lambda found: f"{found[0]}_{self.number}{side}", dedent(text).strip())

    def lines(self, folder: Path) -> set[int]:
        """The lines that are marked in the bad revision; where none is, all of them."""
        source = (folder / "migrations" / "versions" / f"{self.bad}.py").read_text("utf-8")
        marked = {n for n, line in enumerate(source.splitlines(), 1) if line.endswith(HERE)}
        return marked or {node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)}


def examples(rules: Iterable[Rule]) -> tuple[Told, ...]:
    """The rules that have an example, numbered."""
    return tuple(Told(rule, n) for n, rule in enumerate((r for r in rules if r.example), 1))


def write(folder: Path, revisions: Iterable[tuple[str, str, str]]) -> None:
    """The files of a project with these revisions in a row; without a way back where none is given."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(INI)
    (folder / "pyproject.toml").write_text("[tool.alembic-proof]\n")
    (folder / "migrations" / "env.py").write_text(ENV)
    parent = None
    for id_, up, down in revisions:
        text = f"{HEAD}revision = {id_!r}\ndown_revision = {parent!r}\n\n\ndef upgrade():\n{indent(up, '    ')}\n"
        if down:
            text += f"\n\ndef downgrade():\n{indent(down, '    ')}\n"
        (versions / f"{id_}.py").write_text(text)
        parent = id_


def judged(folder: Path, server: Server, revisions: Iterable[tuple[str, str, str]], since: str = "base") -> Report:
    """What the tool says of these revisions, or those after `since`, each a deploy of its own."""
    write(folder, revisions)
    quiet = {"downgrade/irreversible": "off"}  # most have no way back
    flags = {"postgres": server.admin.url(), "python": sys.executable, "since": "base", "rules": quiet}
    return verify(load_settings(folder, flags))


def at(report: Report, *revisions: str) -> list[Finding]:
    """What was found at these revisions."""
    return [f for f in report.findings if f.revision in revisions]
