"""What is tried with the revisions that were measured, on the rows that they are known to run on."""

from __future__ import annotations

import asyncio
import sys

import pytest
from walk_project import NOWHERE, Project, env, ini, revision

from alembic_proof.effects import Effects, Touched
from alembic_proof.settings import load_settings
from alembic_proof.trace import Measured, Passage, Statement
from alembic_proof.walk.runs import Ground
from alembic_proof.walk.trials import broken_off, estimated

FIRST = 'op.create_table("job", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))'


def ground(project: Project, upgrade: str) -> Ground:
    """A project of two revisions."""
    project.write(
        {
            "alembic.ini": ini(url=f"postgresql+psycopg://{NOWHERE}"),
            "migrations/env.py": env(),
            "migrations/versions/a1.py": revision("a1", None, FIRST),
            "migrations/versions/a2.py": revision("a2", "a1", upgrade),
        }
    )
    settings = load_settings(project.folder, {"postgres": project.server.admin.url(), "python": sys.executable})
    return Ground(settings, project.server, lambda *_: None)


def passage(rows: str, effects: Effects) -> Passage:
    """One statement in one transaction."""
    return Passage("a2", ok=True, rows=rows, statements=(Statement("ALTER …", None, None, 0.1, effects=effects),))


@pytest.mark.parametrize("rows", ["none", "all"])
def test_a_revision_that_falls_on_rows_is_run_again_without_them(rows: str, project: Project) -> None:
    """On rows it is known to fall, and what that says is said elsewhere; nothing would be learned of a second run."""
    upgrade = 'op.add_column("job", sa.Column("m", sa.Integer, nullable=False))'
    measured = Measured(passages=(passage(rows, Effects()),))
    done = asyncio.run(broken_off(ground(project, upgrade), measured))
    if rows == "none":
        assert done.missed == ()
        assert [(r.number, r.failure) for r in done.passages[0].reruns] == [(1, None)]
    else:
        assert done.passages[0].reruns == ()
        assert "fails undisturbed" in done.missed[0]


def test_a_rewrite_is_estimated_on_generated_rows(project: Project) -> None:
    """Times the rows that the committed file says."""
    effects = Effects(rewritten=("public.job",), rows=(Touched("public.job"),))
    measured = Measured(passages=(passage("all", effects),))
    upgrade = 'op.alter_column("job", "n", type_=sa.BigInteger)'
    done = asyncio.run(estimated(ground(project, upgrade), measured, {"public.job": 1_000_000}))
    assert done.missed == ()
    (estimate,) = done.estimates
    assert estimate.rows == 1_000_000
    assert 50 < estimate.wal_per_row < 220
