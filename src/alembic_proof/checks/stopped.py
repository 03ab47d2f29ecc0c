"""Where `alembic upgrade heads` stops, and which rule speaks of it: one for each failure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alembic_proof.trace import Evidence, Failure

_IN_THE_WAY = re.compile(r"used (?:by|in) a ")
_NO_TYPE = re.compile(r'type "[^"]+" does not exist')
_COMPUTED = re.compile(r"\bGENERATED ALWAYS AS \((?!.*\b(?:STORED|VIRTUAL)\b)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Stop:
    """The revision that stops, and how; `only`: where only one of the two roads does."""

    revision: str
    failure: Failure
    only: str = ""


def stopped(evidence: Evidence) -> Stop | None:
    """The revision at which the walk or the plain upgrade stops; both stop at the first."""
    walked = next((s for s in evidence.trace.of("upgrade") if not s.ok), None)
    plain = evidence.upgrade
    if plain is not None and plain.failure is not None and plain.last is not None:
        # the walk, where it failed at the same revision, knows the line better
        failure = walked.failure if walked and walked.revision == plain.last and walked.failure else plain.failure
        only = "" if walked or evidence.trace.failure else ", in one go; one revision at a time passes"
        return Stop(plain.last, failure, only)
    if walked is not None and walked.failure is not None and plain is None:
        return Stop(walked.revision, walked.failure)
    return None


def spoken_for(failure: Failure) -> str | None:
    """The rule that says more about a failure than that it is one."""
    state, message = failure.sqlstate, failure.message
    if state == "2BP01" or (state == "0A000" and _IN_THE_WAY.search(message)):
        return "schema/dependent-object-in-the-way"
    if state == "42501" and "create extension" not in message:
        return "schema/privilege-missing"
    if state in ("42P07", "42701", "42710") or _lacks_something(failure):
        return "schema/object-missing"
    return _of_transactions(failure)


def _of_transactions(failure: Failure) -> str | None:
    """What may not be in a transaction, or must be in another one."""
    if failure.reason == "autocommit block":
        return "upgrade/autocommit-impossible"
    if failure.sqlstate == "25001" and not re.match(r"\s*SET\b", failure.sql or "", re.IGNORECASE):
        return "upgrade/refused-in-transaction"
    return "upgrade/enum-value-used" if failure.sqlstate == "55P04" else None


def _lacks_something(failure: Failure) -> bool:
    """A type that add_column does not create; a generated column that says neither STORED nor VIRTUAL."""
    if failure.sqlstate == "42704":
        return _NO_TYPE.search(failure.message) is not None
    return failure.sqlstate == "42601" and _COMPUTED.search(failure.sql or "") is not None
