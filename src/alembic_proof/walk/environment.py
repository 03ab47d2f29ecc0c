"""The environment of the project's process: nothing in it leads to a real database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from alembic_proof.provision.server import Endpoint

_URL = re.compile(r"^(postgres(?:ql)?(?:\+\w+)?)://")
_CREDENTIALS = re.compile(
    r"^(AWS_(ACCESS|SECRET|SESSION|SECURITY|PROFILE|WEB_IDENTITY|ROLE|CONTAINER|SHARED)|AZURE_"
    r"|GOOGLE_APPLICATION_CREDENTIALS|GCP_|VAULT_|GITHUB_TOKEN|GH_TOKEN|ACTIONS_|CI_JOB_TOKEN|KUBECONFIG)"
)


def scrub(
    environ: Mapping[str, str], given: Mapping[str, str], endpoint: Endpoint
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The environment to run the project with, and the names whose values were replaced or removed.

    Every value that is a Postgres URL becomes the scratch database's, with its driver kept (also `scheme://`
    alone); libpq's own variables point there too; credentials of clouds and of the CI go.
    """
    wanted = {**environ, **given}
    clean = {k: _redirected(v, endpoint) for k, v in wanted.items() if not _hidden(k)}
    clean.update(_libpq(endpoint))
    clean["PYTHONDONTWRITEBYTECODE"] = "1"  # nothing of ours stays in the project's folder
    clean["PYTHONUNBUFFERED"] = "1"
    replaced = sorted(k for k, v in wanted.items() if k in environ and clean.get(k) != v)
    return clean, tuple(k for k in replaced if not k.startswith("PYTHON"))


def stands_for(environ: Mapping[str, str], given: Mapping[str, str]) -> dict[str, tuple[str, str, str]]:
    """Host, port and database that each replaced variable named: two names of one database are no two databases."""
    wanted = {**environ, **given}
    named = {k: parts for k, v in wanted.items() if _URL.match(v) and (parts := _place(v))}
    if "PGDATABASE" in wanted:
        host, port = wanted.get("PGHOST", "localhost"), wanted.get("PGPORT", "5432")
        named["PGDATABASE"] = (host, port, wanted["PGDATABASE"])
    return named


def merged(environ: Mapping[str, str], given: Mapping[str, str]) -> tuple[str, ...]:
    """The variables whose URLs named different databases, and now all name the scratch database."""
    named = {k: place for k, place in stands_for(environ, given).items() if k != "PGDATABASE"}
    return tuple(sorted(named)) if len(set(named.values())) > 1 else ()


def _place(url: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(url)
        host = dict(parse_qsl(parts.query)).get("host") or parts.hostname or "localhost"
        return host, str(parts.port or 5432), unquote(parts.path.lstrip("/"))
    except ValueError:
        return None


def _hidden(name: str) -> bool:
    return name.startswith("PG") or bool(_CREDENTIALS.match(name))


def _redirected(value: str, endpoint: Endpoint) -> str:
    match = _URL.match(value)
    return endpoint.url(match[1]) if match else value


def _libpq(endpoint: Endpoint) -> dict[str, str]:
    return {
        "PGHOST": endpoint.host,
        "PGPORT": str(endpoint.port),
        "PGUSER": endpoint.user,
        "PGPASSWORD": endpoint.password,
        "PGDATABASE": endpoint.database,
        "PGPASSFILE": "/dev/null",
        "PGSERVICEFILE": "/dev/null",
    }
