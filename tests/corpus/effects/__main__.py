"""Writes `docs/locks.md` by measuring on every server at hand: `python -m tests.corpus.effects`.

The lines of versions that are not at hand stay as they are; their tests say whether they still hold.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from .. import servers
from . import CASES, FAMILIES, judged, page


def main() -> None:
    """Measures, and writes."""
    text = page.PATH.read_text("utf-8") if page.PATH.exists() else ""
    found = {major: page.read(text, major) for major in servers.MAJORS}
    for major, request in servers.at_hand().items():
        print(f"Postgres {major}", flush=True)
        found[major] = measure(request)
    page.PATH.write_text(page.render(FAMILIES, found), "utf-8")


def measure(request: servers.Request) -> page.Rows:
    """The lines of one version."""
    with servers.ground(request) as ground, tempfile.TemporaryDirectory() as folder:
        cases = [case for case in CASES if case.runs_on(ground.major)]
        measured = judged.measured(ground.server, Path(folder), cases)
        assert measured.failure is None, measured.failure
        return page.lines(zip(cases, measured.passages, strict=True))


if __name__ == "__main__":
    main()
