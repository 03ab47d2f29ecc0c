"""A quick look at the Docker engine over its socket: a dead one is known in a second, not in a minute."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import ssl
import struct
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

DEFAULT = "unix:///var/run/docker.sock"
LOOK_SECONDS = 1.0
TAG = re.compile(r"(?:docker\.io/)?(?:library/)?postgres:(\d+)(?:\.\d+)?(?:-[\w.-]+)?")


class NoEngine(Exception):
    """No Docker engine answers; the text says where and why."""


class SocketConnection(HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=LOOK_SECONDS)
        self.path = path

    def connect(self) -> None:
        """Connect to the socket instead of a port."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(LOOK_SECONDS)
        self.sock.connect(self.path)


def address() -> str:
    """Where the engine is: DOCKER_HOST, else docker's current context, else the usual socket."""
    return os.environ.get("DOCKER_HOST") or context_address() or DEFAULT


def context_address() -> str | None:
    """The engine of the context that `docker context use` chose."""
    folder = Path(os.environ.get("DOCKER_CONFIG") or "~/.docker")
    try:
        folder = folder.expanduser()
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        name = os.environ.get("DOCKER_CONTEXT") or config.get("currentContext") or "default"
        key = hashlib.sha256(name.encode()).hexdigest()
        meta = json.loads((folder / "contexts/meta" / key / "meta.json").read_text(encoding="utf-8"))
        host: str = meta["Endpoints"]["docker"]["Host"]
    except (OSError, ValueError, KeyError, RuntimeError):
        return None
    return host


def connection() -> HTTPConnection:
    """A connection to the engine, not yet opened."""
    where = urlsplit(address())
    if where.scheme == "unix":
        return SocketConnection(where.path)
    if where.scheme not in ("tcp", "http", "https") or not where.hostname:
        raise NoEngine(f"a Docker engine at {where.scheme}:// cannot be looked at")
    if os.environ.get("DOCKER_TLS_VERIFY") or where.scheme == "https":
        return HTTPSConnection(where.hostname, where.port or 2376, timeout=LOOK_SECONDS, context=certificates())
    return HTTPConnection(where.hostname, where.port or 2375, timeout=LOOK_SECONDS)


def certificates() -> ssl.SSLContext:
    """TLS as the docker command does it."""
    folder = Path(os.environ.get("DOCKER_CERT_PATH") or "~/.docker").expanduser()
    try:
        context = ssl.create_default_context(cafile=folder / "ca.pem")
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    except OSError as error:
        raise NoEngine(f"the certificates for Docker in {folder} cannot be read: {error}") from None
    return context


def ask(path: str) -> tuple[int, bytes]:
    """One GET; its status and body."""
    link = connection()
    try:
        link.request("GET", path)
        answer = link.getresponse()
        return answer.status, answer.read()
    except TimeoutError:
        raise NoEngine(f"the Docker engine at {address()} does not answer within {LOOK_SECONDS:.0f} s") from None
    except FileNotFoundError:
        raise NoEngine(f"no Docker engine at {address()}") from None
    except (OSError, HTTPException) as error:
        raise NoEngine(f"the Docker engine at {address()} cannot be reached: {error}") from None
    finally:
        link.close()


def ping() -> None:
    """Raise NoEngine unless an engine answers."""
    status, body = ask("/_ping")
    if status != 200 or body.strip() != b"OK":
        raise NoEngine(f"what answers at {address()} is not a Docker engine (status {status})")


def local_tags() -> list[str]:
    """The official Postgres images that the engine has."""
    status, body = ask("/images/json")
    if status != 200:
        raise NoEngine(f"the Docker engine at {address()} does not list its images (status {status})")
    images: list[dict[str, Any]] = json.loads(body)
    tags = [tag for image in images for tag in image.get("RepoTags") or []]
    return [tag for tag in tags if major_of(tag) is not None]


def major_of(tag: str) -> int | None:
    """The major version that a tag of the official image promises."""
    found = TAG.fullmatch(tag)
    return int(found[1]) if found else None


def has_image(name: str) -> bool:
    """Whether the engine has an image."""
    return ask(f"/images/{quote(name, safe='/:@')}/json")[0] == 200


def plain(stream: bytes) -> str:
    """The text of an attached stream: each piece comes behind a header with its length."""
    text = b""
    while len(stream) >= 8:
        (length,) = struct.unpack(">L", stream[4:8])
        text += stream[8 : 8 + length]
        stream = stream[8 + length :]
    return text.decode(errors="replace")


def logs(identity: str, lines: int) -> str:
    """The last lines that a container said."""
    status, body = ask(f"/containers/{identity}/logs?stdout=1&stderr=1&tail={lines}")
    return plain(body) if status == 200 else ""
