"""add job.status

The branch `status` starts here. `phase` is free text; an enum shall replace it. To change the type of
`phase` would rewrite the table under ACCESS EXCLUSIVE and break the code that runs today, so a second
column takes over step by step: add, keep in step, fill, require, and (in a later release) drop `phase`.

Revision ID: 4edb8b61410f
Revises: f7f13667ad49
Create Date: 2026-03-10 09:00:13

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "4edb8b61410f"
down_revision: str | Sequence[str] | None = "f7f13667ad49"
branch_labels: str | Sequence[str] | None = ("status",)
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the type and the nullable column; neither reads a row."""
    # add_column does not create the type, and drop_column does not drop it: both are said here
    op.execute("CREATE TYPE job_status AS ENUM ('queued', 'running', 'succeeded', 'failed', 'unknown')")
    op.add_column(
        "job",
        sa.Column(
            "status",
            postgresql.ENUM(name="job_status", create_type=False),
            nullable=True,
            comment="Where the job stands; replaces phase",
        ),
    )


def downgrade() -> None:
    """Drop the column and then its type."""
    op.drop_column("job", "status")
    op.execute("DROP TYPE job_status")
