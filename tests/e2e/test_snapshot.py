"""`alembic-proof snapshot` as a user runs it: it writes schema and seal, and `--check` says what is not current."""

from pathlib import Path

import pytest
from conftest import REPOSITORY, copy_example
from defects import edit
from defects.released import BACKFILL, committed
from defects.running import Verify, run_proof

from alembic_proof.provision import Server

SCHEMA = "migrations/schema.sql"
LOCK = "migrations/history.lock"
UPDATE = "update it: alembic-proof snapshot"


@pytest.fixture(scope="module")
def written(shared_server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What `snapshot` writes of the example on this server."""
    folder = copy_example(tmp_path_factory.mktemp("written") / "project")
    assert run_proof(shared_server.admin.url(), folder, "snapshot").code == 0
    return {name: (folder / name).read_bytes() for name in (SCHEMA, LOCK)}


@pytest.fixture
def recorded(project: Path, written: dict[str, bytes]) -> Path:
    """The copy with its schema and its seal."""
    for name, text in written.items():
        (project / name).write_bytes(text)
    return project


def test_the_examples_own_files_are_current(project: Path, proof: Verify) -> None:
    """On every version of Postgres, if in other words; in the same ones since 16, which names columns otherwise."""
    for name in (SCHEMA, LOCK):
        (project / name).write_bytes((REPOSITORY / name).read_bytes())
    outcome = proof("snapshot", "--check")
    assert (outcome.code, outcome.stdout) == (0, ""), outcome.said


def test_it_writes_both_files_and_says_when_they_are_current(
    project: Path, proof: Verify, shared_server: Server
) -> None:
    """The same bytes on every machine; a second run writes nothing."""
    first = proof("snapshot")
    assert (first.code, first.stdout) == (0, ""), first.said
    assert first.stderr.splitlines() == [f"{SCHEMA} written", f"{LOCK} written"]
    for name in (SCHEMA, LOCK) if shared_server.major >= 16 else (LOCK,):
        assert (project / name).read_bytes() == (REPOSITORY / name).read_bytes()

    times = {name: (project / name).stat().st_mtime_ns for name in (SCHEMA, LOCK)}
    second = proof("snapshot")
    assert (second.code, second.stdout) == (0, "")
    assert second.stderr.splitlines() == [f"{SCHEMA} is current", f"{LOCK} is current"]
    assert times == {name: (project / name).stat().st_mtime_ns for name in (SCHEMA, LOCK)}

    checked = proof("snapshot", "--check")
    assert (checked.code, checked.said) == (0, second.said)


def test_check_shows_the_difference_and_the_command_and_writes_nothing(recorded: Path, proof: Verify) -> None:
    """A unified diff on stdout, from what is committed to what the migrations make."""
    edit(SCHEMA, "max_attempts integer DEFAULT 3 NOT NULL", "max_attempts integer DEFAULT 5 NOT NULL")(recorded)
    before = (recorded / SCHEMA).read_bytes()
    outcome = proof("snapshot", "--check")
    assert outcome.code == 1
    lines = outcome.stdout.splitlines()
    assert lines[:2] == [f"--- {SCHEMA} (committed)", f"+++ {SCHEMA} (migrated)"]
    assert [x for x in lines[2:] if x[0] in "+-"] == [
        "-    max_attempts integer DEFAULT 5 NOT NULL,",
        "+    max_attempts integer DEFAULT 3 NOT NULL,",
    ]
    assert outcome.stderr.splitlines() == [f"{SCHEMA} is not current; {UPDATE}", f"{LOCK} is current"]
    assert (recorded / SCHEMA).read_bytes() == before


def test_a_conflict_that_nobody_resolved_is_not_current(
    recorded: Path, proof: Verify, written: dict[str, bytes]
) -> None:
    """Its marks are in the diff, and `snapshot` writes the file anew."""
    edit(SCHEMA, "CREATE TABLE public.worker (", "<<<<<<< HEAD\nCREATE TABLE public.worker (")(recorded)
    outcome = proof("snapshot", "--check")
    assert outcome.code == 1
    assert "-<<<<<<< HEAD" in outcome.stdout.splitlines()
    assert UPDATE in outcome.stderr
    assert proof("snapshot").code == 0
    assert (recorded / SCHEMA).read_bytes() == written[SCHEMA]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("-- It loads into an empty database", "-- Load it into an empty database"),
        ("    phase character varying,", "    phase varchar,"),
    ],
    ids=["comment", "words"],
)
def test_the_same_in_other_words_is_current_with_a_note(
    old: str, new: str, recorded: Path, proof: Verify, written: dict[str, bytes]
) -> None:
    """As another version of Postgres may write it; written anew only by `snapshot`."""
    edit(SCHEMA, old, new)(recorded)
    outcome = proof("snapshot", "--check")
    assert (outcome.code, outcome.stdout) == (0, ""), outcome.said
    assert f"{SCHEMA} is current, in other words" in outcome.stderr
    assert proof("snapshot").stderr.splitlines()[0] == f"{SCHEMA} written"
    assert (recorded / SCHEMA).read_bytes() == written[SCHEMA]


def test_a_comment_of_the_schema_is_no_other_words(recorded: Path, proof: Verify) -> None:
    """What COMMENT ON says is part of it."""
    edit(SCHEMA, "'Where the job stands; replaces phase'", "'Where the job is'")(recorded)
    assert proof("snapshot", "--check").code == 1


def test_the_order_of_columns_is_no_other_words(recorded: Path, proof: Verify) -> None:
    """COPY without a list of columns would fail."""
    edit(SCHEMA, "    run_id character varying,\n    phase", "    phase")(recorded)
    edit(
        SCHEMA, "    type character varying,\n    image", "    type character varying,\n    run_id varchar,\n    image"
    )(recorded)
    assert proof("snapshot", "--check").code == 1


def test_check_without_the_files_fails(project: Path, proof: Verify) -> None:
    """All of them is missing."""
    outcome = proof("snapshot", "--check")
    assert outcome.code == 1
    assert "+CREATE TABLE public.worker (" in outcome.stdout.splitlines()
    assert outcome.stderr.count(UPDATE) == 2
    assert not (project / SCHEMA).exists()


def test_the_setting_says_where_the_schema_is(project: Path, proof: Verify, written: dict[str, bytes]) -> None:
    """With its folder; the seal stays with the revisions."""
    (project / "pyproject.toml").write_text('[tool.alembic-proof]\nschema-file = "db/structure.sql"\n', "utf-8")
    assert proof("snapshot").stderr.splitlines()[0] == "db/structure.sql written"
    assert (project / "db" / "structure.sql").read_bytes() == written[SCHEMA]
    assert not (project / SCHEMA).exists()
    assert proof("snapshot", "--check").code == 0


@pytest.mark.parametrize("path", ["migrations", "alembic.ini/schema.sql", "nowhere/schema.sql"])
def test_a_path_that_cannot_be_used_is_told(path: str, project: Path, proof: Verify) -> None:
    """A folder, a file in the place of a folder, a link to nowhere."""
    (project / "nowhere").symlink_to("/nonexistent/folder")
    (project / "pyproject.toml").write_text(f'[tool.alembic-proof]\nschema-file = "{path}"\n', "utf-8")
    outcome = proof("snapshot")
    assert outcome.code == 2, outcome.said
    assert path in outcome.stderr
    assert "Traceback" not in outcome.said
    assert not (project / LOCK).exists()


def test_an_edited_released_revision_is_recorded_only_by_name(project: Path, proof: Verify) -> None:
    """Without --reseal nothing is written; a seal that is not current is no word of it."""
    committed(project)
    sealed = (project / LOCK).read_bytes()
    edit(BACKFILL, '"ANALYZE job (status)"', '"ANALYZE job"')(project)
    refused = proof("snapshot")
    assert refused.code == 2
    assert BACKFILL in refused.stderr
    assert f"--reseal {BACKFILL}" in refused.stderr
    assert ((project / LOCK).read_bytes(), (project / SCHEMA).exists()) == (sealed, False)

    done = proof("snapshot", "--reseal", BACKFILL)
    assert done.code == 0, done.said
    assert f"{LOCK} written" in done.stderr
    changed = [x for x in (project / LOCK).read_text("utf-8").splitlines() if x not in sealed.decode().splitlines()]
    assert [x.split()[0] for x in changed] == [BACKFILL]
    assert proof("snapshot", "--check").code == 0


def test_a_history_that_does_not_upgrade_has_no_schema(
    recorded: Path, proof: Verify, written: dict[str, bytes]
) -> None:
    """Exit code 3 with the revision and the command that tells more; the files stay."""
    name = "47ff7f2a6cda"
    edit(name, "ALTER TABLE job VALIDATE", "ALTER TABLE jobs VALIDATE")(recorded)
    for arguments in (("snapshot",), ("snapshot", "--check")):
        outcome = proof(*arguments, "--reseal", name)
        assert outcome.code == 3, outcome.said
        assert f"revision {name} fails" in outcome.stderr
        assert "alembic-proof verify" in outcome.stderr
    assert (recorded / SCHEMA).read_bytes() == written[SCHEMA]
