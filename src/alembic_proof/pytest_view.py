"""A finding of the JSON report as the text that pytest shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alembic_proof.render.terminal import relative
from alembic_proof.render.text import one_line, visible


def text_of(finding: Mapping[str, Any]) -> str:
    """Rule and message, place, evidence, way out."""
    lines = [f"{finding['rule']}: {visible(finding['message'])}"]
    if finding["file"]:
        lines.append(f"  {relative(finding['file'])}:{finding['line']}")
    lines += [f"    {visible(detail)}" for detail in finding["details"]]
    if finding["sql"]:
        lines.append(f"    {one_line(finding['sql'])}")
    if finding.get("mend"):
        lines += ["  mended by:", *(f"    {visible(line)}" for line in finding["mend"].splitlines())]
    if finding["hint"]:
        lines.append(f"  way out: {visible(finding['hint'])}")
    return "\n".join(lines)
