"""merge workers and status

Both features are done: one head again, and nothing to do but that.

Revision ID: 46db046eeb27
Revises: 6c3f81e9d045, 54cbd7d621ad
Create Date: 2026-04-01 12:00:00

"""

from collections.abc import Sequence

revision: str = "46db046eeb27"
down_revision: str | Sequence[str] | None = ("6c3f81e9d045", "54cbd7d621ad")
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Nothing to do: a merge point."""


def downgrade() -> None:
    """Nothing to undo: a merge point."""
