"""Values of provisioning: what is asked for, and the server that was provided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

# Postgres 14 has had no updates since November 2026, and its catalogs lack what 15 brought
OLDEST_MAJOR = 15


@dataclass(frozen=True)
class Endpoint:
    """One database on one server, and who connects; `host` is a directory for a unix socket."""

    host: str
    port: int
    user: str
    password: str
    database: str

    def url(self, scheme: str = "postgresql") -> str:
        """This endpoint as a URL that libpq and SQLAlchemy both understand."""
        user = quote(self.user, safe="")
        secret = f":{quote(self.password, safe='')}" if self.password else ""
        name = quote(self.database, safe="")
        if self.host.startswith("/"):
            # a host must be there for strict URL parsers; the query's host wins where it is used
            return f"{scheme}://{user}{secret}@localhost:{self.port}/{name}?host={quote(self.host)}"
        return f"{scheme}://{user}{secret}@{self.host}:{self.port}/{name}"

    def at(self, database: str, user: str | None = None, password: str | None = None) -> Endpoint:
        """The same server, another database (and another user)."""
        return replace(
            self,
            database=database,
            user=self.user if user is None else user,
            password=self.password if password is None else password,
        )


@dataclass(frozen=True)
class Request:
    """What the user asks of the server: a route or a URL, a major version, an image."""

    route: str = "auto"
    version: int | None = None
    image: str | None = None
    url: str | None = None
    # where kept servers and cached data directories live; None: the user's cache directory
    cache: Path | None = None


@dataclass(frozen=True)
class Server:
    """A running Postgres; `admin` may create databases and roles on it.

    `owned` says that the run started it and that it goes away with the run; `why` says, for the report,
    how it was chosen; `bin_dir` holds the client programs of the server's own version, where they exist.
    """

    admin: Endpoint
    version: int
    route: str
    why: str
    owned: bool
    bin_dir: Path | None = None
    container: str | None = None

    @property
    def major(self) -> int:
        """The major version, such as 18."""
        return self.version // 10000
