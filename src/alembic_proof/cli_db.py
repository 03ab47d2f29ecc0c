"""`alembic-proof db`: a development Postgres for this checkout, which stays until it is stopped."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from alembic_proof.errors import UsageError
from alembic_proof.provision import kept
from alembic_proof.provision.server import Request
from alembic_proof.settings import load_server_settings


@click.group()
def db() -> None:
    """A development Postgres for this checkout."""


@db.command()
@click.option("--postgres", help="auto, container, embedded or installed.")
@click.option("--postgres-version", type=int, help="Major version, such as 17.")
@click.option("--image", help="Image for the container.")
def start(**flags: Any) -> None:
    """Start it, if it does not run, and print its URL."""
    wanted = load_server_settings(Path.cwd(), flags)
    if wanted.postgres == "url" or "://" in wanted.postgres:
        raise UsageError("a server named by URL is not ours to keep", "use its own tools, or --postgres embedded")
    request = Request(route=wanted.postgres, version=wanted.postgres_version, image=wanted.image)
    running = kept.start(request, Path.cwd(), lambda text: click.echo(text, err=True))
    click.echo(running.app.url())


@db.command()
@click.option("--driver", help="Driver for the scheme, such as asyncpg.")
def url(driver: str | None) -> None:
    """Print its URL."""
    click.echo(_running().app.url(f"postgresql+{driver}" if driver else "postgresql"))


@db.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """Open psql on it; arguments are psql's."""
    command, env = kept.psql_command(_running())
    os.execvpe(command[0], [*command, *arguments], {**os.environ, **env})  # noqa: S606  its own arguments


@db.command()
def stop() -> None:
    """Stop it and delete its data."""
    click.echo("stopped" if kept.stop(Path.cwd()) else "not running", err=True)


def _running() -> kept.Kept:
    found = kept.find(Path.cwd())
    if found is None:
        raise UsageError("no development server runs for this folder", "alembic-proof db start")
    return found
