"""`lock/exclusion`: an exclusion constraint is added to a table in use."""

from __future__ import annotations

from alembic_proof.checks.safety.builds import EXCLUSION, built
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="lock/exclusion",
    severity=Severity.ERROR,
    summary="An exclusion constraint builds its index on a table in use.",
    why="Nobody reads or writes the table until the index is built and every row is checked against it. "
    "Postgres has neither CONCURRENTLY nor NOT VALID nor USING INDEX for it.",
    way_out="give it to a new table, which the rows move to in batches; or plan a time in which nobody uses the table",
    example=Example(
        given="""\
op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("seat", postgresql.INT4RANGE()),
)
""",
        bad="""\
op.execute("DELETE FROM account")
op.create_exclude_constraint("account_seat_excl", "account", ("seat", "&&"), using="gist")  # here
""",
        good=(
            """\
op.create_table(
    "account_seated",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("seat", postgresql.INT4RANGE()),
    postgresql.ExcludeConstraint(("seat", "&&"), name="account_seated_excl", using="gist"),
)
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Each statement that adds one to a table that was there before."""
    return built(RULE, evidence, EXCLUSION)
