"""Runs every revision of an Alembic project on a real Postgres and shows, with evidence, what is wrong."""

__version__ = "0.1.0.dev0"
