"""add job.max_attempts

A constant default is stored once, in the catalog: NOT NULL without a rewrite and without a scan. The CHECK
comes NOT VALID: written into ADD COLUMN, it would scan the table under ACCESS EXCLUSIVE.

Revision ID: 524cb5509d7b
Revises: 46db046eeb27
Create Date: 2026-05-05 15:33:26

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "524cb5509d7b"
down_revision: str | Sequence[str] | None = "46db046eeb27"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the column, and its CHECK for new rows."""
    op.add_column("job", sa.Column("max_attempts", sa.Integer(), server_default=sa.text("3"), nullable=False))
    op.create_check_constraint(
        op.f("ck_job_max_attempts_positive"), "job", "max_attempts > 0", postgresql_not_valid=True
    )


def downgrade() -> None:
    """Drop the column; its CHECK goes with it."""
    op.drop_column("job", "max_attempts")
