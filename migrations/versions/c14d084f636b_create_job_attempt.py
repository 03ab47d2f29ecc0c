"""create job_attempt

The worker of an attempt comes in the next revision, so that each of them locks one live table only.

Revision ID: c14d084f636b
Revises: 3a29c9abba65
Create Date: 2026-03-11 16:40:02

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "c14d084f636b"
down_revision: str | Sequence[str] | None = "3a29c9abba65"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table; its unique constraint also serves the foreign key."""
    op.create_table(
        "job_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("job_attempt_pkey")),
        sa.UniqueConstraint("job_id", "number", name=op.f("uq_job_attempt_job_id_number")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_attempt_job_id_job"), ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("job_attempt")
