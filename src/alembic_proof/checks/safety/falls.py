"""What the rules on a revision that stops on rows share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alembic_proof.checks.common import at_revision
from alembic_proof.effects import Fall
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.trace import Evidence, Passage

# where a value does not fit the new type, and the server's way to say so
CASTS = {
    "22001": "a value is too long for the new type",
    "22003": "a number is out of the range of the new type",
    "22P02": "a text is no value of the new type",
    "22P03": "a value has no form in the new type",
    "22007": "a text is no date or time",
    "22008": "a date or time is out of range",
    "22018": "a text is no value of the new type",
    "22026": "a bit string has another length",
    "22030": "a text is no JSON",
    "22032": "a text is no JSON",
}
_OTHERS = {
    "22001": "a value is too long",
    "22003": "a number is out of range",
    "22P02": "a text is no value of the type",
    "23502": "a row has NULL there",
    "23505": "two rows have the same value",
    "23514": "a row breaks the CHECK",
    "23503": "a row refers to one that is not there",
    "23P01": "two rows exclude each other",
    "22004": "a row has NULL there",
    "22012": "a row divides by zero",
    "55006": "rows that it wrote wait for triggers or deferred constraints",
    "P0001": "a trigger or a function refuses a row",
}
_WAYS_OUT = {
    "23502": "before it: UPDATE … SET column = … WHERE column IS NULL",
    "23505": "before it, resolve the duplicates: SELECT …, count(*) FROM … GROUP BY … HAVING count(*) > 1 finds them",
    "23514": "before it, correct the rows that break the CHECK; or add it NOT VALID, and validate it later",
    "23503": "before it, correct the rows that refer to nothing; or add the key NOT VALID, and validate it later",
    "22003": "query for rows near the limit first, or make the column wider",
    "55006": "before it: SET CONSTRAINTS ALL IMMEDIATE; or write the rows in a revision of their own",
}
_OF_VALUES = ("23503", "23505", "23514", "23P01", *CASTS)
_CAST = re.compile(r"\bTYPE\b|::|\bCAST\b", re.IGNORECASE)
_FREE_OF_ROWS = "on an empty database it passes"


def falls(evidence: Evidence) -> Iterator[tuple[Passage, Fall]]:
    """Every revision under test that stops on rows."""
    for passage in evidence.measured.passages:
        if passage.fall is not None:
            yield passage, passage.fall


def on_any_row(fall: Fall) -> bool:
    """Whether no row is spared; rows that nobody made to fit a key or a condition prove that of none."""
    return fall.rows == "any" and (is_cast(fall) or fall.sqlstate not in _OF_VALUES)


def is_cast(fall: Fall) -> bool:
    """Whether a value does not become one of another type; arithmetic may go out of range, too."""
    return fall.sqlstate in CASTS and (fall.sql is None or _CAST.search(fall.sql) is not None)


def meaning(fall: Fall) -> str:
    """The SQLSTATE in words."""
    state = fall.sqlstate or ""
    said = CASTS[state] if is_cast(fall) else _OTHERS.get(state)
    return said or (f"SQLSTATE {fall.sqlstate}" if fall.sqlstate else "it raises")


def way_out(fall: Fall, otherwise: str) -> str:
    """What mends it, by the SQLSTATE."""
    return _WAYS_OUT.get(fall.sqlstate or "", otherwise)


def at_fall(rule: Rule, evidence: Evidence, passage: Passage, fall: Fall, severity: Severity, hint: str) -> Finding:
    """A finding at the line that stops, with the server's own words on which row it was."""
    rows = "any row in the table" if on_any_row(fall) else "some rows that the table may hold"
    return at_revision(
        rule,
        evidence,
        passage.revision,
        "upgrade",
        f"the upgrade stops on {rows}: {meaning(fall)}",
        place=(fall.file, fall.line) if fall.line else (None, None),
        sql=fall.sql,
        severity=severity,
        hint=hint,
        object=passage.revision,
        basis=Basis.OBSERVED,
        details=(*fall.message.splitlines(), _FREE_OF_ROWS),
    )
