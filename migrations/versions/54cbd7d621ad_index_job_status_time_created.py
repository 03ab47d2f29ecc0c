"""index job.status and time_created

The scheduler asks for the oldest jobs in a given status. The table is busy, so the index is
built CONCURRENTLY, which refuses to run in a transaction: see 6c3f81e9d045.

Revision ID: 54cbd7d621ad
Revises: 3f746faed2db
Create Date: 2026-03-24 09:02:17

"""

from collections.abc import Sequence

from alembic import op

revision: str = "54cbd7d621ad"
down_revision: str | Sequence[str] | None = "3f746faed2db"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Build the index while the table is read and written."""
    with op.get_context().autocommit_block():
        # it waits for older transactions, and nobody waits for it
        op.execute("SET lock_timeout = 0")
        # a build that failed leaves an INVALID index, which IF NOT EXISTS alone would keep
        op.drop_index(
            op.f("ix_job_status_time_created"),
            table_name="job",
            postgresql_concurrently=True,
            if_exists=True,
        )
        op.create_index(
            op.f("ix_job_status_time_created"),
            "job",
            ["status", "time_created"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    """Drop the index while the table is read and written."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        op.drop_index(
            op.f("ix_job_status_time_created"),
            table_name="job",
            postgresql_concurrently=True,
            if_exists=True,
        )
        op.execute("RESET lock_timeout")
