"""`upgrade/not-rerunnable`: after a failure in the middle the upgrade cannot be run again."""

from __future__ import annotations

from alembic_proof.checks.common import at_revision
from alembic_proof.effects import Rerun
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="upgrade/not-rerunnable",
    severity=Severity.ERROR,
    summary="Broken off in the middle, the upgrade does not pass when it is run again, or ends otherwise.",
    why="A lock_timeout, a cancelled deploy or a lost connection is enough. What is committed by then stays; Alembic "
    "begins the revision anew and runs into it, and somebody has to mend the database by hand.",
    way_out="a revision of its own for each thing that commits; in it, nothing that cannot be done twice: "
    "if_exists=True, if_not_exists=True, and op.drop_index(…, if_exists=True) before a concurrent op.create_index",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
""",
        bad="""\
op.add_column("account", sa.Column("email", sa.Text))
with op.get_context().autocommit_block():
    op.create_index("account_email", "account", ["email"], postgresql_concurrently=True)  # here
""",
        good=(
            """\
op.add_column("account", sa.Column("email", sa.Text))
""",
            """\
with op.get_context().autocommit_block():
    op.drop_index("account_email", "account", postgresql_concurrently=True, if_exists=True)
    op.create_index("account_email", "account", ["email"], postgresql_concurrently=True)
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Once for a revision: the first place where it may not be broken off, and the others."""
    return [_finding(evidence, passage, stuck) for passage in evidence.measured.passages if (stuck := _stuck(passage))]


def speaks(passage: Passage) -> bool:
    """Whether it is told of a revision."""
    return bool(_stuck(passage))


def _stuck(passage: Passage) -> list[Rerun]:
    """An index that is left INVALID, where all else is well, has a rule of its own."""
    return [r for r in passage.reruns if r.failure is not None or (r.differs and not r.invalid)]


def _finding(evidence: Evidence, passage: Passage, stuck: list[Rerun]) -> Finding:
    first = stuck[0]
    message = f"broken off {_where(first)} and run again, the upgrade {_ends(first)}"
    details = [f"{_where(r)}: it {_ends(r)}" for r in stuck[1:]]
    if first.failure is None:
        details = [*first.differs, *details]
    return at_revision(
        RULE,
        evidence,
        passage.revision,
        "upgrade",
        message,
        place=(first.file, first.line) if first.line else (None, None),
        sql=first.sql,
        object=passage.revision,
        details=tuple(details),
    )


def _where(rerun: Rerun) -> str:
    place = f" (line {rerun.line})" if rerun.line else ""
    return f"{'within' if rerun.within else 'before'} statement {rerun.number}{place}"


def _ends(rerun: Rerun) -> str:
    return "ends with another schema" if rerun.failure is None else f"fails: {rerun.failure}"
