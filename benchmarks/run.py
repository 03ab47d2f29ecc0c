"""Time a plain upgrade, `alembic-proof verify` and `review`, and pytest-alembic's four default tests, interleaved.

For example `python benchmarks/run.py --revisions 10 100 300 --rounds 3`. All run as commands of their
own on fresh scratch databases of one server; the figures are seconds of wall, medians over the rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urlsplit

import asyncpg
from generate import DRIVERS, write_project

from alembic_proof.provision import provide
from alembic_proof.provision.server import Endpoint, Request

# of `verify`: 0 is clean, 1 is findings; of pytest: only 0 means that all four tests ran and passed
NO_REPORT = -1
FINISHED = {"upgrade": (0,), "verify": (0, 1), "measured": (0, 1), "pytest-alembic": (0,)}
FINISHED |= {"branch": (0, 1), "review": (0, 1)}


@dataclass(frozen=True)
class Scene:
    """What is measured: one project on one server, and the folder of the commands."""

    project: Path
    server: Endpoint
    scripts: Path

    def command(self, name: str) -> str:
        """A command of the interpreter that runs this."""
        return str(self.scripts / name)


@dataclass
class Series:
    """The times of one kind of work; `failure` is the first output that was none of success."""

    seconds: list[float] = field(default_factory=list)
    failure: str = ""

    def middle(self) -> float | None:
        """The median, or None where nothing ran to its end."""
        return median(self.seconds) if self.seconds else None


def administer(server: Endpoint, *statements: str) -> None:
    """Run statements in the server's maintenance database."""

    async def go() -> None:
        # not by URL: asyncpg takes the URL's host before a socket directory in its query
        connection = await asyncpg.connect(
            host=server.host,
            port=server.port,
            user=server.user,
            password=server.password or None,
            database="postgres",
        )
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(go())


@contextmanager
def scratch(server: Endpoint) -> Iterator[str]:
    """A fresh database; yields its URL."""
    name = f"bench_{os.getpid()}"
    administer(server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    try:
        yield server.at(name).url()
    finally:
        administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def timed(command: list[str], scene: Scene, url: str) -> tuple[float, subprocess.CompletedProcess[str]]:
    """Run a command in the project's folder."""
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONDONTWRITEBYTECODE": ""}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=scene.project, env=environment, capture_output=True, text=True, check=False)
    return time.perf_counter() - start, done


def upgrade(scene: Scene) -> tuple[float, subprocess.CompletedProcess[str]]:
    """(a) `alembic upgrade head` on an empty database."""
    with scratch(scene.server) as url:
        return timed([scene.command("alembic"), "upgrade", "head"], scene, url)


def verify(scene: Scene, *chosen: str, name: str = "verify") -> tuple[float, subprocess.CompletedProcess[str]]:
    """(b) `alembic-proof verify`, which makes its own databases; its URL for the project leads nowhere.

    Nothing is under test for what it does to a database in use, or what is chosen.
    """
    command = [scene.command("alembic-proof"), name, "-c", str(scene.project / "alembic.ini")]
    result = scene.project.parent / "verify.json"
    result.unlink(missing_ok=True)
    command += chosen or ["--since", "head"]
    command += ["--postgres", scene.server.at("postgres").url(), "--format", f"json={result}"]
    seconds, done = timed(command, scene, "postgresql://nobody@127.0.0.1:1/nowhere")
    if done.returncode == 1 and not result.exists():
        done.returncode = NO_REPORT
    return seconds, done


def measured(scene: Scene) -> tuple[float, subprocess.CompletedProcess[str]]:
    """(d) As (b), with every revision measured on tables with rows."""
    return verify(scene, "--since", "base")


def branch(scene: Scene) -> tuple[float, subprocess.CompletedProcess[str]]:
    """(e) As (b), with the newest revision measured: it is a branch's own."""
    return verify(scene, "--base", "main")


def review(scene: Scene) -> tuple[float, subprocess.CompletedProcess[str]]:
    """(f) `alembic-proof review` of the same branch."""
    return verify(scene, "--base", "main", name="review")


def pytest_alembic(scene: Scene) -> tuple[float, subprocess.CompletedProcess[str]]:
    """(c) pytest-alembic's four default tests, by an engine with a pool where the driver allows it."""
    options = ["-q", "-p", "no:alembic_proof", "-p", "no:cacheprovider", "--rootdir", str(scene.project)]
    with scratch(scene.server) as url:
        return timed([scene.command("pytest"), *options, "test_migrations.py"], scene, url)


WORK: dict[str, Callable[[Scene], tuple[float, subprocess.CompletedProcess[str]]]] = {
    "upgrade": upgrade,
    "verify": verify,
    "measured": measured,
    "pytest-alembic": pytest_alembic,
    "branch": branch,
    "review": review,
}


def measure(scene: Scene, names: list[str], rounds: int) -> dict[str, Series]:
    """All kinds of work in turn, so many rounds; a first upgrade, not counted, compiles the files."""
    upgrade(scene)
    series = {name: Series() for name in names}
    for _ in range(rounds):
        for name in names:
            seconds, done = WORK[name](scene)
            if done.returncode in FINISHED[name]:
                series[name].seconds.append(seconds)
            elif not series[name].failure:
                lines = (done.stderr or done.stdout).strip().splitlines()
                series[name].failure = f"exit {done.returncode}: {lines[-1] if lines else 'no output'}"
    return series


def report(revisions: int, driver: str, series: dict[str, Series]) -> None:
    """Print the medians and the ratios."""
    middles = {name: one.middle() for name, one in series.items()}
    print(f"{revisions} revisions, {driver}")
    for name, one in series.items():
        times = "  ".join(f"{seconds:.2f}" for seconds in one.seconds)
        middle = middles[name]
        shown = "failed" if middle is None else f"{middle:.2f} s"
        print(f"  {name:<16}{shown:>9}   {times}{one.failure}")
    for other in ("upgrade", "pytest-alembic"):
        ours, theirs = middles.get("verify"), middles.get(other)
        if ours is not None and theirs is not None:
            print(f"  verify / {other}: {ours / theirs:.2f}")
    for mine, other in (("measured", "verify"), ("review", "branch")):
        ours, theirs = middles.get(mine), middles.get(other)
        if ours is not None and theirs is not None:
            print(f"  {mine} / {other}: {ours / theirs:.2f}")


def commit_as_branch(project: Path) -> None:
    """All but the newest revision on `main`, and that one on a branch."""
    newest = max((project / "migrations" / "versions").glob("*.py"))
    source = newest.read_bytes()
    newest.unlink()
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "init.defaultBranch=main")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "main"), ("switch", "-qc", "branch")):
        subprocess.run(["git", *identity, *words], cwd=project, check=True)
    newest.write_bytes(source)


def endpoint(url: str) -> Endpoint:
    """The server at a URL."""
    parts = urlsplit(url)
    return Endpoint(
        host=parts.hostname or "localhost",
        port=parts.port or 5432,
        user=unquote(parts.username or "postgres"),
        password=unquote(parts.password or ""),
        database="postgres",
    )


@contextmanager
def server(url: str | None, route: str) -> Iterator[Endpoint]:
    """A server of our own, or the one at the URL."""
    if url:
        yield endpoint(url)
        return
    with provide(Request(route=route)) as provided:
        print(provided.why)
        yield provided.admin


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--revisions", type=int, nargs="+", default=[300])
    parser.add_argument("--driver", choices=sorted(DRIVERS), default="psycopg")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=list(WORK), nargs="+", default=list(WORK))
    parser.add_argument("--route", default="auto", help="the route of the server that is provided")
    parser.add_argument("--server", help="postgresql://user:password@host:port of a server to use instead")
    options = parser.parse_args()
    scripts = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder, server(options.server, options.route) as chosen:
        for revisions in options.revisions:
            project = Path(folder) / f"project_{revisions}"
            write_project(project, revisions=revisions, driver=options.driver)
            commit_as_branch(project)
            scene = Scene(project, chosen, scripts)
            report(revisions, options.driver, measure(scene, options.only, options.rounds))


if __name__ == "__main__":
    main()
