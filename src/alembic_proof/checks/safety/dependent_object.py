"""`schema/dependent-object-in-the-way`: a view, a rule or a policy depends on what the revision changes."""

from __future__ import annotations

from alembic_proof.checks.safety.stops import judge_stop
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence

RULE = Rule(
    name="schema/dependent-object-in-the-way",
    severity=Severity.ERROR,
    summary="Something depends on what a revision drops or alters, and the server refuses it.",
    why="The upgrade stops there on every database; CASCADE would drop what depends, and nobody would create it again.",
    way_out="drop what depends on it in the same revision, make the change, and create it again",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("nick", sa.String(20)))
op.execute("CREATE VIEW account_nicks AS SELECT nick FROM account")
""",
        bad="""\
op.alter_column("account", "nick", type_=sa.Text())
""",
        good=(
            """\
op.execute("DROP VIEW account_nicks")
op.alter_column("account", "nick", type_=sa.Text())
op.execute("CREATE VIEW account_nicks AS SELECT nick FROM account")
""",
        ),
    ),
)


def judge(evidence: Evidence) -> list[Finding]:
    """Where the upgrade stops, and the server names what depends."""
    return judge_stop(
        RULE, evidence, lambda _: ("the upgrade stops: something depends on what it changes", RULE.way_out)
    )
