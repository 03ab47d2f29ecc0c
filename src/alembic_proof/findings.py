"""Values: a rule, and what a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad; `off` is only a setting."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    OFF = "off"


class Basis(StrEnum):
    """How we know: it happened, the server said so, or it stands in the text."""

    OBSERVED = "observed"
    PROVEN = "proven"
    REPORTED = "reported"


@dataclass(frozen=True)
class Example:
    """Revisions that a rule is explained and tested with: bodies of `upgrade()`, of `downgrade()` where it counts.

    `given` made what is there before; `bad` is found; `good`, one or more revisions in a row, does the same and is
    not. Every name of an object contains `account` or `purchase`, so that one database can hold all examples.
    """

    given: str
    bad: str
    good: tuple[str, ...]
    bad_downgrade: str = ""
    good_downgrade: str = ""


@dataclass(frozen=True)
class Rule:
    """A check's data: its stable name, why it matters, and the way out."""

    name: str
    severity: Severity
    summary: str
    why: str
    way_out: str
    example: Example | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where, what there is, what there should be, and how to mend it.

    `mend` are the `op.` calls or the SQL that would do it, where they are known.
    """

    rule: str
    severity: Severity
    basis: Basis
    message: str
    hint: str = ""
    revision: str | None = None
    direction: str | None = None
    file: str | None = None
    line: int | None = None
    object: str | None = None
    details: tuple[str, ...] = ()
    sql: str | None = None
    mend: str | None = None
    accepted: str | None = None
