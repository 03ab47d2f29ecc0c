"""Rows on their way through the history: what is filled, what is refused, and that nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from models import JobStatus
from pytest_alembic.runner import MigrationContext
from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

# the fixture `sql`: a statement and its parameters give rows
Sql = Callable[..., list[Row[Any]]]

CREATE_JOB = "fd23b24f6f9a"
ADD_STATUS = "4edb8b61410f"
KEEP_IN_STEP = "f3d22cde8cee"
BACKFILL = "21e50c169f3e"

COLUMNS = (
    "job_info, email, id, job_id, run_id, phase, type, image, command, "
    "time_created, time_start, time_end, deleted, user_agent"
)
FINGERPRINT = f"SELECT count(*), md5(string_agg(ROW({COLUMNS})::text, ';' ORDER BY id)) FROM job"
STATUSES = "SELECT status::text, count(*) FROM job GROUP BY status ORDER BY job.status"
# more than two batches of the backfill
MANY = 12_000
INSERT_MANY = """
INSERT INTO job (job_info, phase, image, command, time_created, deleted, user_agent)
SELECT repeat('é', n % 7), (ARRAY['queued', 'PROCESSING', 'Completed', 'error', '?', NULL])[n % 6 + 1],
       'image:' || n, NULLIF(n % 3, 0), n, n % 2, ''
FROM generate_series(1, :many) AS n
"""
INSERT = "INSERT INTO job (phase, image, deleted, user_agent) VALUES (:phase, 'image', 0, 'test') RETURNING id"


def status_of(sql: Sql, job: int) -> str | None:
    """The status of one job."""
    [(status,)] = sql("SELECT status::text FROM job WHERE id = :job", job=job)
    return status


def test_rows_survive_the_way_up_and_down(alembic_runner: MigrationContext, sql: Sql) -> None:
    alembic_runner.migrate_up_to(CREATE_JOB)
    sql(INSERT_MANY, many=MANY)
    # the ends of what an id can be, where a walk by primary key could miss one
    sql("UPDATE job SET id = -2147483648 WHERE id = 1")
    sql("UPDATE job SET id = 2147483647 WHERE id = 2")
    before = sql(FINGERPRINT)

    alembic_runner.raw_command("upgrade", "head")
    assert sql(FINGERPRINT) == before
    each = MANY // 6
    assert sql(STATUSES) == [
        ("queued", each),
        ("running", each),
        ("succeeded", each),
        ("failed", each),
        ("unknown", 2 * each),
    ]

    alembic_runner.raw_command("downgrade", CREATE_JOB)
    assert sql(FINGERPRINT) == before


def test_backfill_of_an_empty_table(alembic_runner: MigrationContext, sql: Sql) -> None:
    alembic_runner.raw_command("upgrade", BACKFILL)
    assert sql(STATUSES) == []


def test_backfill_goes_on_where_it_stopped(alembic_runner: MigrationContext, sql: Sql) -> None:
    alembic_runner.raw_command("upgrade", ADD_STATUS)
    sql(INSERT_MANY, many=12)
    sql("UPDATE job SET status = 'failed' WHERE id <= 3")
    alembic_runner.raw_command("upgrade", BACKFILL)
    # what somebody has set stays; the rest is filled
    assert sql(STATUSES) == [
        ("queued", 2),
        ("running", 1),
        ("succeeded", 1),
        ("failed", 4),
        ("unknown", 4),
    ]


def test_enum_has_the_values_of_the_model(alembic_runner: MigrationContext, sql: Sql) -> None:
    alembic_runner.raw_command("upgrade", "head")
    values = sql("SELECT unnest(enum_range(NULL::job_status))::text")
    assert [value for (value,) in values] == [status.value for status in JobStatus]


def test_enum_goes_with_its_revision(alembic_runner: MigrationContext, sql: Sql) -> None:
    alembic_runner.raw_command("upgrade", ADD_STATUS)
    alembic_runner.raw_command("downgrade", CREATE_JOB)
    assert sql("SELECT typname FROM pg_type WHERE typname = 'job_status'") == []
    alembic_runner.raw_command("upgrade", ADD_STATUS)


@pytest.mark.parametrize("revision", [KEEP_IN_STEP, "head"])
def test_code_that_knows_only_phase_goes_on_working(alembic_runner: MigrationContext, sql: Sql, revision: str) -> None:
    alembic_runner.raw_command("upgrade", revision)
    [(job,)] = sql(INSERT, phase="QUEUED")
    assert status_of(sql, job) == "queued"
    sql("UPDATE job SET phase = 'COMPLETED' WHERE id = :job", job=job)
    assert status_of(sql, job) == "succeeded"
    sql("UPDATE job SET time_end = 1 WHERE id = :job", job=job)
    assert status_of(sql, job) == "succeeded"


def test_code_that_writes_status_is_not_overruled(alembic_runner: MigrationContext, sql: Sql) -> None:
    alembic_runner.raw_command("upgrade", "head")
    [(job,)] = sql(INSERT, phase="QUEUED")
    sql("UPDATE job SET phase = 'COMPLETED', status = 'failed' WHERE id = :job", job=job)
    assert status_of(sql, job) == "failed"
    # and a status cannot be taken away: the trigger puts one in its place
    sql("UPDATE job SET status = NULL WHERE id = :job", job=job)
    assert status_of(sql, job) == "succeeded"


def test_what_the_schema_refuses(alembic_runner: MigrationContext, sql: Sql) -> None:
    alembic_runner.raw_command("upgrade", "head")
    [(job,)] = sql(INSERT, phase=None)
    with pytest.raises(IntegrityError, match="ck_job_max_attempts_positive"):
        sql("UPDATE job SET max_attempts = 0 WHERE id = :job", job=job)
    with pytest.raises(IntegrityError, match="fk_job_attempt_worker_id_worker"):
        sql("INSERT INTO job_attempt (job_id, number, worker_id) VALUES (:job, 1, 99)", job=job)


def test_children_follow_their_parents(alembic_runner: MigrationContext, sql: Sql) -> None:
    alembic_runner.raw_command("upgrade", "head")
    [(job,)] = sql(INSERT, phase="QUEUED")
    [(worker,)] = sql("INSERT INTO worker (name) VALUES ('ada') RETURNING id")
    sql("INSERT INTO job_event (job_id, kind) VALUES (:job, 'queued')", job=job)
    sql(
        "INSERT INTO job_attempt (job_id, number, worker_id) VALUES (:job, 1, :worker)",
        job=job,
        worker=worker,
    )
    sql("UPDATE job SET time_start = -2147483648, time_end = 2147483647")
    [overview] = sql("SELECT seconds, attempts, max_attempts FROM job_overview")
    assert overview == (2**32 - 1, 1, 3)
    sql("DELETE FROM worker")
    assert sql("SELECT worker_id FROM job_attempt") == [(None,)]
    sql("DELETE FROM job")
    assert sql("SELECT FROM job_attempt") == []
    assert sql("SELECT FROM job_event") == []


def test_nothing_half_done_is_left_at_head(alembic_runner: MigrationContext, sql: Sql) -> None:
    alembic_runner.raw_command("upgrade", "head")
    assert sql("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid") == []
    assert sql("SELECT conname FROM pg_constraint WHERE NOT convalidated") == []


def test_an_invalid_index_is_built_again(alembic_runner: MigrationContext, sql: Sql) -> None:
    # what a failed CREATE INDEX CONCURRENTLY leaves behind; marking one by hand needs a superuser
    alembic_runner.raw_command("upgrade", "3f746faed2db")
    sql("CREATE INDEX ix_job_status_time_created ON job (deleted)")
    alembic_runner.raw_command("upgrade", "54cbd7d621ad")
    [(definition,)] = sql("SELECT pg_get_indexdef('ix_job_status_time_created'::regclass)")
    assert definition.endswith("(status, time_created)")
