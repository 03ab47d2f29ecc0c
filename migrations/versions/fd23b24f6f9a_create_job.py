"""create job

The first revision: the table that the job service was born with.

Revision ID: fd23b24f6f9a
Revises:
Create Date: 2026-02-03 09:12:41

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "fd23b24f6f9a"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "job",
        sa.Column("job_info", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("phase", sa.String(), nullable=True),
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("image", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=True),
        sa.Column("time_created", sa.Integer(), nullable=True),
        sa.Column("time_start", sa.Integer(), nullable=True),
        sa.Column("time_end", sa.Integer(), nullable=True),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("job_pkey")),
    )


def downgrade() -> None:
    """Drop the table; its sequence goes with it."""
    op.drop_table("job")
