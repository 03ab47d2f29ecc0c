"""The truth of a case against what a witness saw."""

from __future__ import annotations

from .case import UNLOCKED, Case
from .witness import Seen


def disagreements(case: Case, major: int, seen: Seen, *, emptied: bool = True) -> list[str]:
    """One line for each; none where they agree. `emptied`: the witness counts what was emptied as a new file, too."""
    truth = case.truth(major)
    views = {n for n, kind in seen.kinds.items() if kind == "v"}
    locks = {n: t.lock for n, t in truth.items() if t.lock != UNLOCKED}
    new = {"rewritten", "emptied"} if emptied else {"rewritten"}
    stated = {
        "in a new file": {n for n, t in truth.items() if t.words & new},
        "scanned": {n for n, t in truth.items() if "scanned" in t.words} - set(case.plan),
        "readers of": {n for n, t in truth.items() if t.reads and n not in views},
        "writers of": {n for n, t in truth.items() if t.writes},
    }
    found = {
        "in a new file": seen.refiled,
        "scanned": seen.scanned - stated["in a new file"] - set(case.plan),
        "readers of": seen.reads - views,
        "writers of": seen.writes,
    }
    relations = {n: m for n, m in seen.locks.items() if seen.kinds.get(n) not in ("i", "I")}
    blurred = emptied and any("emptied" in t.words for t in truth.values())
    lines = [
        f"{what}: {sorted(found[what])}, not {sorted(stated[what])}" for what in stated if found[what] != stated[what]
    ]
    if locks != relations:
        lines.append(f"locks: {relations}, not {locks}")
    if seen.rebuilt != set(case.rebuilt) and not blurred:
        lines.append(f"rebuilt: {sorted(seen.rebuilt)}, not {sorted(case.rebuilt)}")
    return lines
