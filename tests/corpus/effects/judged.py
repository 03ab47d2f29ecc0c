"""What the product measures of the cases: one project, in which each of them is two revisions."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import indent

from alembic_proof.effects import Effects
from alembic_proof.history import UnderTest
from alembic_proof.provision.server import Server
from alembic_proof.settings import load_settings
from alembic_proof.trace import Measured, Passage
from alembic_proof.walk.measure import measure
from alembic_proof.walk.runs import Ground

from ..project import ENV, NOWHERE
from .case import Case
from .witness import Seen

KINDS = {
    "table": "r",
    "partitioned table": "p",
    "materialized view": "m",
    "view": "v",
    "index": "i",
    "partitioned index": "I",
}
REVISION = """from alembic import op

revision = {id!r}
down_revision = {parent!r}


def upgrade():
{body}
"""


def measured(server: Server, folder: Path, cases: Iterable[Case]) -> Measured:
    """The statements are under test; what comes before them is not."""
    ids = write(folder, cases)
    settings = load_settings(folder, {"postgres": server.admin.url(), "python": sys.executable})
    tested = UnderTest(frozenset(ids), "the statements", together=False)
    return asyncio.run(measure(Ground(settings, server, lambda *_: None), tested))


def write(folder: Path, cases: Iterable[Case]) -> list[str]:
    """The project's files; gives the revisions with statements. Before each case the one before it goes."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {NOWHERE}\n")
    (folder / "migrations" / "env.py").write_text(ENV)
    (folder / "pyproject.toml").write_text("[tool.alembic-proof]\n")
    parent, gone, ids = None, "SELECT 1", []
    for number, case in enumerate(cases):
        given, tested = f"given{number}", f"case{number}"
        texts = [gone, f"CREATE SCHEMA {case.schema}", case.path, case.named(case.given) or "SELECT 1"]
        _revision(versions, given, parent, _calls(texts))
        _revision(versions, tested, given, _body(case))
        parent, gone = tested, case.gone
        ids.append(tested)
    return ids


def _revision(versions: Path, id_: str, parent: str | None, body: str) -> None:
    (versions / f"{id_}.py").write_text(REVISION.format(id=id_, parent=parent, body=indent(body, "    ")))


def _body(case: Case) -> str:
    calls = _calls([case.path, case.named(case.statement)])
    return f"with op.get_context().autocommit_block():\n{indent(calls, '    ')}" if case.autocommit else calls


def _calls(texts: Iterable[str]) -> str:
    return "\n".join(f"op.execute({text!r})" for text in texts)


def seen(passage: Passage) -> Seen:
    """The last statement's effects, in the words of the witness; what was emptied it does not tell."""
    effects = passage.statements[-1].effects
    assert effects is not None, passage.failure
    found = Seen()
    for lock in effects.locks:
        name = bare(lock.relation)
        found.kinds[name] = KINDS.get(lock.kind, lock.kind)
        found.lock(name, lock.mode)
    found.refiled = {bare(t) for t in effects.rewritten}
    found.rebuilt = {bare(t) for t in effects.rebuilt}
    found.scanned = {bare(t) for t in effects.scanned}
    found.reads, found.writes = _waiting(effects)
    return found


def _waiting(effects: Effects) -> tuple[set[str], set[str]]:
    reads = {bare(b.table) for b in effects.blocked if b.reads}
    return reads, {bare(b.table) for b in effects.blocked if b.writes}


def bare(identity: str) -> str:
    """A name without its schema; the cases need no quotes."""
    return identity.rpartition(".")[2]
