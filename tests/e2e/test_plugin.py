"""The pytest plugin on copies of the example, in a pytest of its own; needs no pytest-alembic."""

import os
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

pytest_plugins = ["pytester"]

REPOSITORY = Path(__file__).parents[2]
ON = ("--alembic-proof", "--alembic-proof-postgres", os.environ.get("ALEMBIC_PROOF_POSTGRES", "auto"))
FIRST = "fd23b24f6f9a"
EVENTS = "f7f13667ad49"


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """A copy of the example with only its first two revisions and their models."""
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc", "history.lock", "schema.sql")
    for name in ("models", "migrations"):
        shutil.copytree(REPOSITORY / name, pytester.path / name, ignore=ignore)
    shutil.copy(REPOSITORY / "alembic.ini", pytester.path)
    for path in (pytester.path / "migrations" / "versions").glob("*.py"):
        if not path.name.startswith((FIRST, EVENTS)):
            path.unlink()
    env = pytester.path / "migrations" / "env.py"
    env.write_text(env.read_text().replace("Base.metadata", "None"))  # drift is not the subject
    pytester.makepyfile(test_own="def test_own():\n    pass\n")
    return pytester.path


def edit(project: Path, old: str, new: str) -> None:
    """Replace text in the second revision."""
    path = next((project / "migrations" / "versions").glob(f"{EVENTS}*"))
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """A pytest of its own, without the cache folder."""
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


@pytest.mark.usefixtures("project")
def test_the_plugin_adds_nothing_unless_it_is_asked(pytester: pytest.Pytester) -> None:
    """Installed beside other tests, it changes nothing."""
    result = run(pytester)

    result.assert_outcomes(passed=1)


@pytest.mark.usefixtures("project")
def test_each_revision_has_an_item_per_direction_and_each_check_has_one(pytester: pytest.Pytester) -> None:
    """The ids say revision and direction, or the rule."""
    result = run(pytester, *ON, "-v")

    assert result.ret == 0
    result.stdout.fnmatch_lines_random(
        [
            f"alembic-proof::{FIRST}?upgrade? PASSED*",
            f"alembic-proof::{EVENTS}?downgrade? PASSED*",
            "alembic-proof::downgrade/leaves-a-trace PASSED*",
        ]
    )


@pytest.mark.usefixtures("project")
def test_an_item_is_selected_by_its_revision(pytester: pytest.Pytester) -> None:
    """`-k` takes the id of a revision."""
    result = run(pytester, *ON, "-k", EVENTS)

    result.assert_outcomes(passed=2, deselected=result.parseoutcomes()["deselected"])


def test_a_broken_downgrade_fails_its_item_with_the_finding_and_no_traceback(
    pytester: pytest.Pytester, project: Path
) -> None:
    """Rule, revision, file and line stand in pytest's output."""
    edit(project, "op.drop_table(", "op.execute('SELECT 1/0')\n    op.drop_table(")

    result = run(pytester, *ON)

    assert result.ret == 1
    text = result.stdout.str()
    assert f"downgrade/fails: downgrade of {EVENTS} fails" in text
    assert "division by zero" in text
    assert f"migrations/versions/{EVENTS}" in text
    assert "Traceback" not in text
    result.assert_outcomes(failed=2, passed=result.parseoutcomes()["passed"])


@pytest.mark.usefixtures("project")
def test_junit_xml_holds_the_items(pytester: pytest.Pytester) -> None:
    """CI systems read them like any test."""
    run(pytester, *ON, "--junit-xml", "out.xml")

    names = [case.get("name") for case in ET.parse(pytester.path / "out.xml").iter("testcase")]
    assert f"{EVENTS}[downgrade]" in names
    assert "drift/models-differ" in names


@pytest.mark.usefixtures("project")
def test_the_walk_runs_once_for_all_xdist_workers(pytester: pytest.Pytester) -> None:
    """The workers share one result, in the folder that they share."""
    pytest.importorskip("xdist")

    result = run(pytester, *ON, "-n", "2", "--basetemp", "shared")

    assert result.ret == 0
    assert len(list((pytester.path / "shared").glob("alembic-proof.json"))) == 1


def test_a_project_that_cannot_be_read_is_a_usage_error(pytester: pytest.Pytester, project: Path) -> None:
    """One sentence and the way out, at collection."""
    (project / "alembic.ini").unlink()

    result = run(pytester, *ON)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no alembic.ini in *"])


@pytest.mark.usefixtures("project")
def test_the_fixtures_hand_an_empty_database_to_each_test(pytester: pytest.Pytester) -> None:
    """`alembic_engine` needs nothing of pytest-alembic."""
    pytester.makeconftest("from alembic_proof.fixtures import *\n")
    pytester.makepyfile(
        test_engine="""
        import asyncio
        from sqlalchemy import text

        async def tables(engine):
            async with engine.begin() as connection:
                await connection.execute(text("CREATE TABLE mine (id int)"))
                found = await connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                return found.scalar()

        def test_one(alembic_engine):
            assert asyncio.run(tables(alembic_engine)) == 1

        def test_two(alembic_engine):
            assert asyncio.run(tables(alembic_engine)) == 1
        """
    )

    result = run(pytester, "--alembic-proof-postgres", ON[2])

    result.assert_outcomes(passed=3)
