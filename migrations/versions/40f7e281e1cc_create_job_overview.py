"""create job_overview

A view for people who ask how the jobs are. Models cannot express it; the committed schema.sql guards it.

Revision ID: 40f7e281e1cc
Revises: 47ff7f2a6cda
Create Date: 2026-06-15 10:10:10

"""

from collections.abc import Sequence

from alembic import op

revision: str = "40f7e281e1cc"
down_revision: str | Sequence[str] | None = "47ff7f2a6cda"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# seconds: two integers can differ by more than an integer holds
CREATE_VIEW = """
CREATE VIEW job_overview AS
SELECT
    job.id,
    job.image,
    job.status,
    CAST(job.time_end AS bigint) - job.time_start AS seconds,
    (SELECT count(*) FROM job_attempt WHERE job_attempt.job_id = job.id) AS attempts,
    job.max_attempts
FROM job
WHERE job.deleted = 0
"""


def upgrade() -> None:
    """Create the view."""
    op.execute(CREATE_VIEW)


def downgrade() -> None:
    """Drop the view."""
    op.execute("DROP VIEW job_overview")
