"""create worker

The branch `workers` starts here, beside the branch `status`: two features in the making at one time. Only
one of the two adds columns to `job`, so the order in which they run makes no difference to the schema.

Revision ID: 3a29c9abba65
Revises: f7f13667ad49
Create Date: 2026-03-09 10:21:55

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "3a29c9abba65"
down_revision: str | Sequence[str] | None = "f7f13667ad49"
branch_labels: str | Sequence[str] | None = ("workers",)
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "worker",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slots", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("worker_pkey")),
        sa.UniqueConstraint("name", name=op.f("uq_worker_name")),
        sa.CheckConstraint("slots > 0", name=op.f("ck_worker_slots_positive")),
        comment="Machines that run jobs",
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("worker")
