"""`upgrade/offline-differs`: the script of `alembic upgrade --sql` gives another schema than the upgrade."""

from __future__ import annotations

from typing import Any

from alembic_proof.checks.common import at_revision, last_touched, recorded, unlike_both_roads
from alembic_proof.diff import Change
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="upgrade/offline-differs",
    severity=Severity.WARNING,
    summary="The script that `alembic upgrade --sql` writes gives another schema than the upgrade.",
    why="A database that was migrated by the script is not the one that was tested.",
    way_out="configure both modes of env.py alike: target_metadata, which has the naming convention, and offline also "
    'literal_binds=True and dialect_opts={"paramstyle": "named"}, without which a % is doubled',
)


def judge(evidence: Evidence) -> list[Finding]:
    """One finding per revision, the last that touched the objects; have is the script's schema."""
    offline = evidence.offline
    if offline is None or offline.unjudged or not recorded(evidence):
        return []
    changes = unlike_both_roads(evidence, offline.snapshot)
    groups: dict[str | None, list[Change]] = {}
    for change, revision in zip(changes, _revisions(evidence, changes), strict=True):
        groups.setdefault(revision, []).append(change)
    return [_finding(evidence, revision, group) for revision, group in groups.items()] + _versions(evidence)


def _revisions(evidence: Evidence, changes: tuple[Change, ...]) -> list[str | None]:
    """The last that touched each; what only the script makes is put beside what it lacks on the same table."""
    touched = last_touched(evidence.trace)
    beside = {c.parent: touched[c.identity] for c in changes if c.parent and c.identity in touched}
    return [touched.get(c.identity) or beside.get(c.parent or "") or touched.get(c.parent or "") for c in changes]


def _finding(evidence: Evidence, revision: str | None, changes: list[Change]) -> Finding:
    rest = f", and {len(changes) - 1} more" if len(changes) > 1 else ""
    message = f"the script gives another {changes[0].subject} than the upgrade{rest}"
    more: dict[str, Any] = {"object": changes[0].identity, "details": tuple(map(str, changes))}
    if revision is None:
        return Finding(RULE.name, RULE.severity, Basis.OBSERVED, message, RULE.way_out, **more)
    return at_revision(RULE, evidence, revision, "upgrade", message, **more)


def _versions(evidence: Evidence) -> list[Finding]:
    assert evidence.offline is not None
    assert evidence.upgrade is not None
    have, want = evidence.offline.versions, evidence.upgrade.versions
    if not have or have == want:  # none: its table, or another one instead of it, is told as a difference
        return []
    message = f"after the script the database is at {', '.join(have)}, after the upgrade at {', '.join(want)}"
    table = evidence.context.version_table
    return [Finding(RULE.name, RULE.severity, Basis.OBSERVED, message, RULE.way_out, object=table)]
