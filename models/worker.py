"""The machines that run jobs."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Identity, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Worker(Base):
    """A machine that runs up to `slots` jobs at once."""

    __tablename__ = "worker"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("slots > 0", name="slots_positive"),
        {"comment": "Machines that run jobs"},
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    name: Mapped[str]
    slots: Mapped[int] = mapped_column(server_default=text("1"))
    registered_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
