"""A value taken from the clock differs from run to run, and is no difference between schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from alembic_proof.diff import Change

# dates with a time, and seconds, milliseconds or microseconds since 1970
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?|\b1\d{9}(?:\d{3}|\d{6}|\.\d+)?\b"
)


def without_clock(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes that are more than another moment in the same place."""
    return tuple(c for c in changes if not _only_the_clock(c))


def _only_the_clock(change: Change) -> bool:
    if change.change != "changed" or not change.attributes:
        return False
    return all(_masked(a.have) == _masked(a.want) for a in change.attributes)


def _masked(value: object) -> str:
    return _MOMENT.sub("moment", json.dumps(value, sort_keys=True, default=str))
