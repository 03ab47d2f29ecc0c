"""A review out of the evidence: pure functions, from what ran to what is shown of it."""

from __future__ import annotations

from alembic_proof.branch import in_order, merged
from alembic_proof.history import History
from alembic_proof.review import Review, Step
from alembic_proof.reviewing.objects import objects
from alembic_proof.reviewing.tables import draw
from alembic_proof.trace import Evidence, Merged


def review_of(evidence: Evidence) -> Review | None:
    """What the branch does to the schema of its base; None where no branch was reviewed."""
    branch, run = evidence.branch, evidence.merged
    if branch is None or run is None:
        return None
    both = merged(evidence.history, branch)
    own = tuple(r for r in in_order(both) if r in branch.added)
    found = objects(run)
    return Review(
        commits=branch.commits,
        start=_heads(both, [r for r in both.by_id if r not in branch.added]),
        end=_heads(evidence.history, list(evidence.history.by_id)),
        revisions=own,
        unseen=branch.unseen_ids,
        merged_heads=_heads(both, list(both.by_id)),
        touched=branch.touched,
        steps=_steps(run, own),
        objects=found,
        picture=draw(run.before.snapshot, run.after.snapshot, found),
        failure=run.failure,
        failed=run.failed,
    )


def _heads(history: History, chosen: list[str]) -> tuple[str, ...]:
    """Of some revisions those that no other of them names as its parent."""
    parents = {p.id for r in chosen for name in history.by_id[r].parents if (p := history.resolve(name)) is not None}
    return tuple(r for r in chosen if r not in parents)


def _steps(run: Merged, own: tuple[str, ...]) -> tuple[Step, ...]:
    done = dict(run.steps)
    return tuple(Step(revision, done.get(revision)) for revision in own)
