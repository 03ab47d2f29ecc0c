"""The environment of the project's process: nothing in it leads to a real database."""

import pytest

from alembic_proof.provision.server import Endpoint
from alembic_proof.walk.environment import scrub

SCRATCH = Endpoint("/run/pg", 5433, "scratch_user", "scratch pass", "scratch_db")


def scrubbed(**environ: str) -> dict[str, str]:
    return scrub(environ, {}, SCRATCH)[0]


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg", "postgresql+psycopg2"]
)
def test_a_postgres_url_becomes_the_scratch_databases(scheme: str) -> None:
    """Whatever its variable is called, with its driver kept."""
    value = scrubbed(ANYTHING=f"{scheme}://app:s3cret@db.example:5432/orders?sslmode=require")["ANYTHING"]
    assert value == SCRATCH.url(scheme)
    assert "db.example" not in value
    assert "s3cret" not in value


@pytest.mark.parametrize(
    "value", ["redis://cache/0", "sqlite:///x.db", "postgres", "", "see postgresql://x", "https://x"]
)
def test_other_values_are_kept(value: str) -> None:
    """Only what is a Postgres URL as a whole is replaced."""
    assert scrubbed(ANYTHING=value)["ANYTHING"] == value


def test_libpqs_variables_point_to_the_scratch_database() -> None:
    """All of them; no password file, no service file."""
    clean = scrubbed(PGHOST="db.example", PGSERVICE="prod", PGSSLMODE="require", PGHOSTADDR="1.2.3.4", PGOPTIONS="-c x")
    assert {k: v for k, v in clean.items() if k.startswith("PG")} == {
        "PGHOST": "/run/pg",
        "PGPORT": "5433",
        "PGUSER": "scratch_user",
        "PGPASSWORD": "scratch pass",
        "PGDATABASE": "scratch_db",
        "PGPASSFILE": "/dev/null",
        "PGSERVICEFILE": "/dev/null",
    }


@pytest.mark.parametrize(
    "name",
    [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AZURE_CLIENT_SECRET",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "VAULT_TOKEN",
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "CI_JOB_TOKEN",
        "KUBECONFIG",
    ],
)
def test_credentials_go(name: str) -> None:
    """Of clouds and of the CI."""
    clean, replaced = scrub({name: "x"}, {}, SCRATCH)
    assert name not in clean
    assert replaced == (name,)


@pytest.mark.parametrize("name", ["PATH", "HOME", "AWS_REGION", "LANG", "DJANGO_SETTINGS_MODULE", "SECRET_KEY"])
def test_what_the_project_needs_stays(name: str) -> None:
    """It is no credential of a cloud."""
    clean, replaced = scrub({name: "x"}, {}, SCRATCH)
    assert clean[name] == "x"
    assert replaced == ()


def test_what_is_given_wins_and_is_redirected_too() -> None:
    """--env, over the environment."""
    clean, replaced = scrub({"A": "1", "B": "2"}, {"A": "3", "URL": "postgresql+psycopg://scratch"}, SCRATCH)
    assert (clean["A"], clean["B"], clean["URL"]) == ("3", "2", SCRATCH.url("postgresql+psycopg"))
    assert "URL" not in replaced


def test_names_that_were_replaced_are_told_sorted_and_without_values() -> None:
    """For the report."""
    _, replaced = scrub({"Z_URL": "postgres://x/y", "A_URL": "postgres://x/y", "B": "1", "PGHOST": "x"}, {}, SCRATCH)
    assert replaced == ("A_URL", "PGHOST", "Z_URL")


def test_nothing_is_written_beside_the_projects_code() -> None:
    """No compiled files."""
    assert scrubbed()["PYTHONDONTWRITEBYTECODE"] == "1"
