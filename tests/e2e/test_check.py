"""`alembic-proof check`, the text of the revisions alone: what the hook at a commit says, without a database."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
NOWHERE = {"ALEMBIC_PROOF_POSTGRES": "postgresql://nobody:x@127.0.0.1:1/none", "PGHOST": "127.0.0.1", "PGPORT": "1"}
Check = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def check(project: Path) -> Check:
    """The command in a copy of the example, with its seal, where no server could be reached."""
    shutil.copy(REPOSITORY / "migrations" / "history.lock", project / "migrations")

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "alembic_proof", "check", *arguments]
        env = {**os.environ, **NOWHERE}
        return subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)

    return run


def revision(project: Path, id_: str) -> Path:
    (found,) = (project / "migrations" / "versions").glob(f"{id_}*.py")
    return found


def rules(check: Check) -> set[str]:
    done = check("--format", "json")
    return {f["rule"] for f in json.loads(done.stdout)["findings"]}


def test_the_example_is_clean_and_no_revision_is_said_to_have_run(check: Check) -> None:
    done = check("--format", "json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["verdict"], done.stderr) == (0, "clean", "")
    assert {r["upgrade"] for r in report["revisions"]} == {"not run"}
    assert "what the revisions do: none was run, and none imported" in report["coverage"]["not_looked_at"]


def test_an_edited_revision_is_found(check: Check, project: Path) -> None:
    path = revision(project, "4edb8b61410f")
    path.write_text(path.read_text().replace('op.execute("DROP TYPE job_status")', "pass"))
    assert rules(check) == {"history/edited"}
    assert check().returncode == 1
    assert check("--fail-on", "never").returncode == 0


def test_two_heads_and_a_missing_parent_are_found(check: Check, project: Path) -> None:
    versions = project / "migrations" / "versions"
    (versions / "aaaa_side.py").write_text('"""Side."""\nrevision = "aaaa"\ndown_revision = "4edb8b61410f"\n')
    assert rules(check) == {"history/multiple-heads"}
    (versions / "bbbb_lost.py").write_text('"""Lost."""\nrevision = "bbbb"\ndown_revision = "gone"\n')
    assert rules(check) == {"history/broken"}


def test_nothing_of_a_revision_is_run(check: Check, project: Path) -> None:
    path = revision(project, "fd23b24f6f9a")
    path.write_text(f"{path.read_text()}\nopen('was_run', 'w')\n")
    check()
    assert not (project / "was_run").exists()


def test_acceptances_of_what_only_a_run_finds_are_not_called_stale(check: Check, project: Path) -> None:
    path = revision(project, "4edb8b61410f")
    path.write_text(f"# alembic-proof: accept downgrade/leaves-a-trace: it stays\n{path.read_text()}")
    assert rules(check) == set()
    path.write_text(f"# alembic-proof: accept history/broken: why not\n{path.read_text()}")
    assert len(rules(check)) == 1


def test_a_project_without_revisions_is_a_mistake_of_the_settings(check: Check, project: Path) -> None:
    shutil.rmtree(project / "migrations" / "versions")
    assert check().returncode == 2


def test_a_history_without_a_seal_is_told_as_not_looked_at(check: Check, project: Path) -> None:
    (project / "migrations" / "history.lock").unlink()
    done = check()
    assert done.returncode == 0
    assert "there is no history.lock" in done.stdout
