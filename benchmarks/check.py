"""Prove on a real Postgres that a generated project is what the benchmark takes it for.

Every revision: up, down, up, with the schema's dump compared; at the end the models' create_all against the
migrated schema. Slow (two dumps a revision): for whoever changes the generator.

For example `python benchmarks/check.py /tmp/project/alembic.ini --server postgresql://postgres@localhost`.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationStep
from alembic.script import Script, ScriptDirectory

# what models cannot express, and Alembic's own table
UNMODELLED = """
DO $$ DECLARE stmt text; BEGIN
  FOR stmt IN
    SELECT format('DROP VIEW %I', relname) FROM pg_class
    WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT format('DROP FUNCTION %I CASCADE', proname) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
  LOOP EXECUTE stmt; END LOOP;
END $$;
DROP TABLE alembic_version;
"""


def database(server: sa.URL, name: str) -> sa.URL:
    """A new empty database of the server."""
    admin = sa.create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return server.set(database=name)


def dump(url: sa.URL, bin_dir: Path) -> str:
    """The schema, without the two lines that differ in each dump."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    command = [
        str(bin_dir / "pg_dump"),
        "--schema-only",
        "--exclude-table=alembic_version",
        f"--dbname={plain}",
    ]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "\n".join(line for line in text.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))


def step(config: Config, history: ScriptDirectory, revision: Script, *, up: bool) -> None:
    """Run one revision in one direction, by the project's own env.py."""
    make = MigrationStep.upgrade_from_script if up else MigrationStep.downgrade_from_script
    chosen = [make(history.revision_map, revision)]
    with EnvironmentContext(config, history, fn=lambda _heads, _context: chosen):
        history.run_env()


def walk(config: Config, url: sa.URL, bin_dir: Path) -> int:
    """Walk all revisions; returns how many downgrades did not restore the schema."""
    history = ScriptDirectory.from_config(config)
    wrong = 0
    before = dump(url, bin_dir)
    for revision in reversed(list(history.walk_revisions())):
        step(config, history, revision, up=True)
        after = dump(url, bin_dir)
        step(config, history, revision, up=False)
        restored = dump(url, bin_dir)
        step(config, history, revision, up=True)
        if restored != before:
            wrong += 1
            print(f"{revision.revision} {revision.doc}: the downgrade does not restore the schema")
        before = after
    return wrong


def same_as_models(config_file: Path, migrated: sa.URL, modelled: sa.URL, bin_dir: Path) -> bool:
    """Whether create_all gives the migrated schema."""
    spec = importlib.util.spec_from_file_location("models", config_file.parent / "models.py")
    assert spec is not None
    assert spec.loader is not None
    models = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(models)
    with sa.create_engine(modelled).begin() as connection:
        models.metadata.create_all(connection)
    with sa.create_engine(migrated).begin() as connection:
        connection.execute(sa.text(UNMODELLED))
    return dump(migrated, bin_dir) == dump(modelled, bin_dir)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--server", required=True, help="a URL that may create databases")
    parser.add_argument("--bin", type=Path, default=Path("/usr/lib/postgresql/15/bin"))
    options = parser.parse_args()
    server = sa.make_url(options.server).set(drivername="postgresql+psycopg")
    migrated, modelled = database(server, "bench_check"), database(server, "bench_models")
    os.environ["DATABASE_URL"] = migrated.render_as_string(hide_password=False)
    config = Config(options.config)
    wrong = walk(config, migrated, options.bin)
    history = ScriptDirectory.from_config(config)
    print(f"{wrong} wrong downgrades; heads {history.get_heads()}")
    same = same_as_models(options.config, migrated, modelled, options.bin)
    print(f"models equal the migrated schema: {same}")
    sys.exit(1 if wrong or not same else 0)


if __name__ == "__main__":
    main()
