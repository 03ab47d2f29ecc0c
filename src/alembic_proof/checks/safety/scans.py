"""Why a statement read a table whole while others wait: by its clauses, and by the facts that the revision changed."""

from __future__ import annotations

from alembic_proof.checks.safety.altered import altered
from alembic_proof.checks.safety.common import at_statement, measured
from alembic_proof.checks.safety.rewrites import BY_TEXT, TYPE
from alembic_proof.checks.safety.statements import command, hides, says
from alembic_proof.checks.safety.words import subject, tables, under, waiting, waits
from alembic_proof.checks.safety.writes import grows
from alembic_proof.effects import Effects
from alembic_proof.findings import Finding, Rule
from alembic_proof.trace import Evidence, Passage, Statement

READ = "All rows are read while the table is locked: readers and writers wait for as long as that takes."
# in this order; the first that fits
_CLAUSES = (
    ("domain", r"\bALTER DOMAIN\b"),
    ("validate", r"\bVALIDATE CONSTRAINT\b"),
    ("attach", r"\bATTACH PARTITION\b"),
    # stops at the first row: data/fails-on-any-row
    ("no default", r"\bADD COLUMN\b(?!.*\b(DEFAULT|GENERATED)\b).*\bNOT NULL\b"),
    ("inline", r"\bADD COLUMN\b.*\b(CHECK \(|REFERENCES\b)"),
    ("not null", r"\bSET NOT NULL\b"),
    ("foreign key", r"\bADD\b.*\b(FOREIGN KEY|REFERENCES)\b"),
    ("primary key", r"\bADD\b.*\bPRIMARY KEY\b"),
    ("check", r"\bADD\b.*\bCHECK \("),
    ("type", TYPE),
)
_READING = ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "COPY", "DECLARE")
_READING_INTO = ("CREATE TABLE AS", "CREATE TABLE", "CREATE MATERIALIZED VIEW", "SELECT INTO")
_BOUNDED = r"\b(WHERE|LIMIT|FETCH|TABLESAMPLE)\b"


def scans(rule: Rule, evidence: Evidence, cause: str) -> list[Finding]:
    """One finding for each statement that read tables whole for this reason, while others wait."""
    return [
        _finding(rule, evidence, passage, statement, effects, read)
        for passage, statement, effects in measured(evidence)
        if (read := read_whole(passage, statement, effects))
        and cause_of(evidence, passage, statement, effects) == cause
    ]


def _finding(
    rule: Rule, evidence: Evidence, passage: Passage, statement: Statement, effects: Effects, read: tuple[str, ...]
) -> Finding:
    wait = waits(effects, read) or waiting(effects, effects.blocked)
    message = f"{subject(effects)} reads all of {tables(read)}{under(effects, read[0])}{wait}"
    details = (BY_TEXT,) if hides(effects) else ()
    return at_statement(rule, evidence, passage, statement, message, object=read[0], details=details)


def read_whole(passage: Passage, statement: Statement, effects: Effects) -> tuple[str, ...]:
    """The tables that a statement read whole while others wait, where nothing else tells of it.

    A copy reads, too, and so does building an index. With so few rows the server reads a table whole where it would
    use an index in production: a query counts only where it has no condition.
    """
    if not effects.blocked or effects.rewritten or effects.rows or grows(passage, statement, effects):
        return ()
    if command(effects) == "REFRESH MATERIALIZED VIEW" or (_reads(statement, effects) and _bounded(statement)):
        return ()
    scanned = () if effects.built or effects.rebuilt else effects.scanned
    return tuple(sorted({*effects.verified, *scanned} - set(passage.created)))


def _reads(statement: Statement, effects: Effects) -> bool:
    into = command(effects) in _READING_INTO and says(statement.sql, r"\bSELECT\b")
    return into or command(effects) in _READING


def _bounded(statement: Statement) -> bool:
    return says(statement.sql, _BOUNDED)


def cause_of(evidence: Evidence, passage: Passage, statement: Statement, effects: Effects) -> str | None:
    """Why; None where another rule tells of it: a key that builds its index, a reference from a new table."""
    if _reads(statement, effects):
        return "other"
    name = next((name for name, clause in _CLAUSES if says(statement.sql, clause)), "other")
    if name == "not null" and _loses_its_check(evidence, passage, statement, effects):
        return "lost check"
    if name == "primary key" and effects.built:
        return None
    if name == "foreign key" and _from_new(evidence, passage, effects):
        return None
    return name


def _loses_its_check(evidence: Evidence, passage: Passage, statement: Statement, effects: Effects) -> bool:
    """The proof that there is no NULL is dropped in the same statement."""
    dropped = (
        c.before["definition"]
        for c in altered(evidence, passage, *effects.verified, *effects.scanned)
        if c.kind == "constraint" and c.before is not None and c.after is None
    )
    return says(statement.sql, r"\bDROP CONSTRAINT\b") and any("IS NOT NULL" in text for text in dropped)


def _from_new(evidence: Evidence, passage: Passage, effects: Effects) -> bool:
    """Only new tables have a new foreign key: the rows that are read are those they refer to."""
    made = [
        c
        for c in altered(evidence, passage, *effects.tables, *passage.created)
        if c.kind == "constraint" and c.added and c.get("definition").startswith("FOREIGN KEY")
    ]
    return bool(made) and all(c.identity.startswith(tuple(f"{t}." for t in passage.created)) for c in made)
