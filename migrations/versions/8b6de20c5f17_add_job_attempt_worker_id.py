"""add job_attempt.worker_id

The foreign key is added NOT VALID: it holds for new rows at once, and the rows that exist are not scanned
under this lock. They are NULL in the new column, so the next revision's VALIDATE cannot fail.

Revision ID: 8b6de20c5f17
Revises: c14d084f636b
Create Date: 2026-03-18 11:05:37

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "8b6de20c5f17"
down_revision: str | Sequence[str] | None = "c14d084f636b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the column, and its foreign key for new rows."""
    op.add_column("job_attempt", sa.Column("worker_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_job_attempt_worker_id_worker"),
        "job_attempt",
        "worker",
        ["worker_id"],
        ["id"],
        ondelete="SET NULL",
        postgresql_not_valid=True,
    )


def downgrade() -> None:
    """Drop the column; its foreign key goes with it."""
    op.drop_column("job_attempt", "worker_id")
