"""The whole report as one page: it loads nothing, sends nothing, and can be read without its script.

Everything is text from the project, and none of it is markup: `tags.py` escapes whatever it did not make itself, and
the policy in the page's head lets no style and no script in but the two whose hashes it names.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from alembic_proof.render.html import decisions, picture, rest, schema, timeline, top
from alembic_proof.render.html.filters import numbered_revisions, side
from alembic_proof.render.html.svg import patterns
from alembic_proof.render.html.tags import Html, tag, text
from alembic_proof.render.json_report import as_data
from alembic_proof.report import Report

_DATA = 250_000
_ID = re.compile(r'<[^<>]* id="([^"]*)"')
_LINK = re.compile(r'<a href="([^"]*)"[^<>]*>(.*?)</a>', re.DOTALL)


def render(report: Report) -> str:
    """A page of less than 2 MB, however large the schema is."""
    numbers = numbered_revisions(report)
    sections = [
        top.counters(report),
        decisions.decisions(report, numbers),
        timeline.timeline(report, numbers),
        schema.schema(report, numbers),
        picture.picture(report),
        rest.round_trip(report),
        rest.models(report),
        rest.deployed(report.compatibility),
        rest.cost(report),
        rest.coverage(report),
        rest.reproduce(report, _data(report)),
    ]
    main = tag("main", top.header(report), top.context(report), sections)
    skip = tag("a", "Skip to the report", href="#verdict", class_="skip")
    body = Html(skip + patterns() + tag("div", side(report, sections), main, class_="page"))
    return _page(top.title(report), _linked(body))


def _linked(body: Html) -> Html:
    """A link to what has no room on the page is none; all markup here is our own."""
    there = {f"#{id_}" for id_ in _ID.findall(body)}
    return Html(_LINK.sub(lambda m: m[0] if m[1] in there else f"<a>{m[2]}</a>", body))


def _page(title: str, body: Html) -> str:
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _data(report: Report) -> Html:
    """The report as data that no browser runs; where it is long, without what is longest."""
    data = as_data(report)
    left: list[str] = []
    for heavy in ("review", "measured", "findings", "revisions"):
        said = json.dumps({**data, "left_out": left} if left else data, separators=(",", ":"))
        if len(said) <= _DATA:
            break
        if data.pop(heavy, None) is not None:
            left.append(heavy)
    said = json.dumps({**data, "left_out": left} if left else data, separators=(",", ":"))
    inert = said.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Html(f'<script type="application/json" id="report-data">{inert}</script>')
