"""`upgrade/own-transaction`: a revision ends or begins transactions by itself."""

from __future__ import annotations

import re
from itertools import pairwise

from alembic_proof.checks.safety.common import at_statement
from alembic_proof.checks.safety.locking import Measured, line_of, steps
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="upgrade/own-transaction",
    severity=Severity.ERROR,
    summary="A revision commits, rolls back or begins a transaction by itself.",
    why="Alembic does not know of it: what came before stays when the revision fails later, while the version table "
    "says that it never ran; what comes after may belong to no transaction, and be lost.",
    way_out="leave transactions to Alembic; with op.get_context().autocommit_block(): where something has to be "
    "committed, in a revision of its own",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
""",
        bad="""\
op.add_column("account", sa.Column("note", sa.Text))
op.execute("COMMIT")  # here
""",
        good=(
            """\
op.add_column("account", sa.Column("note", sa.Text))
""",
        ),
    ),
)
_COMMANDS = re.compile(
    r"^(?:\s|--[^\n]*\n|/\*.*?\*/)*(BEGIN|START\s+TRANSACTION|COMMIT|END|ABORT|ROLLBACK|PREPARE\s+TRANSACTION)\b"
    r"(?!\s+(?:(?:WORK|TRANSACTION)\s+)?TO\b)",
    re.IGNORECASE | re.DOTALL,
)
_TAGS = ("BEGIN", "START TRANSACTION", "COMMIT", "PREPARE TRANSACTION")


def judge(evidence: Evidence) -> list[Finding]:
    """Once for a revision: by a statement, or by the driver's own commit()."""
    return [finding for passage in evidence.measured.passages for finding in _of(evidence, passage)]


def speaks(passage: Passage) -> bool:
    """Whether it is told of a revision."""
    return bool(_statements(passage) or _unasked(passage))


def _of(evidence: Evidence, passage: Passage) -> list[Finding]:
    own, unasked = _statements(passage), _unasked(passage)
    if own:
        word = " ".join(own[0][0].sql.split())[:40].rstrip(";")
        message = f"{word} ends what Alembic began, or begins what it does not know of"
        details = tuple(line_of(s) for s, _ in own[1:])
        return [_finding(evidence, passage, own[0], message, details)]
    if unasked:
        before, after = unasked[0]
        message = "before this statement the transaction was ended, and not by Alembic"
        return [_finding(evidence, passage, after, message, (f"still in it: {line_of(before[0])}",))]
    return []


def _finding(evidence: Evidence, passage: Passage, found: Measured, message: str, details: tuple[str, ...]) -> Finding:
    return at_statement(RULE, evidence, passage, found[0], message, object=passage.revision, details=details)


def _statements(passage: Passage) -> list[Measured]:
    """A savepoint is no transaction."""
    return [
        (s, e)
        for s, e in steps(passage)
        if _COMMANDS.match(s.sql) or (e.tag.upper() in _TAGS and not s.sql.lstrip().upper().startswith("SAVEPOINT"))
    ]


def _unasked(passage: Passage) -> list[tuple[Measured, Measured]]:
    """Neighbours in two transactions, none of which is an autocommit block."""
    measured = steps(passage)
    return [
        (before, after)
        for before, after in pairwise(measured)
        if before[1].transaction != after[1].transaction and not (before[1].autocommit or after[1].autocommit)
    ]
