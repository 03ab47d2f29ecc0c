"""Puts Postgres' programs where the server's user can run them: our cache, else the run's own folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from alembic_proof.errors import CouldNotVerify
from alembic_proof.provision import guardian
from alembic_proof.provision.binaries import Binaries


def cache_folder(chosen: Path | None) -> Path | None:
    """The folder for cached binaries and data directories; None where none can be written."""
    folder = chosen or default_cache()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    except OSError:
        return None
    # absolute, but with links as they are: macOS' temporary folder is a link, and its target is longer
    return folder.absolute() if os.access(folder, os.W_OK) else None


def default_cache() -> Path:
    """The user's cache folder; root's is one that the server's user can reach."""
    if os.geteuid() == 0:
        return Path("/var/cache/alembic-proof")
    if sys.platform == "darwin":
        return Path("~/Library/Caches/alembic-proof").expanduser()
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(base) if base.startswith("/") else Path("~/.cache").expanduser()) / "alembic-proof"
    except RuntimeError:  # no HOME and no entry in the user database
        return Path("/nonexistent/alembic-proof")


def reachable(path: Path) -> bool:
    """Whether any user may enter all folders on the way and read what is there."""
    try:
        ways = [stat.S_IMODE(parent.stat().st_mode) & stat.S_IXOTH for parent in path.resolve().parents]
        readable = stat.S_IMODE(path.stat().st_mode) & stat.S_IROTH
    except OSError:
        return False
    return all(ways) and bool(readable)


def usable(binaries: Binaries, cache: Path | None, user: int | None) -> Binaries:
    """The same binaries, unpacked and reachable by the user that the server runs as."""
    if binaries.archive:
        return unpacked(binaries, binaries.archive, cache)
    if user is None or reachable(binaries.bin_dir / "postgres"):
        return binaries
    return copied(binaries, cache)


def required_cache(cache: Path | None, root_needs: bool) -> Path:
    """The cache, where there is no way without it."""
    if cache is None or (root_needs and not reachable(cache)):
        raise CouldNotVerify(
            "Postgres' programs must be copied to a cache folder first, and there is none that can be used",
            "Make the cache folder writable; as root take one that every user can enter",
        )
    return cache


def unpacked(binaries: Binaries, archive: Path, cache: Path | None) -> Binaries:
    """The programs of an archive, unpacked once into the cache."""
    stem = archive.name.removesuffix(".tar.gz")
    target = slot(required_cache(cache, os.geteuid() == 0), f"{archive}:{archive.stat().st_mtime_ns}")

    def fill(private: str) -> None:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(private, filter="data")
        open_to_all(Path(private))

    publish_once(target, fill)
    root = target / stem
    return replace(binaries, bin_dir=root / "bin", archive=None, library_path=root / "lib")


def copied(binaries: Binaries, cache: Path | None) -> Binaries:
    """A copy of the programs with the folders beside them, in the layout that their library paths expect."""
    base = Path(os.path.commonpath([tree.parent for tree in binaries.trees] or [binaries.bin_dir.parent]))
    trees = binaries.trees or (binaries.bin_dir.parent,)
    changed = (binaries.bin_dir / "postgres").stat().st_mtime_ns
    target = slot(required_cache(cache, True), f"{binaries.bin_dir}:{binaries.version}:{changed}")

    def fill(private: str) -> None:
        for tree in trees:
            shutil.copytree(tree, Path(private) / tree.relative_to(base), symlinks=True)
        open_to_all(Path(private))

    publish_once(target, fill)
    return replace(binaries, bin_dir=target / binaries.bin_dir.relative_to(base))


def open_to_all(root: Path) -> None:
    """Let every user read and run what root copied, whatever umask made it."""
    for path in (root, *root.rglob("*")):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if not path.is_symlink():
            path.chmod(mode | (0o555 if mode & stat.S_IXUSR else 0o444))


def slot(cache: Path, identity: str) -> Path:
    """The cache entry for a set of programs."""
    folder = cache / "bin"
    folder.mkdir(exist_ok=True, mode=0o755)
    return folder / hashlib.sha256(identity.encode()).hexdigest()[:16]


def publish_once(target: Path, fill: Callable[[str], None]) -> None:
    """Fill a cache entry, unless it is there already."""
    if target.is_dir():
        return
    with guardian.locked(f"{target}.lock"):
        if not target.is_dir():
            guardian.publish(str(target), fill)
