"""Real projects take many shapes; each is verified with the right verdict, and agrees with plain Alembic."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from walk_project import NOWHERE, Project, Shape
from walk_servers import run_sql
from walk_shapes import all_shapes

from alembic_proof.report import Report

WITHOUT_OFFLINE_MODE = "the script of `alembic upgrade --sql`: env.py has no offline mode"
NONE_UNDER_TEST = "under test are none (--since head)"


def assert_walked(report: Report, shape: Shape) -> None:
    """Every revision was walked in all three directions, and nothing was found but what the shape has."""
    told = [f"{f.rule} {f.revision}: {f.message}" for f in report.findings]
    assert {f.rule for f in report.open_findings} == shape.rules, told
    assert report.incomplete is None
    assert sorted(r.id for r in report.revisions) == sorted(shape.walked)
    assert {(r.upgrade, r.downgrade, r.again) for r in report.revisions} == {("ok", "ok", "ok")}
    assert report.verdict == ("findings" if shape.rules else "clean")
    if shape.driver:
        assert report.facts.driver == shape.driver.partition("_")[0]


@pytest.mark.parametrize("build", all_shapes())
def test_shape_is_verified(build: Callable[[str], Shape], project: Project) -> None:
    """A project of this shape, whose URL leads nowhere, is walked, and the verdict is the one it deserves."""
    shape = build(NOWHERE)
    project.take(shape)
    report = project.verify(**shape.flags)
    assert_walked(report, shape)
    unlooked = [c for c in report.coverage if not c.startswith(("drift:", WITHOUT_OFFLINE_MODE))]
    unlooked = [c for c in unlooked if not c.endswith(NONE_UNDER_TEST)]
    assert unlooked == [] or shape.rules
    assert any(c.startswith("drift:") for c in report.coverage) is not shape.drift


@pytest.mark.parametrize("build", all_shapes())
def test_plain_alembic_agrees(build: Callable[[str], Shape], project: Project) -> None:
    """`alembic upgrade heads` with the same files and environment reaches what the verification says it reaches."""
    with project.database() as database:
        shape = build(project.address(database))
        project.take(shape)
        if shape.prepare:
            run_sql(database.endpoint, *shape.prepare, "SELECT 1")
        done = project.alembic(shape)
        assert done.returncode == 0, done.stderr[-2000:]
        if shape.rules:
            assert project.versions(database, "public.alembic_version") is None  # the finding is true
        else:
            assert project.versions(database, shape.version_table) == list(shape.heads or shape.walked[-1:])
