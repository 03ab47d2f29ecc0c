"""A Postgres container that dies with us; the only module that imports testcontainers and docker.

The lifeline: the container's first process is a shell that runs the image's own entrypoint and ends when its
standard input does. The engine closes that input when our attached connection breaks, so the container ends
within a second of us, however we end, and the engine removes it. One that was created and never started is
removed by the next run, by the owner that its label names.
"""

from __future__ import annotations

import json
import os
import secrets
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from ipaddress import IPv4Network, ip_network
from typing import Any

import docker.errors
import requests.exceptions
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import ConnectionMode, testcontainers_config
from testcontainers.core.docker_client import DockerClient

from alembic_proof.errors import CouldNotVerify
from alembic_proof.provision.connection import connected, wait_for
from alembic_proof.provision.container import engine
from alembic_proof.provision.container.handshake import answers
from alembic_proof.provision.local import SUPERUSER
from alembic_proof.provision.owner import Owner, alive, this_process
from alembic_proof.provision.route import Log
from alembic_proof.provision.server import Endpoint, Server

LABEL = "alembic-proof.owner"
KEPT_LABEL = "alembic-proof.kept"
WAIT_SECONDS = 30.0
GONE_SECONDS = 10.0
OLD_SECONDS = 24 * 3600
# the shell is process 1: when it ends, the kernel ends everything else in the container
LIFELINE = 'exec 3<&0; "$@" </dev/null 3<&- & server=$!; { read -r _ <&3; kill -9 $server; } & wait $server'
FLAGS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off")
DEFAULT_DATA = "/var/lib/postgresql/data"
ERRORS = (docker.errors.DockerException, requests.exceptions.RequestException)


class Attaching(DockerClient):
    """Attaches to a container before it starts: a moment later, our death would go unnoticed."""

    lifeline: Any = None
    output: Any = None

    def start(self, container: Any) -> None:
        """Attach, then start."""
        if container.attrs["Config"]["OpenStdin"]:
            self.lifeline = container.attach_socket(params={"stdin": 1, "stream": 1})
        self.output = container.attach_socket(params={"stdout": 1, "stderr": 1, "stream": 1})
        super().start(container)

    def close(self) -> None:
        """Let go of the container; with the lifeline it ends."""
        self.hang_up()
        if self.lifeline is not None:
            cut(self.lifeline)
            self.lifeline = None
        self.client.close()

    def hang_up(self) -> None:
        """Stop listening: output that nobody reads would hold up the server."""
        if self.output is not None:
            cut(self.output)
            self.output = None


def cut(stream: Any) -> None:
    """End an attached connection now: closing alone leaves it open, and the server waits for a reader."""
    with suppress(OSError), socket.socket(fileno=os.dup(stream.fileno())) as link:
        link.shutdown(socket.SHUT_RDWR)
    # docker-py keeps the HTTP answer there; unclosed, it complains when it is collected
    response = getattr(stream, "_response", None)
    if response is not None:
        response.close()
    stream.close()


class Container(PostgresContainer):
    """testcontainers' Postgres with a quick start, a quick failure, and no life after ours (unless kept)."""

    def __init__(self, image: str, kept: str | None) -> None:
        secret = secrets.token_hex(16)
        super().__init__(image, username=SUPERUSER, password=secret, dbname=SUPERUSER, driver=None)
        self._docker.client.close()
        self._docker = self.attaching = Attaching()
        self.said = b""
        config = self.attaching.client.images.get(self.image).attrs["Config"]
        self.with_tmpfs_mount(data_volume(config))
        self.with_env("POSTGRES_INITDB_ARGS", "--no-sync")
        self.with_command(server_command(config))
        published: Any = (publish_address(self.attaching), None)
        self.ports = {"5432/tcp": published}
        self.with_kwargs(**(lifeline(config) if kept is None else {"labels": {KEPT_LABEL: kept}}))

    def _connect(self) -> None:
        """Wait until the server answers; its end is an error at once, with what it said."""
        deadline = time.monotonic() + WAIT_SECONDS
        host, port = self.get_container_host_ip(), None
        while time.monotonic() < deadline:
            if not self.listen(0.02):
                raise CouldNotVerify(f"the container of {self.image} ended at once; {self.last_words()}")
            port = port or self.published_port()
            if port and answers(host, port):
                self.attaching.hang_up()
                return
        raise CouldNotVerify(
            f"the container of {self.image} did not answer within {WAIT_SECONDS:.0f} s; {self.last_words()}"
        )

    def listen(self, seconds: float) -> bool:
        """Gather what the container says for a moment; False at its end."""
        output = self.attaching.output.fileno()
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([output], [], [], left)[0]:
                break
            block = os.read(output, 65536)
            if not block:
                return False
            self.said += block
        return True

    def last_words(self) -> str:
        """The last lines of the container's log, for a message."""
        said = [line for line in engine.plain(self.said).splitlines() if line.strip()][-10:]
        return "it said last:\n" + "\n".join(said) if said else "it said nothing"

    def get_container_host_ip(self) -> str:
        """Where to connect; `localhost` may mean ::1 first, where nothing is published."""
        host: str = super().get_container_host_ip()
        return "127.0.0.1" if host == "localhost" else host

    def published_port(self) -> int | None:
        """The port to connect to, once the engine has published it."""
        if not self.attaching.get_connection_mode().use_mapped_port:
            return 5432
        with suppress(ConnectionError, docker.errors.APIError):
            return int(self.attaching.port(self.get_container_id(), 5432))
        return None

    def stop(self, force: bool = True, delete_volume: bool = True) -> None:
        """Remove the container and wait until it is gone; the engine may be removing it already."""
        container, self._container = self._container, None
        try:
            if container is not None:
                remove(container, force, delete_volume)
        finally:
            self.attaching.close()


def data_volume(config: dict[str, Any]) -> str:
    """The folder of the data: which one, changed with 18; it is the volume that holds PGDATA."""
    variables = dict(entry.split("=", 1) for entry in config.get("Env") or [] if "=" in entry)
    data = variables.get("PGDATA", DEFAULT_DATA)
    volumes = [volume for volume in config.get("Volumes") or {} if f"{data}/".startswith(f"{volume}/")]
    return max(volumes, key=len, default=DEFAULT_DATA)


def server_command(config: dict[str, Any]) -> list[str]:
    """The image's own command with our options: some images preload libraries there."""
    return [*(config.get("Cmd") or ["postgres"]), *(word for flag in FLAGS for word in ("-c", flag))]


def lifeline(config: dict[str, Any]) -> dict[str, Any]:
    """What makes a container end with us."""
    return {
        "entrypoint": ["sh", "-c", LIFELINE, "alembic-proof", *(config.get("Entrypoint") or [])],
        "stdin_open": True,
        "auto_remove": True,
        "labels": {LABEL: json.dumps(asdict(this_process()))},
    }


def publish_address(client: DockerClient) -> str:
    """The narrowest address of the engine's host that we can reach: never a port for the whole network."""
    mode = client.get_connection_mode()
    if mode == ConnectionMode.docker_host and client.host() in ("localhost", "127.0.0.1", "::1"):
        return "127.0.0.1"
    if mode == ConnectionMode.gateway_ip:
        return bridge_address(client.client.networks.get("bridge").attrs["IPAM"]["Config"] or [])
    return ""


def bridge_address(pools: list[dict[str, str]]) -> str:
    """The engine's own address on its bridge; where it does not say, it is the first of the subnet."""
    for pool in pools:
        subnet = ip_network(pool["Subnet"], strict=False)
        if isinstance(subnet, IPv4Network):
            return pool.get("Gateway") or str(subnet.network_address + 1)
    return ""


def remove(container: Any, force: bool = True, volumes: bool = True) -> None:
    """Remove a container and wait until it is gone."""
    with suppress(docker.errors.NotFound):
        try:
            container.remove(force=force, v=volumes)
        except docker.errors.APIError as error:
            if error.status_code != 409:  # it is being removed by the engine
                raise
        deadline = time.monotonic() + GONE_SECONDS
        while time.monotonic() < deadline:
            container.reload()
            time.sleep(0.02)


def sweep(client: Any, log: Log) -> None:
    """Remove containers whose owner is dead; of another machine's we know only the age."""
    for container in client.containers.list(all=True, filters={"label": LABEL}, ignore_removed=True):
        if is_left_over(container):
            log(f"removing container {container.short_id}, left by a run that was killed")
            with suppress(*ERRORS):
                remove(container)


def is_left_over(container: Any) -> bool:
    """Whether nobody needs a container of ours any more."""
    try:
        running = alive(Owner(**json.loads(container.labels[LABEL])))
        created = datetime.fromisoformat(container.attrs["Created"].split(".")[0].rstrip("Z")).replace(tzinfo=UTC)
    except (ValueError, TypeError, KeyError):
        return False
    if running is None:
        return container.status != "running" and time.time() - created.timestamp() > OLD_SECONDS
    return not running


@contextmanager
def without_ryuk() -> Iterator[None]:
    """The container has its own lifeline; a project's own use of testcontainers keeps its reaper."""
    before = testcontainers_config.ryuk_disabled
    testcontainers_config.ryuk_disabled = True
    try:
        yield
    finally:
        testcontainers_config.ryuk_disabled = before


@contextmanager
def explained(image: str) -> Iterator[None]:
    """Turn what Docker raises into one sentence."""
    try:
        yield
    except docker.errors.ImageNotFound as error:
        raise CouldNotVerify(*unpullable(image, error)) from None
    except ERRORS as error:
        raise CouldNotVerify(
            f"the container of {image} could not be started: {one_line(error)}",
            "Try `docker run` by hand, or choose another route with --postgres",
        ) from error


def unpullable(image: str, error: Exception) -> tuple[str, str]:
    """Message and hint for an image that cannot be had."""
    return (
        f"image {image} is not here and cannot be pulled: {one_line(error)}",
        "Check its name with --image and the network, or `docker pull` it beforehand",
    )


def one_line(error: Exception) -> str:
    """What an engine said, without what docker-py says around it."""
    return " ".join(str(getattr(error, "explanation", None) or error).split())[:300]


def pull(client: Any, image: str, log: Log) -> None:
    """Fetch an image."""
    log(f"pulling image {image}")
    name, _, tag = image.rpartition(":") if ":" in image.rpartition("/")[2] else (image, "", "latest")
    try:
        client.images.pull(name, tag=tag)
    except ERRORS as error:
        raise CouldNotVerify(*unpullable(image, error)) from None


def launch(image: str, local: bool, log: Log, kept: str | None = None) -> Container:
    """A running container whose server answers."""
    with without_ryuk(), explained(image):
        client = DockerClient().client
        try:
            sweep(client, log)
            if not local:
                pull(client, image, log)
        finally:
            client.close()
        container = Container(image, kept)
        try:
            return container.start()
        except BaseException:
            container.stop()
            raise


def describe(container: Container, image: str) -> Server:
    """The value for a started container."""
    port = container.published_port() or 5432
    host = container.get_container_host_ip()
    admin = Endpoint(host, port, SUPERUSER, container.password, SUPERUSER)
    version = wait_for(lambda: version_of(admin))
    why = f"PostgreSQL {version // 10000}.{version % 10000} in a container of {image} (container)"
    return Server(admin, version, "container", why, owned=True, container=container.get_container_id())


async def version_of(admin: Endpoint) -> int:
    """The version that the server itself states."""
    async with connected(admin) as session:
        version: int = await session.fetchval("SELECT current_setting('server_version_num')::int")
    return version


def check_version(server: Server, image: str, wanted: int | None) -> None:
    """An image may hold another version than was asked for."""
    if wanted not in (None, server.major):
        raise CouldNotVerify(
            f"image {image} holds Postgres {server.major}, not {wanted}",
            "Make --image and --postgres-version agree",
        )


@contextmanager
def serve(image: str, local: bool, wanted: int | None, log: Log) -> Iterator[Server]:
    """A server in a container for the time of the with-block."""
    container = launch(image, local, log)
    try:
        server = describe(container, image)
        check_version(server, image, wanted)
        yield server
    finally:
        with suppress(*ERRORS):
            container.stop()


def keep(image: str, local: bool, wanted: int | None, home: str, log: Log) -> Server:
    """A server in a container that stays; an older one of the same checkout goes."""
    client = DockerClient().client
    with explained(image):
        for old in client.containers.list(all=True, filters={"label": f"{KEPT_LABEL}={home}"}):
            remove(old)
    client.close()
    kept = launch(image, local, log, kept=home)
    try:
        server = describe(kept, image)
        check_version(server, image, wanted)
    except BaseException:
        kept.stop()
        raise
    kept.attaching.close()
    return server


def discard(identity: str) -> None:
    """Remove a kept container, by its id."""
    client = DockerClient().client
    try:
        with suppress(docker.errors.NotFound):
            remove(client.containers.get(identity))
    finally:
        client.close()
