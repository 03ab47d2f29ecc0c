"""The environment of the project's process: nothing in it leads to a real database."""

from __future__ import annotations

import re
from collections.abc import Mapping

from alembic_proof.provision.server import Endpoint

_URL = re.compile(r"^(postgres(?:ql)?(?:\+\w+)?)://")
_CREDENTIALS = re.compile(
    r"^(AWS_(ACCESS|SECRET|SESSION|SECURITY|PROFILE|WEB_IDENTITY|ROLE|CONTAINER|SHARED)|AZURE_|GOOGLE_APPLICATION_CREDENTIALS|GCP_|VAULT_|GITHUB_TOKEN|GH_TOKEN"
    r"|ACTIONS_|CI_JOB_TOKEN|KUBECONFIG)"
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
