"""Settings as one value, merged from flag over environment over `[tool.alembic-proof]`; mistakes told together."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from alembic_proof.errors import UsageError


@dataclass(frozen=True)
class Accept:
    """A finding that somebody accepts: the rule, the object or revision it is about, why, and where it is said."""

    rule: str
    reason: str
    object: str | None = None
    revision: str | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Settings:
    """What to verify, on which Postgres, and what counts as wrong.

    `env` values of the form `scheme://` become the scratch database's URL with that scheme. `metadata`, `wrapper`
    and `config_function` are `package.module:attribute`, imported in the project's interpreter. `exclude` are patterns
    of tables that belong to other tools, `table` or `schema.table`: the models are not compared with them.
    `schema_file` is where `snapshot` writes the schema, by default `schema.sql` beside env.py. Revisions after `since`,
    or new since the branch left `base`, are judged by what they do to a database in use; `seed` puts the project's own
    rows into it, and `row_counts` is a file with the size of the tables in production.
    """

    folder: Path
    config: Path
    section: str = "alembic"
    python: str = ""
    postgres: str = "auto"
    postgres_version: int | None = None
    image: str | None = None
    x: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    metadata: tuple[str, ...] = ()
    config_function: str | None = None
    wrapper: str | None = None
    before_upgrade: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    schema_file: str | None = None
    since: str | None = None
    base: str | None = None
    seed: tuple[str, ...] = ()
    row_counts: str | None = None
    timeout: float = 300.0
    fail_on: str = "error"
    rules: Mapping[str, str] = field(default_factory=dict)
    accept: tuple[Accept, ...] = ()
    formats: tuple[str, ...] = ("terminal",)

    @property
    def env_for_project(self) -> dict[str, str]:
        """`env`, with a bare `scheme://` completed so that it is recognised as a URL to replace."""
        return {k: f"{v}scratch" if v.endswith("://") else v for k, v in self.env.items()}


_LISTS = ("metadata", "before_upgrade", "extensions", "exclude", "seed", "x", "formats")


def load_settings(folder: Path, flags: Mapping[str, Any]) -> Settings:
    """Settings of the project in `folder`; `flags` are the command line's, None where not given.

    Raises UsageError with every mistake in the configuration at once.
    """
    table = _table(folder)
    mistakes = _mistakes(table)
    if mistakes:
        raise UsageError("[tool.alembic-proof] in pyproject.toml: " + "; ".join(mistakes))
    flagged = _levels(flags.get("rules") or {})
    if flagged:
        raise UsageError("--rule: " + "; ".join(flagged))
    values = {_field(k): v for k, v in table.items()}
    values.update({k: v for k, v in flags.items() if v not in (None, (), {})})
    values["env"] = {**_env_file(folder, table), **table.get("env", {}), **dict(flags.get("env") or {})}
    values.pop("env_file", None)
    for name in _LISTS:
        if name in values:
            values[name] = _as_tuple(values[name])
    values["accept"] = tuple(Accept(**a) for a in table.get("accept", ()))
    values["rules"] = {**table.get("rules", {}), **dict(flags.get("rules") or {})}
    values["config"] = _config_path(folder, values.get("config"), bool(values.get("config_function")))
    values["python"] = _interpreter(folder, values.get("python"))
    values.update(_server(values, flags))
    return Settings(folder=folder, **values)


@dataclass(frozen=True)
class ServerSettings:
    """The part of the settings that is about the server."""

    postgres: str = "auto"
    postgres_version: int | None = None
    image: str | None = None


def load_server_settings(folder: Path, flags: Mapping[str, Any]) -> ServerSettings:
    """The server's settings alone; a project need not be there."""
    names = {f.name for f in fields(ServerSettings)}
    values = {_field(k): v for k, v in _table(folder).items() if _field(k) in names}
    values.update({k: v for k, v in flags.items() if v is not None})
    values.update(_server(values, flags))
    return ServerSettings(**values)


def _server(values: Mapping[str, Any], flags: Mapping[str, Any]) -> dict[str, Any]:
    """The server's settings: the flag, else the environment's, else the file's."""
    names = ("postgres", "postgres_version", "image")
    found = {n: flags.get(n) or os.environ.get(f"ALEMBIC_PROOF_{n.upper()}") or values.get(n) for n in names}
    version = found["postgres_version"]
    if version is not None and not str(version).isdigit():
        raise UsageError(f"Postgres version `{version}` is not a major version", "a number, such as 17")
    return {
        "postgres": str(found["postgres"] or "auto"),
        "postgres_version": None if version is None else int(version),
        "image": found["image"],
    }


def _table(folder: Path) -> dict[str, Any]:
    path = folder / "pyproject.toml"
    if not path.exists():
        return {}
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from error
    tool = document.get("tool", {})
    table = tool.get("alembic-proof", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise UsageError(f"{path}: alembic-proof is not a table", "begin a line with [tool.alembic-proof]")
    return table


def _field(key: str) -> str:
    return key.replace("-", "_")


_LEVELS = ("error", "warning", "info", "off")
_FAIL_ON = ("error", "warning", "never")
_WANTED: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "postgres_version": ("a number such as 17", lambda v: type(v) is int),
    "timeout": ("a number of seconds", lambda v: type(v) in (int, float) and v > 0),
    "fail_on": ("error, warning or never", lambda v: v in _FAIL_ON),
    "env": ("a table of texts", lambda v: _is_table(v, str)),
    "rules": ("a table of levels", lambda v: _is_table(v, str)),
    "accept": ("a list of tables", lambda v: _is_list(v, dict)),
    **dict.fromkeys(_LISTS, ("a text or a list of texts", lambda v: isinstance(v, str) or _is_list(v, str))),
}


def _is_list(value: Any, of: type) -> bool:
    return isinstance(value, list) and all(isinstance(v, of) for v in value)


def _is_table(value: Any, of: type) -> bool:
    return isinstance(value, dict) and all(isinstance(v, of) for v in value.values())


def _mistakes(table: Mapping[str, Any]) -> list[str]:
    known = {f.name for f in fields(Settings)} - {"folder"} | {"env_file"}
    found = []
    for key, value in table.items():
        wanted, is_right = _WANTED.get(_field(key), ("a text", lambda v: isinstance(v, str)))
        if _field(key) not in known:
            found.append(f"unknown key `{key}`")
        elif not is_right(value):
            found.append(f"`{key}` is {value!r}, not {wanted}")
        elif key == "accept":
            found += _incomplete(value)
        elif key == "rules":
            found += _levels(value)
    return found


def _incomplete(accepts: Sequence[Mapping[str, Any]]) -> list[str]:
    for accept in accepts:
        target = accept.get("object") or accept.get("revision")
        if not (accept.get("rule") and accept.get("reason") and target) or set(accept) - _ACCEPT:
            return ["every `accept` needs `rule`, `reason`, and `object` or `revision`"]
    return []


_ACCEPT = {"rule", "reason", "object", "revision"}


def _levels(rules: Mapping[str, str]) -> list[str]:
    return [f"rule `{n}` is `{v}`, not error, warning, info or off" for n, v in rules.items() if v not in _LEVELS]


def _as_tuple(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _config_path(folder: Path, given: str | Path | None, optional: bool) -> Path:
    path = folder / (given or "alembic.ini")
    if path.exists() or optional:
        return path.resolve()
    pyproject = folder / "pyproject.toml"
    if given is None and pyproject.exists() and "[tool.alembic]" in pyproject.read_text("utf-8"):
        return path.resolve()
    found = sorted(p for p in folder.glob("*/alembic.ini"))
    hint = (
        f"there is one in {found[0].parent.name}/: -c {found[0].relative_to(folder)}"
        if found
        else (
            'name it: -c path/to/alembic.ini; or build the Config in code: config-function = "package.module:function"'
        )
    )
    raise UsageError(f"no {path.name} in {path.parent}", hint)


def _interpreter(folder: Path, given: str | None) -> str:
    """The project's interpreter: as named, else of the active environment, else of the folder's `.venv`."""
    if given:
        path = Path(given) if Path(given).is_absolute() else folder / given
        if not path.is_file() or not os.access(path, os.X_OK):
            raise UsageError(f"no interpreter at {given}", "name the project's own: --python .venv/bin/python")
        return str(path)
    active = os.environ.get("VIRTUAL_ENV")
    for place in filter(None, (active, str(folder / ".venv") if sys.prefix == sys.base_prefix else None)):
        candidate = Path(place) / "bin" / "python"
        if candidate.exists():
            return str(candidate)
    return sys.executable


def _env_file(folder: Path, table: Mapping[str, Any]) -> dict[str, str]:
    name = table.get("env-file")
    if not name:
        return {}
    path = folder / name
    if not path.exists():
        raise UsageError(f"no env file at {path}", "correct `env-file` in [tool.alembic-proof]")
    pairs = (line.partition("=") for line in path.read_text("utf-8").splitlines() if "=" in line)
    clean = ((k.strip().removeprefix("export "), v.strip().strip("'\"")) for k, _, v in pairs)
    return {k: v for k, v in clean if k and not k.startswith("#")}
