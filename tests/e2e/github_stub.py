"""A GitHub on loopback: pull requests and comments in memory, failures on demand, every request remembered."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HEAD = "a" * 40
NEWER = "b" * 40
TOKEN = "ghs_never_shown_0123456789"
BOT = {"login": "github-actions[bot]", "type": "Bot"}


def pull(number: int = 7, head: str = HEAD, source: str = "someone/shop", branch: str = "feature/x") -> dict[str, Any]:
    return {
        "number": number,
        "head": {"sha": head, "ref": branch, "repo": {"full_name": source}},
        "base": {"repo": {"full_name": "shop/shop"}},
    }


def workflow_run(conclusion: str = "success", **changes: Any) -> dict[str, Any]:
    run = {
        "id": 99,
        "event": "pull_request",
        "conclusion": conclusion,
        "head_sha": HEAD,
        "head_branch": "feature/x",
        "head_repository": {"full_name": "someone/shop"},
        "pull_requests": [],
        **changes,
    }
    return {"workflow_run": run, "repository": {"full_name": "shop/shop"}}


def pull_request(source: str = "shop/shop") -> dict[str, Any]:
    head = {"sha": HEAD, "ref": "feature/x", "repo": {"full_name": source}}
    return {"pull_request": {"number": 7, "head": head}, "repository": {"full_name": "shop/shop"}}


@dataclass
class Stub:
    """What GitHub knows, and what it answers next instead: (status, headers, message), or `lost` after doing it."""

    pulls: list[dict[str, Any]] = field(default_factory=lambda: [pull()])
    comments: list[dict[str, Any]] = field(default_factory=list)
    failures: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    lose: bool = False
    viewer: str | None = "github-actions[bot]"
    requests: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    url: str = ""

    def comment(self, body: str, user: dict[str, str] = BOT) -> dict[str, Any]:
        number = 1000 + len(self.comments)
        made = {"id": number, "body": body, "user": user, "html_url": f"https://github.com/shop/shop/pull/7#{number}"}
        self.comments.append(made)
        return made

    @property
    def changes(self) -> list[tuple[str, str]]:
        return [(m, p) for m, p, _, _ in self.requests if m in ("POST", "PATCH", "DELETE") and p != "/graphql"]

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        place, asked = urlsplit(path).path, parse_qs(urlsplit(path).query)
        if place == "/graphql":
            return (200, {"data": {"viewer": {"login": self.viewer}}}) if self.viewer else (403, {"message": "no"})
        if place == "/repos/shop/shop/pulls":
            return 200, [p for p in self.pulls if self._has_head(p, asked["head"][0])]
        if found := re.fullmatch(r"/repos/shop/shop/pulls/(\d+)", place):
            one = [p for p in self.pulls if p["number"] == int(found[1])]
            return (200, one[0]) if one else (404, {"message": "Not Found"})
        if re.fullmatch(r"/repos/shop/shop/issues/7/comments", place):
            return (201, self.comment(body["body"])) if method == "POST" else (200, self._page(asked))
        if (found := re.fullmatch(r"/repos/shop/shop/issues/comments/(\d+)", place)) and method == "PATCH":
            one = next(c for c in self.comments if c["id"] == int(found[1]))
            one["body"] = body["body"]
            return 200, one
        return 404, {"message": "Not Found"}

    @staticmethod
    def _has_head(one: dict[str, Any], asked: str) -> bool:
        head = one["head"]
        return bool(asked == f"{head['repo']['full_name'].split('/')[0]}:{head['ref']}")

    def _page(self, asked: dict[str, list[str]]) -> list[dict[str, Any]]:
        size, page = int(asked["per_page"][0]), int(asked["page"][0])
        return self.comments[(page - 1) * size : page * size]


class _Handler(BaseHTTPRequestHandler):
    stub: Stub

    def _do(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        self.stub.requests.append((self.command, self.path, dict(self.headers), body))
        if self.stub.failures:
            status, headers, message = self.stub.failures.pop(0)
            return self._reply(status, {"message": message}, headers)
        status, answer = self.stub.answer(self.command, self.path, body)
        if self.stub.lose and self.command == "POST" and self.path != "/graphql":
            self.stub.lose = False
            return self._reply(502, {"message": "lost"}, {})
        return self._reply(status, answer, {})

    def _reply(self, status: int, answer: Any, headers: dict[str, str]) -> None:
        raw = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(raw))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_PATCH = do_DELETE = _do  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


class Running:
    """The stub behind an address, while the `with` lasts."""

    def __enter__(self) -> Stub:
        stub = Stub()
        handler = type("Handler", (_Handler,), {"stub": stub})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        stub.url = f"http://127.0.0.1:{self._server.server_port}"
        return stub

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
