"""A real Chromium with no network; where there is none, these tests say so."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "unit"))

from alembic_proof.render import RENDERERS
from alembic_proof.report import Report

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# tells what the policy refused, and whether text of the project ran
_WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (e) => window.refused.push(e.violatedDirective));
"""


@dataclass
class Opened:
    """A page, and all that it did that a report must not do."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """For one module: while it is there, its thread has an event loop that others must not meet."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        # where `.ci/run` installs one, these tests are not skipped in silence
        can = os.environ.get("CI") == "true" and shutil.which("apt-get") and os.geteuid() == 0
        (pytest.fail if can else pytest.skip)("no chromium on the path: apt-get install chromium")
    sync_api = importlib.import_module("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


@pytest.fixture
def open_report(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Opens the page of a report from a file, with the network cut; at the end nothing may have complained."""
    opened: list[Opened] = []
    contexts = []

    def open_(report: Report, fragment: str = "", **options: Any) -> Opened:
        file = tmp_path / f"report{len(opened)}.html"
        file.write_text(RENDERERS["html"](report), "utf-8")
        context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        context.set_offline(True)
        context.set_default_timeout(5_000)
        contexts.append(context)
        one = Opened(context.new_page())
        context.route("**/*", lambda route: _only_the_file(route, file, one))
        one.page.on("console", lambda message: one.complaints.append(f"{message.type}: {message.text}"))
        one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
        one.page.on("dialog", lambda dialog: (one.complaints.append(dialog.message), dialog.dismiss()))
        if options.get("java_script_enabled", True):
            one.page.add_init_script(_WATCH)
        one.page.goto(file.as_uri() + fragment)
        opened.append(one)
        return one

    yield open_
    refused = [r for one in opened if one.page.evaluate("window.refused") for r in one.page.evaluate("window.refused")]
    complaints = [c for one in opened for c in one.complaints]
    for context in contexts:
        context.close()
    assert not complaints
    assert not refused


def _only_the_file(route: Any, file: Path, one: Opened) -> None:
    one.requests.append(route.request.url)
    if route.request.url.partition("#")[0] == file.as_uri():
        route.continue_()
    else:
        route.abort()
