"""`data/cascades`: CASCADE drops more than the statement names."""

from __future__ import annotations

from alembic_proof.checks.safety.catalog import in_use
from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.effects import Effects, Notice
from alembic_proof.findings import Basis, Example, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="data/cascades",
    severity=Severity.ERROR,
    summary="A statement with CASCADE drops objects that it does not name.",
    why="Nobody decided what goes: on another database other things depend on it, and go as silently.",
    way_out="drop what depends on it by name, each with its own op., and leave CASCADE out",
    example=Example(
        given="""\
op.create_table("account", sa.Column("id", sa.Integer, primary_key=True))
op.execute("CREATE FUNCTION account_kept() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
op.execute("CREATE TRIGGER account_kept BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION account_kept()")
""",
        bad="""\
op.execute("DROP FUNCTION account_kept() CASCADE")
""",
        good=(
            """\
op.execute("DROP TRIGGER account_kept ON account")
op.execute("DROP FUNCTION account_kept()")
""",
        ),
    ),
)
_PREFIX = "drop cascades to "


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each statement."""
    found = []
    for passage, statement, effects in measured(evidence):
        objects = _objects(effects)
        if objects and _is_old(passage, effects):
            more = f" and {len(objects) - 1} more" if len(objects) > 1 else ""
            message = f"CASCADE also drops {objects[0]}{more}, which the statement does not name"
            found.append(
                at_statement(
                    RULE,
                    evidence,
                    passage,
                    statement,
                    message,
                    object=objects[0],
                    details=objects,
                    basis=Basis.PROVEN,
                )
            )
    return found


def _is_old(passage: Passage, effects: Effects) -> bool:
    """Something was locked that is in use; a type or a function locks no table."""
    return not effects.tables or any(in_use(passage, t) for t in effects.tables)


def _objects(effects: Effects) -> tuple[str, ...]:
    """As the server lists them; what it drops by itself, without CASCADE, it says at another level."""
    lines = [line for n in effects.notices if _is_loud(n) for line in (n.message, *n.detail.splitlines())]
    named = (line.removeprefix(_PREFIX) for line in lines if line.startswith(_PREFIX))
    return tuple(n for n in named if not n.split()[0].isdigit())


def _is_loud(notice: Notice) -> bool:
    return notice.severity.upper() == "NOTICE"
