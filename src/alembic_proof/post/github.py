"""GitHub's API with the standard library: the token in a header, no redirect followed, a few tries and no more."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.parse import urlsplit

from alembic_proof import __version__
from alembic_proof.errors import CouldNotVerify, UsageError
from alembic_proof.render.text import one_line

T = TypeVar("T")

_TRIES = 5
_PATIENCE = 120.0
_SECONDS = 30
_MOST = 20_000_000
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_ACTIONS = "github-actions[bot]"


class Transient(Exception):
    """It may work in `wait` seconds; None: nobody said when."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class Api:
    """Where it is, and who asks."""

    url: str
    graphql: str
    server: str
    token: str

    def get(self, path: str) -> Any:
        """The answer to a question."""
        return _call("GET", self.url + path, self.token)

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """The answer to a change."""
        return _call(method, self.url + path, self.token, body)

    def own_names(self) -> frozenset[str]:
        """What the comments of this token's user are signed with; a workflow's own token where GitHub does not say."""
        try:
            answer = _call("POST", self.graphql, self.token, {"query": "{viewer{login}}"})
        except CouldNotVerify:
            return frozenset({_ACTIONS})
        login = ((answer.get("data") or {}).get("viewer") or {}).get("login")
        return frozenset({login, f"{login}[bot]"}) if isinstance(login, str) and login else frozenset({_ACTIONS})


def connect(environ: Mapping[str, str]) -> Api:
    """The API as the variables of GitHub say it; UsageError without a token, or where it would go unencrypted."""
    token = environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN") or ""
    if not token or not token.isascii() or not token.isprintable():
        raise UsageError("no token", "env: GITHUB_TOKEN: ${{ github.token }}, with `pull-requests: write`")
    url = environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
    graphql = environ.get("GITHUB_GRAPHQL_URL") or f"{url.removesuffix('/v3')}/graphql"
    for place in (url, graphql):
        parts = urlsplit(place)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise UsageError(f"{one_line(place)} is not https: the token would be read on the way")
    return Api(url, graphql, environ.get("GITHUB_SERVER_URL", "https://github.com").rstrip("/"), token)


def patiently(do: Callable[[], T]) -> T:
    """Tries again what may pass, as late as the server asks, and not for ever."""
    left = _PATIENCE
    for number in range(1, _TRIES + 1):
        try:
            return do()
        except Transient as error:
            wait = 2.0**number if error.wait is None else error.wait
            if number == _TRIES or wait > left:
                raise CouldNotVerify(f"GitHub did not do it: {error}", "run this job again later") from error
            left -= wait
            time.sleep(wait)
    raise AssertionError


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an error: the token would go along."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


def _call(method: str, url: str, token: str, body: Mapping[str, Any] | None = None) -> Any:
    request = urllib.request.Request(  # noqa: S310  checked in `connect`
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {token}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
            "User-Agent": f"alembic-proof/{__version__}",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    try:
        with _OPENER.open(request, timeout=_SECONDS) as answer:
            return json.loads(answer.read(_MOST))
    except urllib.error.HTTPError as error:
        raise _refused(method, error, token) from None
    except (OSError, HTTPException, ValueError) as error:
        raise Transient(one_line(str(error).replace(token, "***"))) from None


def _refused(method: str, error: urllib.error.HTTPError, token: str) -> Exception:
    with error:
        said = _message(error.read(_MOST)).replace(token, "***")
    wait = _wait(error.headers)
    told = f"{error.code} {one_line(said)}".strip()
    limited = error.code == 403 and (wait is not None or "rate limit" in said.lower())
    if error.code in (429, 500, 502, 503, 504) or limited:
        return Transient(told, 60.0 if limited and wait is None else wait)
    writing = " and may it comment (permissions: pull-requests: write)" if method != "GET" else ""
    return CouldNotVerify(f"GitHub refused: {told}", f"is the token of this repository{writing}?")


def _message(answer: bytes) -> str:
    try:
        return str(json.loads(answer).get("message", ""))
    except (ValueError, AttributeError):
        return ""


def _wait(headers: Message) -> float | None:
    """What the server asks for: `Retry-After`, or the end of a limit that is used up."""
    after, reset = headers.get("Retry-After", ""), headers.get("X-RateLimit-Reset", "")
    if after.isdigit():
        return float(after)
    if headers.get("X-RateLimit-Remaining") == "0" and reset.isdigit():
        return max(1.0, float(reset) - time.time())
    return None
