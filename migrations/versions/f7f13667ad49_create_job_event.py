"""create job_event

The table is new and empty, so its foreign key and its index are made with it: nothing is scanned. Creating
the foreign key still locks writers of `job` out for a moment (SHARE ROW EXCLUSIVE), dropping the table
locks everybody out of it (ACCESS EXCLUSIVE); lock_timeout, set by env.py, bounds the wait for both.

Revision ID: f7f13667ad49
Revises: fd23b24f6f9a
Create Date: 2026-02-17 14:03:10

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "f7f13667ad49"
down_revision: str | Sequence[str] | None = "fd23b24f6f9a"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the child table with its foreign key."""
    op.create_table(
        "job_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("job_event_pkey")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_event_job_id_job"), ondelete="CASCADE"),
    )
    op.create_index(op.f("ix_job_event_job_id"), "job_event", ["job_id"])


def downgrade() -> None:
    """Drop the table; its index and its sequence go with it."""
    op.drop_table("job_event")
