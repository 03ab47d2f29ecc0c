"""The migration environment: which database the revisions run on, and how.

The URL comes from the environment variable DATABASE_URL, else from `sqlalchemy.url` in alembic.ini. A caller
that holds a connection hands it over in `config.attributes["connection"]` (an AsyncEngine, an Engine or a
Connection), as pytest-alembic does; then no URL is looked at.
"""

import asyncio
import os
from logging.config import fileConfig

from alembic import context
from alembic.util import CommandError
from models import Base
from sqlalchemy import Connection, pool
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

config = context.config

# A statement that waits for a lock makes everybody behind it wait as well, so give up soon and let the
# deployment try again. Set when the session starts, not in the revisions: a `SET LOCAL` is gone
# after the first autocommit block.
SESSION_SETTINGS = {"lock_timeout": "2s", "application_name": "alembic"}


def database_url() -> URL:
    """The URL to migrate, with the driver that this environment uses."""
    given = os.environ.get("DATABASE_URL") or config.get_main_option("sqlalchemy.url")
    if not given:
        raise CommandError(
            "No database to migrate: set the environment variable DATABASE_URL, "
            "such as postgresql://user:password@localhost/jobs, or sqlalchemy.url in alembic.ini"
        )
    url = make_url(given)
    if url.drivername not in {"postgres", "postgresql", "postgresql+asyncpg"}:
        raise CommandError(f"DATABASE_URL names {url.drivername}: this schema is for postgresql:// only")
    url = url.set(drivername="postgresql+asyncpg")
    # libpq's name of the option, which hosted databases put into their URLs; asyncpg calls it `ssl`
    if sslmode := url.query.get("sslmode"):
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": sslmode})
    return url


def migrate(connection: Connection) -> None:
    """Run the revisions on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        # Each revision commits by itself: its locks end with it, and a VALIDATE does not run
        # under the ACCESS EXCLUSIVE lock of the revision before.
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_async(engine: AsyncEngine) -> None:
    """Run the revisions on a connection of an asynchronous engine."""
    async with engine.connect() as connection:
        await connection.run_sync(migrate)


async def migrate_url(url: URL) -> None:
    """Run the revisions on a connection of our own."""
    engine = create_async_engine(url, poolclass=pool.NullPool, connect_args={"server_settings": SESSION_SETTINGS})
    await migrate_async(engine)


def run_online() -> None:
    """Migrate what was handed over, else the database that the URL names."""
    given = config.attributes.get("connection")
    if given is None:
        asyncio.run(migrate_url(database_url()))
    elif isinstance(given, AsyncEngine):
        asyncio.run(migrate_async(given))
    elif isinstance(given, Connection):
        migrate(given)
    else:
        # an Engine, or what pytest-alembic wraps around a connection to look like one
        with given.connect() as connection:
            migrate(connection)


def run_offline() -> None:
    """Print the SQL instead of running it (`alembic upgrade head --sql`); needs no database."""
    context.configure(
        dialect_name="postgresql",
        target_metadata=Base.metadata,
        literal_binds=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if config.config_file_name is not None:
    # keep the loggers that exist: pytest's capture and the application's own
    fileConfig(config.config_file_name, disable_existing_loggers=False)

if context.is_offline_mode():
    run_offline()
else:
    run_online()
