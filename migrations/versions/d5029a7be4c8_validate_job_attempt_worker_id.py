"""validate job_attempt.worker_id

The scan happens here, under SHARE UPDATE EXCLUSIVE: rows are read and written meanwhile. It needs a
transaction of its own, else it would run under the lock of the revision before.

Revision ID: d5029a7be4c8
Revises: 8b6de20c5f17
Create Date: 2026-03-18 11:09:20

"""

from collections.abc import Sequence

from alembic import op

revision: str = "d5029a7be4c8"
down_revision: str | Sequence[str] | None = "8b6de20c5f17"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Check the rows that were there before the foreign key."""
    op.execute("ALTER TABLE job_attempt VALIDATE CONSTRAINT fk_job_attempt_worker_id_worker")


def downgrade() -> None:
    """Make the foreign key NOT VALID again; Postgres has no statement for it but drop and add."""
    op.drop_constraint(op.f("fk_job_attempt_worker_id_worker"), "job_attempt", type_="foreignkey")
    op.create_foreign_key(
        op.f("fk_job_attempt_worker_id_worker"),
        "job_attempt",
        "worker",
        ["worker_id"],
        ["id"],
        ondelete="SET NULL",
        postgresql_not_valid=True,
    )
