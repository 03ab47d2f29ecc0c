"""The route `container`: an official Postgres image on a Docker engine, through testcontainers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec

from alembic_proof.errors import CouldNotVerify
from alembic_proof.provision.container import engine
from alembic_proof.provision.route import Log, Probe
from alembic_proof.provision.server import Request, Server

INSTALL = "pip install 'alembic-proof[containers]'"
NEWEST_MAJOR = 18


@dataclass(frozen=True)
class Image:
    """The image to start, and whether the engine has it."""

    name: str
    local: bool


def choose_image(request: Request) -> Image:
    """The image asked for, else the version asked for, else the newest that is here."""
    tags = engine.local_tags()
    if request.image:
        return Image(request.image, engine.has_image(request.image))
    here = [tag for tag in tags if request.version in (None, engine.major_of(tag))]
    if here:
        # the plain tag `postgres:17` before `postgres:17-alpine`
        best = max(here, key=lambda tag: (engine.major_of(tag) or 0, -len(tag)))
        return Image(best, True)
    return Image(f"postgres:{request.version or NEWEST_MAJOR}", False)


def may_pull(request: Request) -> bool:
    """A pull can take minutes: only on demand, or in CI, where nobody has images at hand."""
    return request.route == "container" or bool(os.environ.get("CI"))


def probe(request: Request) -> Probe:
    """Whether an engine answers and has (or may fetch) the image; nothing slow is imported for it."""
    try:
        engine.ping()
        image = choose_image(request)
    except engine.NoEngine as error:
        return Probe(False, str(error), "start Docker, or set DOCKER_HOST")
    if find_spec("testcontainers") is None:
        return Probe(False, "the package testcontainers is not installed", INSTALL)
    if image.local:
        return Probe(True, f"container of {image.name}")
    if may_pull(request):
        return Probe(True, f"container of {image.name}, which is to be pulled")
    return Probe(False, f"image {image.name} is not here", f"docker pull {image.name}, or --postgres container")


def ready_image(request: Request) -> Image:
    """The image to start, or the reason why none can be."""
    looked = probe(request)
    if not looked.usable:
        raise CouldNotVerify(f"no Postgres container: {looked.text}", looked.hint)
    return choose_image(request)


@contextmanager
def start(request: Request, log: Log) -> Iterator[Server]:
    """A server in a container, for the time of the with-block."""
    image = ready_image(request)
    from alembic_proof.provision.container import postgres  # takes half a second: it imports SQLAlchemy

    with postgres.serve(image.name, image.local, request.version, log) as server:
        yield server


def keep(request: Request, home: str, log: Log) -> Server:
    """A server in a container that stays until it is discarded."""
    image = ready_image(request)
    from alembic_proof.provision.container import postgres

    return postgres.keep(image.name, image.local, request.version, home, log)


def is_running(identity: str) -> bool:
    """Whether a container runs; quick, as `db url` asks it."""
    try:
        status, body = engine.ask(f"/containers/{identity}/json")
        return status == 200 and bool(json.loads(body)["State"]["Running"])
    except (engine.NoEngine, ValueError, KeyError):
        return False


def discard(identity: str) -> None:
    """Remove a kept container."""
    from alembic_proof.provision.container import postgres

    postgres.discard(identity)
