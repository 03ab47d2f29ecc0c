"""`schema/snapshot-differs`: the committed `schema.sql` is not the schema of the migrated heads."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace

from alembic_proof.checks.common import last_touched, recorded
from alembic_proof.diff import Change, compare, informational
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.trace import Committed, Evidence

RULE = Rule(
    name="schema/snapshot-differs",
    severity=Severity.ERROR,
    summary="The committed schema.sql is not what the migrations make.",
    why="Reviewers read the schema's change there; and it alone protects what models cannot say: views, triggers.",
    way_out="look whether the change is meant; then: alembic-proof snapshot",
)

# `-- table public.job [5331e919]`
_HEAD = re.compile(r"-- (.+?)(?:: references)? \[\w{8}\]")


def judge(evidence: Evidence) -> list[Finding]:
    """One finding per object; a file that says the same in other words is the same."""
    committed = evidence.committed
    if committed is None or not recorded(evidence) or evidence.upgrade is None:
        return []
    if committed.snapshot is None:
        return [_finding(committed, f"{committed.path} cannot be loaded: {committed.failure}", None)]
    head = evidence.upgrade.snapshot
    changes = compare(have=head, want=committed.snapshot)
    orders = informational(committed.snapshot.lines - head.lines, head.lines - committed.snapshot.lines)
    told = (*changes, *(c for c in orders if c.kind == "column order"))
    touched = last_touched(evidence.trace)
    return [_of_revision(evidence, _finding(committed, _sentence(c), c, touched.get(c.identity))) for c in told]


def _of_revision(evidence: Evidence, finding: Finding) -> Finding:
    """What a revision does that the seal does not know yet is work that goes on: told, and no gate."""
    if evidence.seal is None or finding.revision is None or finding.revision in evidence.seal.sealed.by_id:
        return finding
    hint = f"{finding.revision} is newer than {finding.file}; when it is done: alembic-proof snapshot"
    return replace(finding, severity=Severity.WARNING, hint=hint)


def _sentence(change: Change) -> str:
    if change.change == "extra":
        return f"the migrations make {change.subject}, and schema.sql does not have it"
    if change.change == "missing":
        return f"schema.sql has {change.subject}, and the migrations do not make it"
    names = ", ".join(a.name for a in change.attributes)
    return f"{change.subject} is not what schema.sql says: {names}"


def _finding(committed: Committed, message: str, change: Change | None, revision: str | None = None) -> Finding:
    return Finding(
        rule=RULE.name,
        severity=RULE.severity,
        basis=Basis.OBSERVED,
        message=message,
        hint=RULE.way_out,
        revision=revision,
        file=committed.path,
        line=_line(committed, change),
        object=change.identity if change else committed.path,
        details=(str(change),) if change is not None and change.change == "changed" else (),
    )


def _line(committed: Committed, change: Change | None) -> int:
    """The block of the object, or of what it belongs to; else where the texts first differ."""
    lines = committed.text.splitlines()
    heads = [(m[1], n) for n, line in enumerate(lines, 1) if (m := _HEAD.fullmatch(line))]
    for name in filter(None, (change and change.identity, change and change.parent)):
        found = [n for head, n in heads if head.endswith(f" {name}")]
        if found:
            return found[0]
    matcher = difflib.SequenceMatcher(None, lines, committed.wanted.splitlines(), autojunk=False)
    first = next((a for tag, a, *_ in matcher.get_opcodes() if tag != "equal"), 0)
    return first + 1
