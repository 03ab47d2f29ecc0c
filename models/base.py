"""The declarative base: one MetaData, and the names of constraints and indexes."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

# Without a convention the models leave names to the server and revisions cannot address them: a downgrade
# that drops an unnamed constraint raises. The primary key follows Postgres' own habit (`job_pkey`).
NAMING_CONVENTION = {
    "pk": "%(table_name)s_pkey",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class Base(DeclarativeBase):
    """Every model derives from this class, so that one MetaData knows the whole schema."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
