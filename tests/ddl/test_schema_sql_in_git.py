"""What git makes of two branches that change `schema.sql`: real merges of texts that come from facts."""

import json
import subprocess
from pathlib import Path

import pytest

from alembic_proof.ddl import schema_text
from alembic_proof.ddl.schema import Schema
from alembic_proof.snapshot import Snapshot

Tables = dict[str, dict[str, str]]
COLUMNS = {"id": "integer", **{f"c{n}": "text" for n in range(12)}}
BASE: Tables = {"event": COLUMNS, "job": COLUMNS, "task": COLUMNS}
MORE = {**COLUMNS, "note": "text"}


def text(tables: Tables) -> str:
    """The text of these tables and their columns."""
    lines = [json.dumps(["schema", "public", None, {"owner": "postgres", "grants": ["PUBLIC=USAGE"]}])]
    for table, columns in tables.items():
        name = f"public.{table}"
        usual = {"persistence": "p", "row security": False, "force row security": False}
        lines.append(json.dumps(["table", name, None, usual]))
        lines.append(json.dumps(["column order", name, name, {"columns": list(columns)}]))
        for column, kind in columns.items():
            lines.append(json.dumps(["column", f"{name}.{column}", name, {"type": kind, "not null": False}]))
    return schema_text(Schema(Snapshot(frozenset(lines)), {}))


@pytest.fixture
def merged(tmp_path: Path):
    """Merges two branches that each left the base for other tables; None where they conflict."""

    def git(*command: str) -> int:
        who = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
        return subprocess.run(["git", *who, *command], cwd=tmp_path, capture_output=True, check=False).returncode

    def merge(ours: Tables, theirs: Tables) -> str | None:
        file = tmp_path / "schema.sql"
        git("init", "-b", "main")
        for branch, tables in (("main", BASE), ("theirs", theirs), ("ours", ours)):
            git("checkout", "-q", "-B", branch, "main")
            file.write_text(text(tables))
            git("add", "schema.sql")
            git("commit", "-q", "--allow-empty", "-m", branch)
        return file.read_text() if git("merge", "-q", "theirs") == 0 else None

    return merge


def test_branches_that_touch_different_objects_merge(merged) -> None:
    """A new table here, a new column there: git writes what the snapshot would."""
    assert merged({**BASE, "audit": COLUMNS}, {**BASE, "job": MORE}) == text({**BASE, "audit": COLUMNS, "job": MORE})


def test_branches_that_touch_neighbours_merge(merged) -> None:
    """The last line of one block and the first of the next are far enough apart."""
    dropped = {k: v for k, v in COLUMNS.items() if k != "id"}
    assert merged({**BASE, "event": MORE}, {**BASE, "job": dropped}) == text({**BASE, "event": MORE, "job": dropped})


def test_branches_that_add_tables_at_two_places_merge(merged) -> None:
    """With an old table between them."""
    assert merged({**BASE, "audit": COLUMNS}, {**BASE, "zone": MORE}) == text({**BASE, "audit": COLUMNS, "zone": MORE})


def test_branches_that_touch_one_object_conflict(merged) -> None:
    """However far apart their lines are: the checksum is one line of both."""
    assert merged({**BASE, "job": {**COLUMNS, "id": "bigint"}}, {**BASE, "job": {**COLUMNS, "c9": "uuid"}}) is None


def test_branches_that_change_one_object_alike_merge(merged) -> None:
    """There is nothing to decide."""
    assert merged({**BASE, "job": MORE}, {**BASE, "job": MORE}) == text({**BASE, "job": MORE})


def test_a_table_dropped_here_and_changed_there_conflicts(merged) -> None:
    """It would be gone without a word."""
    assert merged({k: v for k, v in BASE.items() if k != "job"}, {**BASE, "job": MORE}) is None


def test_two_new_tables_at_one_place_conflict(merged) -> None:
    """Git cannot know which comes first; whoever merges writes the file anew."""
    assert merged({**BASE, "kind": COLUMNS}, {**BASE, "link": COLUMNS}) is None
