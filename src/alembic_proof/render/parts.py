"""What the formats for CI say of a finding: its text, its place, and what tells it from the others."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from alembic_proof.findings import Finding
from alembic_proof.render.terminal import relative
from alembic_proof.render.text import one_line, visible

# for findings that stand in no file, where a format asks for one; always the same, or each run has them anew
NOWHERE = "alembic.ini"
MORE = "--format json=PATH has all"
_LONG = 8_000
_DETAILS = 12


def clean(text: str) -> str:
    """Secrets blotted, control characters and halves of characters spelt out; cut where nobody reads on."""
    shown = visible(text).encode("utf-8", "backslashreplace").decode("utf-8")
    return shown if len(shown) <= _LONG else shown[: _LONG - 1] + "…"


def clean_line(text: str, limit: int = 300) -> str:
    """The same in one line."""
    return one_line(clean(text), limit)


def below(finding: Finding) -> str:
    """Everything under the message: evidence, statement, what would mend it, the way out."""
    lines = list(finding.details[:_DETAILS])
    if len(finding.details) > _DETAILS:
        lines.append(f"… and {len(finding.details) - _DETAILS} more")
    lines += [one_line(finding.sql)] if finding.sql else []
    lines += ["mended by:", finding.mend] if finding.mend else []
    lines += [f"way out: {finding.hint}"] if finding.hint else []
    return clean("\n".join(lines))


def text(finding: Finding) -> str:
    """Message, and everything under it."""
    return "\n".join(filter(None, (clean(finding.message), below(finding))))


def path(finding: Finding) -> str | None:
    """The file as seen from the top of the checkout, where GitHub or GitLab names it; else from here."""
    if not finding.file:
        return None
    top = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR")
    within = top and Path(finding.file).is_absolute() and Path(finding.file).is_relative_to(top)
    return clean_line(os.path.relpath(finding.file, top) if within else relative(finding.file), 1000)


def place(finding: Finding) -> str:
    """Path and line, as far as they are known."""
    return ":".join(str(part) for part in (path(finding), finding.line) if part)


def numbered(names: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each name, and how many of the same name came before it."""
    seen: Counter[str] = Counter()
    for name in names:
        yield name, seen[name]
        seen[name] += 1


def fingerprints(identities: Iterable[tuple[str | None, ...]]) -> Iterator[str]:
    """A hash of what a finding is about; equal ones are told apart by their order."""
    for name, before in numbered(map(repr, identities)):
        yield sha256(f"{name}{before or ''}".encode("ascii", "backslashreplace")).hexdigest()
