"""validate that job.status is present

The scan, under SHARE UPDATE EXCLUSIVE and in a transaction of its own: rows are read and written meanwhile.

Revision ID: b91ba615f641
Revises: e667a286fbb0
Create Date: 2026-03-16 13:24:51

"""

from collections.abc import Sequence

from alembic import op

revision: str = "b91ba615f641"
down_revision: str | Sequence[str] | None = "e667a286fbb0"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Check the rows that were there before the constraint."""
    op.execute("ALTER TABLE job VALIDATE CONSTRAINT ck_job_status_present")


def downgrade() -> None:
    """Make the constraint NOT VALID again; Postgres has no statement for it but drop and add."""
    op.drop_constraint(op.f("ck_job_status_present"), "job", type_="check")
    op.create_check_constraint(op.f("ck_job_status_present"), "job", "status IS NOT NULL", postgresql_not_valid=True)
