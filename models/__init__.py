"""What the schema of the job service should be.

Every module is imported here: a model that nobody imports is missing from the metadata, and autogenerate
would propose to drop its table. `migrations/env.py` imports this package and nothing below it.
"""

from models.base import Base
from models.job import Job, JobStatus
from models.job_attempt import JobAttempt
from models.job_event import JobEvent
from models.worker import Worker

__all__ = ["Base", "Job", "JobAttempt", "JobEvent", "JobStatus", "Worker"]
