"""check that job.status is present

The road to NOT NULL: SET NOT NULL scans the table under ACCESS EXCLUSIVE, unless a valid CHECK has already
proven what it asks for. NOT VALID holds for new rows at once and scans nothing.

Revision ID: e667a286fbb0
Revises: 21e50c169f3e
Create Date: 2026-03-16 13:20:09

"""

from collections.abc import Sequence

from alembic import op

revision: str = "e667a286fbb0"
down_revision: str | Sequence[str] | None = "21e50c169f3e"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Refuse new rows without a status."""
    op.create_check_constraint(op.f("ck_job_status_present"), "job", "status IS NOT NULL", postgresql_not_valid=True)


def downgrade() -> None:
    """Drop the constraint."""
    op.drop_constraint(op.f("ck_job_status_present"), "job", type_="check")
