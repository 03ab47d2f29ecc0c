"""The project under test, as its own `alembic` command would see it: Config, script directory, search path."""

from __future__ import annotations

import configparser
import contextlib
import importlib
import importlib.util
import inspect
import os
import sys

from . import history


class Unusable(Exception):
    """The project cannot be read; `hint` is the way out."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def load_config(job: dict):
    """Alembic's Config: from a function of the project's, or from its ini file, as the command line builds it."""
    for folder in (job["folder"],):
        if folder not in sys.path:
            sys.path.append(folder)  # projects without prepend_sys_path are run as `python -m alembic`
    config = _config_from_function(job) if job.get("config_function") else _config_from_ini(job)
    options = config.cmd_opts or _options(job, "upgrade", "heads")
    config.cmd_opts = options
    options.x = list(job.get("x") or []) or None
    return config


def _config_from_function(job: dict):
    config = load_object(job["config_function"])()
    if not hasattr(config, "get_main_option"):
        raise Unusable(
            "{} returned {!r}, not an alembic Config".format(job["config_function"], type(config).__name__),
            "return an alembic.config.Config",
        )
    return config


def _options(job: dict, *command: str):
    from alembic.config import CommandLine

    arguments = ["-n", job["section"]] + [part for x in job.get("x") or [] for part in ("-x", x)]
    return CommandLine().parser.parse_args([*arguments, *command])


def _config_from_ini(job: dict):
    from alembic.config import Config

    path = job["config"]
    os.chdir(working_folder(path, job["section"], job["folder"]))
    pyproject = os.path.join(os.path.dirname(path), "pyproject.toml")
    extra: dict = {}
    if "toml_file" in inspect.signature(Config.__init__).parameters and os.path.exists(pyproject):
        extra["toml_file"] = pyproject  # [tool.alembic], since Alembic 1.16
    return Config(
        file_=path,
        ini_section=job["section"],
        cmd_opts=_options(job, "upgrade", "heads"),
        **extra,
    )


def working_folder(ini: str, section: str, folder: str) -> str:
    """Where `script_location` means something: where the user is, else beside the ini file."""
    parser = configparser.ConfigParser({"here": os.path.dirname(os.path.abspath(ini))}, interpolation=None)
    parser.read(ini, encoding="utf-8")
    if section != "alembic" and not parser.has_section(section):
        raise Unusable("no section [{}] in {}".format(section, ini), "-n names a section of the ini file")
    location = parser.get(section, "script_location", fallback=None)
    beside = os.path.dirname(os.path.abspath(ini))
    if location and ":" not in location and "%(" not in location and not os.path.isabs(location):
        if not os.path.isdir(os.path.join(folder, location)):
            return beside
        return folder
    return beside


@contextlib.contextmanager
def offline(config):
    """As the command line with --sql, for an env.py that asks its options."""
    config.cmd_opts.sql = True
    try:
        yield
    finally:
        config.cmd_opts.sql = False


def load_object(name: str):
    """`package.module:attribute.attribute`, imported."""
    module, _, path = name.partition(":")
    found = importlib.import_module(module)
    for attribute in path.split(".") if path else []:
        found = getattr(found, attribute)
    return found


def script_directory(config, more: "list[str] | None" = None):
    """Alembic's ScriptDirectory, with what is wrong said in one sentence; `more` are further folders of revisions."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(config)
    if more:
        script.version_locations = [*history.version_folders(script), *more]
    env = os.path.join(script.dir, "env.py")
    if not os.path.exists(env):
        raise Unusable("no env.py in {}".format(script.dir), "point script_location at the migration environment")
    return script


def use_placeholder_url(config, target: dict) -> None:
    """Where the ini file holds no usable URL, one that is; where it leads does not matter, all are redirected."""
    section = config.get_section(config.config_ini_section, {}) or {}
    current = section.get("sqlalchemy.url")
    if current and not current.startswith("driver://"):
        return
    if current is None and "sqlalchemy.url" not in _env_source(config):
        return  # env.py looks elsewhere; an unexpected URL could only change what it does
    driver = "asyncpg" if "async_engine" in _env_source(config) else _installed_driver()
    if driver:
        url = "postgresql+{}://{}@localhost/{}".format(driver, target["user"], target["database"])
        config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))


def _env_source(config) -> str:
    from alembic.script import ScriptDirectory

    path = os.path.join(ScriptDirectory.from_config(config).dir, "env.py")
    try:
        with open(path, encoding="utf-8") as handle:
            return handle.read()
    except OSError:
        return ""


def _installed_driver() -> "str | None":
    for name in ("psycopg", "psycopg2", "asyncpg", "pg8000"):
        if importlib.util.find_spec(name):
            return name
    return None
