"""backfill job.status

One UPDATE of the whole table would hold its row locks until the end and write all of it in one transaction.
This one goes by primary key, a batch a transaction, and goes on where it stopped when it is run again.

Revision ID: 21e50c169f3e
Revises: f3d22cde8cee
Create Date: 2026-03-12 07:45:00

"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "21e50c169f3e"
down_revision: str | Sequence[str] | None = "f3d22cde8cee"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BATCH_ROWS = 5_000
BEFORE_FIRST_ID = -(2**31) - 1

# Any update of a row makes the trigger fill a missing status: what a phase means is said there, once.
FILL_BATCH = sa.text("""
WITH batch AS (
    SELECT id FROM job WHERE id > CAST(:after AS bigint) ORDER BY id LIMIT :rows
), filled AS (
    UPDATE job SET phase = job.phase FROM batch WHERE job.id = batch.id AND job.status IS NULL
)
SELECT max(id) FROM batch
""")
FILL_ALL = "UPDATE job SET phase = phase WHERE status IS NULL"


def upgrade() -> None:
    """Fill the rows that are older than the trigger."""
    if op.get_context().as_sql:
        # offline there is nobody to say where a batch ends
        op.execute(FILL_ALL)
        return
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        after: int | None = BEFORE_FIRST_ID
        while after is not None:
            after = connection.scalar(FILL_BATCH, {"after": after, "rows": BATCH_ROWS})
        op.execute("ANALYZE job (status)")


def downgrade() -> None:
    """Nothing to undo: no schema changed, and the values go with the column two revisions below."""
