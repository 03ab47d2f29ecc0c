"""`alembic-proof post`: the comment on a pull request, by a job that never ran the pull request's code."""

from __future__ import annotations

import os
from pathlib import Path

import click

from alembic_proof.errors import UsageError
from alembic_proof.post import post as bring
from alembic_proof.post.comment import is_key
from alembic_proof.post.event import number_of, read_event
from alembic_proof.post.github import connect


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--pr", metavar="NUMBER", help="The pull request; must be the one of the event (default).")
@click.option("--key", default="default", show_default=True, help="Tells the comments of several histories apart.")
def post(file: Path, pr: str | None, key: str) -> None:
    """Post FILE, made by --format markdown=FILE, as the comment on a pull request; edit it in place ever after.

    Reads GitHub's event and variables, and the token from GITHUB_TOKEN. FILE may come from a run of anybody's code:
    it is made inert. Where it is missing, a comment that is there says so. Prints the comment's URL.
    """
    if not is_key(key):
        raise UsageError("--key is letters, digits, `.`, `_` and single `-`, at most 60")
    posted = bring(connect(os.environ), read_event(os.environ), file, key, number_of(pr))
    click.echo(posted.what, err=True)
    if posted.url:
        click.echo(posted.url)
