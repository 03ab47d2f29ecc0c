"""Values: a pair of schemas with one difference, or with none, and what must be said about it.

Every case has a schema of its own. The word `own` in its SQL and in its expectations stands for that schema's name;
objects without a schema are called `own`, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import MetaData

MODELS = "drift/models-differ"
NAMES = "drift/names-differ"
# models have no words for it: neither side is drift, whatever they leave out
UNSAID = ""


@dataclass(frozen=True)
class Case:
    """`one` is what should be, `other` what is found; `base` comes before both.

    `change` is empty for an equal pair, else `changed`, `extra` or `missing`; `also` is what must differ with it.
    Where models can say it, `models` builds in SQLAlchemy what `one` builds in SQL, and `rule` is the rule that must
    speak. `since` and `until` are server versions, `needs` are extensions, `words` further names that belong to the
    case. `pg_dump` is the reason why the dumps say otherwise than the facts.
    """

    name: str
    one: str
    other: str
    base: str = ""
    change: str = ""
    kind: str = ""
    object: str = ""
    attribute: str = ""
    also: tuple[str, ...] = ()
    models: Callable[[MetaData], Any] | None = None
    rule: str = MODELS
    since: int = 15
    until: int = 99
    needs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    pg_dump: str = ""

    @property
    def schema(self) -> str:
        """The name of the case's schema, and of its objects that have none."""
        return re.sub(r"\W+", "_", self.name)

    def sql(self, side: str) -> str:
        """The statements of one side, `one` or `other`."""
        return self.named(f"{self.base};\n{getattr(self, side)}")

    def named(self, text: str) -> str:
        """A text with the case's own name in it."""
        return re.sub(r"\bown\b", self.schema, text)

    @property
    def subject(self) -> str:
        """The object that differs, as a change names it."""
        return self.named(f"{self.kind} {self.object}")

    @property
    def said(self) -> list[str]:
        """What must be said of it, each as `change kind identity: attributes`."""
        if not self.change:
            return []
        attribute = f": {self.attribute}" if self.attribute else ""
        return sorted([f"{self.change} {self.subject}{attribute}", *map(self.named, self.also)])

    def runs_on(self, major: int, extensions: frozenset[str]) -> bool:
        """Whether a server knows what the case needs."""
        return self.since <= major <= self.until and extensions.issuperset(self.needs)


def changed(name: str, subject: str, attribute: str, one: str, other: str, **more: Any) -> Case:
    """A pair where one attribute of an object differs; the subject is `kind: identity`."""
    return _differs("changed", name, subject, one, other, attribute=attribute, **more)


def extra(name: str, subject: str, other: str, one: str = "", **more: Any) -> Case:
    """A pair where an object is there that should not be."""
    return _differs("extra", name, subject, one, other, **more)


def missing(name: str, subject: str, one: str, other: str = "", **more: Any) -> Case:
    """A pair where an object is not there that should be."""
    return _differs("missing", name, subject, one, other, **more)


def unsaid(base: str, models: Callable[[MetaData], Any], cases: Iterable[Case]) -> tuple[Case, ...]:
    """The same cases; those that start from `base` with its models, which say nothing of what differs."""
    return tuple(
        replace(c, models=models, rule=UNSAID) if c.models is None and c.base.startswith(base) else c for c in cases
    )


def equal(name: str, one: str, other: str, **more: Any) -> Case:
    """A pair of schemas that are the same, however different they were written."""
    return Case(name, one, other, **more)


def _differs(change: str, name: str, subject: str, one: str, other: str, **more: Any) -> Case:
    kind, _, identity = subject.partition(": ")
    return Case(name, one, other, change=change, kind=kind, object=identity, **more)
