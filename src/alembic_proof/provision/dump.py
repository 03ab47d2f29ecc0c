"""pg_dump of the server's own version: another's eyes on the same schema, where they are at hand."""

from __future__ import annotations

import asyncio
import os
import shutil

from alembic_proof.provision.scratch import ScratchDatabase
from alembic_proof.provision.server import Endpoint, Server

SECONDS = 120.0


async def dump(server: Server, database: ScratchDatabase, *leave_out: str) -> str | None:
    """The schema as pg_dump writes it, without the relations or schemas named; None where there is no pg_dump.

    A container's runs inside it, so that client and server are of one version.
    """
    command = _command(server, database.admin)
    if command is None:
        return None
    secret = {"PGPASSWORD": database.admin.password} if database.admin.password else {}
    process = await asyncio.create_subprocess_exec(
        *command,
        "--schema-only",
        *leave_out,
        env={**_environment(), **secret},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        out, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    return out.decode("utf-8", "replace") if process.returncode == 0 else None


def _command(server: Server, end: Endpoint) -> list[str] | None:
    if server.container:
        docker = shutil.which("docker")
        inside = ["pg_dump", "-h", "127.0.0.1", "-U", end.user, "-d", end.database]
        return [docker, "exec", "-e", "PGPASSWORD", server.container, *inside] if docker else None
    program = server.bin_dir / "pg_dump" if server.bin_dir else None
    if program is None or not os.access(program, os.X_OK):
        return None
    return [str(program), "-h", end.host, "-p", str(end.port), "-U", end.user, "-d", end.database]


def _environment() -> dict[str, str]:
    """Nothing of the user's PG* variables; docker needs to know where its engine is."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PG")}
