"""`lock/detach`: a partition is detached under a lock that stops the whole table."""

from __future__ import annotations

from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.statements import says
from alembic_proof.checks.safety.words import subject, under, waits
from alembic_proof.effects import Effects
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage, Statement

RULE = Rule(
    name="lock/detach",
    severity=Severity.ERROR,
    summary="A partition is detached under a lock that stops the whole table.",
    why=(
        "Without CONCURRENTLY the partitioned table is locked against reads and writes, and so are all who "
        "reach the partition through it."
    ),
    way_out=(
        "DETACH PARTITION ... CONCURRENTLY inside autocommit_block(), and FINALIZE where it was broken off; a "
        "table with a default partition refuses it"
    ),
    example=Example(
        given="""\
op.create_table(
    "purchase", sa.Column("year", sa.Integer, nullable=False), postgresql_partition_by="RANGE (year)"
)
op.execute("CREATE TABLE purchase_old PARTITION OF purchase FOR VALUES FROM (MINVALUE) TO (2000)")
op.execute("CREATE TABLE purchase_new PARTITION OF purchase FOR VALUES FROM (2000) TO (MAXVALUE)")
""",
        bad="""\
op.execute("ALTER TABLE purchase DETACH PARTITION purchase_old")
""",
        good=(
            """\
pending = sa.text("SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = 'purchase_old'::regclass")
with op.get_context().autocommit_block():
    # what an earlier run was broken off in is brought to its end
    how = "FINALIZE" if op.get_bind().scalar(pending) else "CONCURRENTLY"
    op.execute(f"ALTER TABLE purchase DETACH PARTITION purchase_old {how}")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each DETACH PARTITION for which others wait."""
    return [
        _finding(evidence, passage, statement, effects)
        for passage, statement, effects in measured(evidence)
        if says(statement.sql, r"\bDETACH PARTITION\b") and _stopped(effects)
    ]


def _stopped(effects: Effects) -> tuple[str, ...]:
    """The partitioned tables that this statement locks against reads; the partition itself is locked in any case."""
    reads = {b.table for b in effects.blocked if b.reads}
    parents = {lock.table for lock in effects.locks if lock.taken and lock.kind == "partitioned table"}
    return tuple(sorted(parents & reads))


def _finding(evidence: Evidence, passage: Passage, statement: Statement, effects: Effects) -> Finding:
    stopped = _stopped(effects)
    message = f"{subject(effects)} detaches a partition{under(effects, stopped[0])}{waits(effects, stopped)}"
    return at_statement(RULE, evidence, passage, statement, message, object=stopped[0])
