"""index job_attempt.worker_id

Without it, deleting a worker scans every attempt. CREATE INDEX CONCURRENTLY refuses to run in
a transaction: the revision holds the autocommit block and nothing else, and may be run again when it fails.

Revision ID: 6c3f81e9d045
Revises: d5029a7be4c8
Create Date: 2026-03-19 08:30:00

"""

from collections.abc import Sequence

from alembic import op

revision: str = "6c3f81e9d045"
down_revision: str | Sequence[str] | None = "d5029a7be4c8"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Build the index while the table is read and written."""
    with op.get_context().autocommit_block():
        # it waits for older transactions, and nobody waits for it
        op.execute("SET lock_timeout = 0")
        # a build that failed leaves an INVALID index, which IF NOT EXISTS alone would keep
        op.drop_index(
            op.f("ix_job_attempt_worker_id"),
            table_name="job_attempt",
            postgresql_concurrently=True,
            if_exists=True,
        )
        op.create_index(
            op.f("ix_job_attempt_worker_id"),
            "job_attempt",
            ["worker_id"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Drop the index while the table is read and written."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        op.drop_index(
            op.f("ix_job_attempt_worker_id"),
            table_name="job_attempt",
            postgresql_concurrently=True,
            if_exists=True,
        )
        op.execute("RESET lock_timeout")
