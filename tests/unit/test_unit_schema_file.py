"""The committed schema as a value: what is current, and what differs."""

import json
from pathlib import Path

import pytest

from alembic_proof.errors import UsageError
from alembic_proof.history import History
from alembic_proof.schema_file import File, differences, path_of, write
from alembic_proof.settings import Settings
from alembic_proof.snapshot import Snapshot


def snapshot(*facts: tuple[str, str, dict[str, object]]) -> Snapshot:
    return Snapshot(frozenset(json.dumps([kind, name, None, payload]) for kind, name, payload in facts))


TABLE = ("table", "public.job", {})
ORDER = ("column order", "public.job", {"columns": ["a", "b"]})


@pytest.mark.parametrize(
    ("committed", "migrated", "differ"),
    [
        ([TABLE, ORDER], [TABLE, ORDER], False),
        ([TABLE], [], True),
        ([], [TABLE], True),
        ([TABLE], [("table", "public.job", {"comment": "x"})], True),
        ([ORDER], [("column order", "public.job", {"columns": ["b", "a"]})], True),
        ([("extension version", "citext", {"version": "1.6"})], [("extension version", "citext", {})], False),
        ([("not null name", "public.job.a", {"name": "x"})], [("not null name", "public.job.a", {})], False),
    ],
)
def test_what_counts_as_another_schema(committed: list, migrated: list, differ: bool) -> None:
    """All that the text says, the order of columns too; not what the machine brings."""
    assert differences(snapshot(*committed), snapshot(*migrated)) is differ


def test_a_file_is_current_by_its_text_alone() -> None:
    """One that is not there is not."""
    assert File(Path("x"), "a", "a").current
    assert not File(Path("x"), "a", "b").current
    assert not File(Path("x"), None, "").current


def test_the_diff_leads_from_what_is_committed_to_what_the_migrations_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unified diff with the file's name as seen from here."""
    monkeypatch.chdir(tmp_path)
    diff = File(tmp_path / "schema.sql", "a\nb\n", "a\nc\n").diff.splitlines()
    assert diff[:2] == ["--- schema.sql (committed)", "+++ schema.sql (migrated)"]
    assert diff[3:] == [" a", "-b", "+c"]
    assert File(tmp_path / "schema.sql", None, "a\n").diff.splitlines()[3:] == ["+a"]


def test_it_is_beside_env_py_or_where_the_settings_say(tmp_path: Path) -> None:
    """Their path is the project's."""
    history = History(home=str(tmp_path / "migrations"))
    plain = Settings(tmp_path, tmp_path / "alembic.ini")
    assert path_of(plain, history) == tmp_path / "migrations" / "schema.sql"
    told = Settings(tmp_path, tmp_path / "alembic.ini", schema_file="db/structure.sql")
    assert path_of(told, history) == tmp_path / "db" / "structure.sql"


def test_what_cannot_be_written_is_told_with_its_path(tmp_path: Path) -> None:
    """A folder is in the way."""
    (tmp_path / "schema.sql").mkdir()
    with pytest.raises(UsageError, match=r"schema\.sql cannot be written"):
        write(File(tmp_path / "schema.sql", None, "text"))
