"""validate job.max_attempts

The scan, under SHARE UPDATE EXCLUSIVE and in a transaction of its own: rows are read and written meanwhile.

Revision ID: 47ff7f2a6cda
Revises: 524cb5509d7b
Create Date: 2026-05-05 15:36:04

"""

from collections.abc import Sequence

from alembic import op

revision: str = "47ff7f2a6cda"
down_revision: str | Sequence[str] | None = "524cb5509d7b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Check the rows that were there before the constraint."""
    op.execute("ALTER TABLE job VALIDATE CONSTRAINT ck_job_max_attempts_positive")


def downgrade() -> None:
    """Make the constraint NOT VALID again; Postgres has no statement for it but drop and add."""
    op.drop_constraint(op.f("ck_job_max_attempts_positive"), "job", type_="check")
    op.create_check_constraint(
        op.f("ck_job_max_attempts_positive"), "job", "max_attempts > 0", postgresql_not_valid=True
    )
