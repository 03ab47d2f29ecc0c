"""What the example's revisions do to a database in use, as the whole tool tells it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from alembic_proof.effects import Effects
from alembic_proof.findings import Severity
from alembic_proof.report import Report
from alembic_proof.settings import load_settings
from alembic_proof.verify import verify

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Of a copy of the example, every revision a deploy of its own."""
    copy = tmp_path_factory.mktemp("example")
    for name in ("models", "migrations"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "alembic.ini", copy)
    return verify(load_settings(copy, {"since": "base", "python": sys.executable}))


def effects(report: Report, revision: str, part: str) -> list[Effects]:
    """Of the statements of a revision that say this."""
    passage = report.measured.of(revision)
    assert passage is not None
    return [s.effects for s in passage.statements if part in s.sql and s.effects]


def modes(found: Effects) -> list[str]:
    """The locks on tables."""
    return [lock.mode for lock in found.locks if lock.relation == lock.table]


def test_nothing_is_wrong_with_it(report: Report) -> None:
    """No error, no warning, nothing that could not be looked at but secrets of the row generator."""
    assert [f for f in report.open_findings if f.severity is not Severity.INFO] == []
    assert report.incomplete is None
    assert len(report.measured.passages) == len(report.revisions) == 18
    assert {p.rows for p in report.measured.passages} == {"all"}
    assert report.measured.unfilled == ()
    assert {p.way_back for p in report.measured.passages} == {"ok"}


def test_a_constraint_is_added_without_a_look_at_the_rows(report: Report) -> None:
    """NOT VALID: the lock is short, and nothing is read."""
    (added,) = effects(report, "e667a286fbb0", "ADD CONSTRAINT")
    assert (added.scanned, added.verified) == ((), ())


def test_its_validation_blocks_nobody(report: Report) -> None:
    """The rows are read while others read and write."""
    (validated,) = effects(report, "b91ba615f641", "VALIDATE")
    assert (validated.scanned, validated.blocked) == (("public.job",), ())
    assert modes(validated) == ["ShareUpdateExclusiveLock"]


def test_the_validated_constraint_is_the_proof_of_not_null(report: Report) -> None:
    """In the server's own words."""
    (set_not_null,) = effects(report, "3f746faed2db", "SET NOT NULL")
    assert set_not_null.proofs[0].startswith('existing constraints on column "job.status" are sufficient to prove')
    assert set_not_null.scanned == ()


@pytest.mark.parametrize("revision", ["54cbd7d621ad", "6c3f81e9d045"])
def test_indexes_are_built_while_others_write(report: Report, revision: str) -> None:
    """The lock is seen while the statement waits for it."""
    (built,) = effects(report, revision, "CREATE INDEX CONCURRENTLY")
    assert modes(built) == ["ShareUpdateExclusiveLock"]
    assert (len(built.built), built.blocked) == (1, ())


def test_the_backfill_goes_in_transactions_of_its_own(report: Report) -> None:
    """It writes the generated rows, outside of a transaction, and can be run again from everywhere."""
    batches = effects(report, "21e50c169f3e", "UPDATE")
    assert {e.autocommit for e in batches} == {True}
    assert sum(rows.updated for e in batches for rows in e.rows) > 0
    passage = report.measured.of("21e50c169f3e")
    assert passage is not None
    assert {(r.failure, r.invalid) for r in passage.reruns} == {(None, ())}


def test_old_code_works_on_the_new_schema(report: Report) -> None:
    """And the new code needs the migration first."""
    assert report.compatibility is not None
    assert report.compatibility.old_code_new_schema.said == "works"
    assert report.compatibility.new_code_old_schema.said.startswith("breaks")
