"""What can be said of the revisions from their text alone: for a commit hook, in a second and without a database."""

from __future__ import annotations

import time

from alembic_proof.accept import apply_rules, apply_settings, require_known
from alembic_proof.checks import RULES, broken, edited, multiple_heads
from alembic_proof.history import Revision
from alembic_proof.released import read_released
from alembic_proof.report import Facts, Report, RevisionResult
from alembic_proof.settings import Settings
from alembic_proof.trace import Evidence
from alembic_proof.verify import read_history, require_revisions

CHECKS = (broken, multiple_heads, edited)
_JUDGED = frozenset(check.RULE.name for check in CHECKS)


def check(settings: Settings) -> Report:
    """Whether the history can be read, has one head, and says of released revisions what it said.

    Raises ProofError where the project cannot be read.
    """
    started = time.monotonic()
    require_known([*settings.rules, *(a.rule for a in settings.accept)])
    history = read_history(settings)
    require_revisions(history)
    evidence = Evidence(history, seal=read_released(history))
    found = [finding for check in CHECKS for finding in check.judge(evidence)]
    accepted = apply_settings(found, settings.accept, history, unjudged=RULES.keys() - _JUDGED)
    unsealed = () if evidence.seal else ("whether a released revision was edited: there is no history.lock",)
    return Report(
        findings=apply_rules(accepted, settings.rules),
        revisions=tuple(_not_run(revision) for revision in history.revisions),
        coverage=("what the revisions do: none was run, and none imported", *unsealed),
        facts=Facts("no server", "text only", project="no revision was run", driver="no driver"),
        seconds=time.monotonic() - started,
    )


def _not_run(revision: Revision) -> RevisionResult:
    words = ("not run",) * 3
    return RevisionResult(revision.id or "?", revision.message, revision.file, *words, seconds=0.0, statements=0)
