"""The job: a container image that somebody asked to be run."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class JobStatus(StrEnum):
    """Where a job stands; the order is the order of the values in the database."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Job(Base):
    """One request to run `image`; times are seconds since the epoch.

    The columns stand in the order of the table. New ones go to the end, where a revision can add them.
    `status` replaces the free text of `phase`; until no code writes `phase` any more, a trigger (see the
    migrations, models cannot express it) fills `status` for writers that do not know it.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("max_attempts > 0", name="max_attempts_positive"),
        # the scheduler's question: the oldest jobs in a given status
        Index(None, "status", "time_created"),
    )

    job_info: Mapped[str | None]
    email: Mapped[str | None]
    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str | None]
    run_id: Mapped[str | None]
    phase: Mapped[str | None]
    type: Mapped[str | None]
    image: Mapped[str]
    command: Mapped[str | None]
    time_created: Mapped[int | None]
    time_start: Mapped[int | None]
    time_end: Mapped[int | None]
    deleted: Mapped[int]
    user_agent: Mapped[str]
    status: Mapped[JobStatus] = mapped_column(
        Enum(JobStatus, name="job_status", values_callable=lambda values: [value.value for value in values]),
        comment="Where the job stands; replaces phase",
    )
    max_attempts: Mapped[int] = mapped_column(server_default=text("3"))
