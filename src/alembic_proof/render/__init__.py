"""One module per output format: pure functions from a Report to text."""

from __future__ import annotations

from collections.abc import Callable

from alembic_proof.render import github, gitlab, html, json_report, junit, markdown, sarif, terminal
from alembic_proof.report import Report

RENDERERS: dict[str, Callable[[Report], str]] = {
    "terminal": terminal.render,
    "markdown": markdown.render,
    "summary": markdown.summary,
    "html": html.render,
    "json": json_report.render,
    "sarif": sarif.render,
    "junit": junit.render,
    "github": github.render,
    "gitlab": gitlab.render,
}
