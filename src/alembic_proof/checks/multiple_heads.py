"""`history/multiple-heads`: two branches of one history were never merged."""

from __future__ import annotations

from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.history import History, Revision
from alembic_proof.trace import Evidence

RULE = Rule(
    name="history/multiple-heads",
    severity=Severity.ERROR,
    summary="More than one revision has no successor.",
    why="`alembic upgrade head` refuses to choose: the next deployment stops before its first statement.",
    way_out="alembic merge",
)


def judge(evidence: Evidence) -> list[Finding]:
    """Heads that share an ancestor; independent labelled branches have several heads by design."""
    heads = competing(evidence.history)
    if not heads:
        return []
    ids = [str(h.id) for h in heads]
    last = heads[-1]
    return [
        Finding(
            rule=RULE.name,
            severity=RULE.severity,
            basis=Basis.REPORTED,
            message=f"{len(heads)} heads: " + ", ".join(ids),
            hint=f'alembic merge -m "merge" {" ".join(ids)}; or, where one is new, let its down_revision name {ids[0]}',
            revision=last.id,
            file=last.file,
            line=last.parent_line,
            object=last.id,
            details=tuple(f"{h.id} {h.message} ({h.file.rpartition('/')[2]})" for h in heads),
        )
    ]


def competing(history: History) -> list[Revision]:
    """The heads, where there are several that somebody has to merge."""
    heads = [h for h in history.heads if h.id is not None]
    return [] if len(heads) < 2 or not _readable(history) or _by_design(history, heads) else heads


def _readable(history: History) -> bool:
    """Where a parent is gone or a file is broken, a head may only seem to be one: `history/broken` tells it."""
    named = (name for r in history.revisions for name in r.parents)
    broken = history.duplicates or any(r.error or r.id is None for r in history.revisions)
    return not broken and all(history.resolve(name) is not None for name in named)


def _by_design(history: History, heads: list[Revision]) -> bool:
    seen: set[str] = set()
    for head in heads:
        line, labelled = _ancestors(history, head)
        if not labelled or seen & line:
            return False
        seen |= line
    return True


def _ancestors(history: History, head: Revision) -> tuple[set[str], bool]:
    found: set[str] = set()
    labelled = False
    stack = [head]
    while stack:
        revision = stack.pop()
        if revision.id is None or revision.id in found:
            continue
        found.add(revision.id)
        labelled = labelled or bool(revision.labels)
        stack += [r for r in map(history.resolve, revision.parents) if r is not None]
    return found, labelled
