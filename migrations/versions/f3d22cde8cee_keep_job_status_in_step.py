"""keep job.status in step with phase

Code that knows only `phase` goes on running while this is deployed. The trigger fills `status` for it, so
that no row without a status appears behind the back of the revision that fills the old ones.

Revision ID: f3d22cde8cee
Revises: 4edb8b61410f
Create Date: 2026-03-10 09:31:48

"""

from collections.abc import Sequence

from alembic import op

revision: str = "f3d22cde8cee"
down_revision: str | Sequence[str] | None = "4edb8b61410f"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The value is cast by the assignment, so the function names nothing that search_path could change.
CREATE_FUNCTION = """
CREATE FUNCTION job_status_from_phase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IS NULL
       OR (NEW.phase IS DISTINCT FROM OLD.phase AND NEW.status IS NOT DISTINCT FROM OLD.status) THEN
        NEW.status := CASE lower(NEW.phase)
            WHEN 'queued' THEN 'queued'
            WHEN 'processing' THEN 'running'
            WHEN 'completed' THEN 'succeeded'
            WHEN 'error' THEN 'failed'
            ELSE 'unknown'
        END;
    END IF;
    RETURN NEW;
END
$$
"""
CREATE_TRIGGER = """
CREATE TRIGGER job_status_from_phase BEFORE INSERT OR UPDATE ON job
FOR EACH ROW EXECUTE FUNCTION job_status_from_phase()
"""


def upgrade() -> None:
    """Create the function and its trigger."""
    op.execute(CREATE_FUNCTION)
    op.execute(CREATE_TRIGGER)


def downgrade() -> None:
    """Drop the trigger, then the function that it calls."""
    op.execute("DROP TRIGGER job_status_from_phase ON job")
    op.execute("DROP FUNCTION job_status_from_phase()")
