"""`schema/object-missing`: what a statement needs was never created, or what it creates is there already."""

from __future__ import annotations

from alembic_proof.checks.safety.stops import judge_stop
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Failure

RULE = Rule(
    name="schema/object-missing",
    severity=Severity.ERROR,
    summary="A type that a column needs was not created, or something is created that is there already.",
    why="The upgrade stops there on every database. Alembic creates an enum with a table and never with a column.",
    way_out="create the type first: postgresql.ENUM(…, name=…).create(op.get_bind()), "
    "and give the column the same with create_type=False",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
""",
        bad="""\
op.add_column("account", sa.Column("state", sa.Enum("new", "old", name="account_state")))
""",
        good=(
            """\
state = postgresql.ENUM("new", "old", name="account_state", create_type=False)
state.create(op.get_bind())
op.add_column("account", sa.Column("state", state))
""",
        ),
    ),
)
_THERE_ALREADY = (
    "drop the old one first, or leave it out here: an earlier revision made it; "
    "of an enum that create_table would create again, create_type=False"
)


def judge(evidence: Evidence) -> list[Finding]:
    """Where the upgrade stops for want of a type, or on a name that is taken."""
    return judge_stop(RULE, evidence, _says)


def _says(failure: Failure) -> tuple[str, str]:
    if failure.sqlstate == "42704":
        return "the upgrade stops: nothing created the type", RULE.way_out
    if failure.sqlstate == "42601":
        return (
            "the upgrade stops: before Postgres 18 a generated column is STORED or none",
            "sa.Computed(…, persisted=True)",
        )
    return "the upgrade stops: it creates what is there already", _THERE_ALREADY
