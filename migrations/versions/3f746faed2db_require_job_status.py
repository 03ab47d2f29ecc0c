"""require job.status

The valid CHECK proves that there is nothing to scan. It is dropped afterwards in a statement of its own: in
the same ALTER TABLE it would prove nothing, and the scan would be back.

Revision ID: 3f746faed2db
Revises: b91ba615f641
Create Date: 2026-03-23 08:15:30

"""

from collections.abc import Sequence

from alembic import op

revision: str = "3f746faed2db"
down_revision: str | Sequence[str] | None = "b91ba615f641"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the column NOT NULL, then drop the CHECK that says the same."""
    op.alter_column("job", "status", nullable=False)
    op.drop_constraint(op.f("ck_job_status_present"), "job", type_="check")


def downgrade() -> None:
    """Bring the valid CHECK back first, so that a row without a status never gets in."""
    # the scan below commits, so a second attempt finds what the first one left
    op.drop_constraint(op.f("ck_job_status_present"), "job", type_="check", if_exists=True)
    op.create_check_constraint(op.f("ck_job_status_present"), "job", "status IS NOT NULL", postgresql_not_valid=True)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE job VALIDATE CONSTRAINT ck_job_status_present")
    op.alter_column("job", "status", nullable=True)
