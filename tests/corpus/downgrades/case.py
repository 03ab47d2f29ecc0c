"""Values: a revision with a way back, and what the way back leaves behind.

Every revision has a schema of its own, which is the search path while it runs; `own` stands for its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """One revision: Python or, where it is not, SQL; `base` is SQL that runs before all revisions.

    `leaves` names what a leaky downgrade leaves, as `change kind identity: attributes`; the rest is for the correct
    ones: `rule` is the rule that may speak and must be accepted. `words` are further names that belong to it.
    `pg_dump` is the reason why the dumps do not see it.
    """

    name: str
    base: str
    up: str
    down: str
    leaves: tuple[str, ...] = ()
    rule: str = ""
    words: tuple[str, ...] = ()
    pg_dump: str = ""

    @property
    def schema(self) -> str:
        """Its schema, and its revision's id."""
        return re.sub(r"\W+", "_", self.name)

    @property
    def lost(self) -> list[str]:
        """What the downgrade leaves, with the schema's name."""
        return sorted(self.named(text) for text in self.leaves)

    def named(self, text: str) -> str:
        """A text with the schema's name in it."""
        return re.sub(r"\bown\b", self.schema, text)


def leak(name: str, base: str, up: str, down: str, *leaves: str, **more: object) -> Way:
    """A downgrade that does not restore what was there."""
    return Way(name, base, up, down, leaves, **more)  # type: ignore[arg-type]
