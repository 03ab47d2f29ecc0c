"""Random DDL: lists of statements that make, change and drop objects of all usual kinds.

A statement may be refused by the server, for what came before or for its version; whoever runs them leaves it out.
The statements are templates: `{word}` is one of the `PIECES`, or what the world has under that word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from .templates import ALTER, CREATE, PIECES
from .words import COLLATABLE, DEFAULTS, NAMES, TEXTS, TYPES, literal, quoted

OWN_TYPES = ("enum", "domain", "composite", "range")
FIRST = "CREATE TABLE {new:table} ({definitions})"


class World:
    """What there should be so far; a refused statement makes it only less accurate.

    `that` is the table of which a statement speaks, `named` a part of it, `other` a second table.
    """

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw
        self.count = 0
        self.schemas = ["public"]
        self.columns: dict[str, dict[str, str]] = {}
        self.partitioned: dict[str, str] = {}
        self.things: dict[str, list[str]] = {}
        self.parts: dict[str, list[tuple[str, str]]] = {}
        self.that = self.named = self.other = "public.missing"

    def one(self, options: Any) -> Any:
        """One of them."""
        return self._draw(st.sampled_from(list(options)))

    def fill(self, template: str) -> str:
        """The template with all words replaced, from left to right."""
        return re.sub(r"\{(\w+)(?::([\w ]+))?\}", self._word, template)

    def _word(self, match: re.Match[str]) -> str:
        word, argument = match.groups()
        if word in PIECES:
            return self.fill(self.one(PIECES[word]))
        said = getattr(self, f"say_{word}")
        return str(said(argument) if argument else said())

    # -- names

    def say_name(self) -> str:
        """A name that nothing else has."""
        self.count += 1
        return quoted(f"{self.one(NAMES)}{self.count}")

    def say_schema(self) -> str:
        """A schema that there is."""
        return str(self.one(self.schemas))

    def say_laterschema(self) -> str:
        """A schema that a statement made."""
        return str(self.one(self.schemas[1:] or ["missing"]))

    def say_newschema(self) -> str:
        """Another one."""
        self.schemas.append(self.say_name())
        return self.schemas[-1]

    def say_new(self, kind: str) -> str:
        """The qualified name of a new object of a kind."""
        called = f"{self.say_schema()}.{self.say_name()}"
        self.things.setdefault(kind, []).append(called)
        if kind in ("table", "view", "matview"):
            self.that = called
            self.columns[called] = {"id": "integer"}
        return called

    def say_old(self, kind: str) -> str:
        """An object of a kind, if there is any."""
        return str(self.one(self.things.get(kind) or ["public.missing"]))

    def say_table(self) -> str:
        """A table that there is, of which the statement speaks from here on."""
        self.that = self.say_old("table")
        return self.that

    def say_that(self) -> str:
        """The same table."""
        return self.that

    def say_another(self) -> str:
        """A table that is only referred to."""
        self.other = self.say_old("table")
        return self.other

    def say_part(self, kind: str) -> str:
        """The name of a new part of the table."""
        name = self.say_name()
        self.parts.setdefault(kind, []).append((self.that, name))
        return name

    def say_of(self, kind: str) -> str:
        """The table of a part that there is."""
        self.that, self.named = self.one(self.parts.get(kind) or [("public.missing", "missing")])
        return self.that

    def say_parted(self, kind: str) -> str:
        """The name of a new part of a table that there is."""
        self.say_table()
        return self.say_part(kind)

    def say_swap(self, kind: str) -> str:
        """A part that there is, as `name ON table`."""
        table = self.say_of(kind)
        return f"{self.named} ON {table}"

    def say_named(self) -> str:
        """That part."""
        return self.named

    def say_index(self) -> str:
        """The name of a new index of the table."""
        name = self.say_name()
        self.things.setdefault("index", []).append(f"{self.that.partition('.')[0]}.{name}")
        return name

    def say_bareindex(self) -> str:
        """An index without its schema."""
        return self.say_old("index").partition(".")[2]

    # -- columns

    def say_column(self) -> str:
        """A column of the table."""
        self.named = self.one(self.columns.get(self.that) or ["missing"])
        return self.named

    def say_columns(self) -> str:
        """Some of them."""
        known = list(self.columns.get(self.that) or ["missing"])
        return ", ".join(self._draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True)))

    def say_otherscolumn(self) -> str:
        """A column of the other table."""
        return str(self.one(self.columns.get(self.other) or ["missing"]))

    def say_definition(self) -> str:
        """A column's definition."""
        name, kind = self.say_name(), self.say_type()
        self.columns.setdefault(self.that, {})[name] = kind
        said = f"{name} {kind}" + (self.fill("{collate}") if kind in COLLATABLE else "")
        if kind in ("integer", "bigint", "smallint") and self.say_n() == "0":
            return said + self.fill("{identity}")
        return said + self.one(("", "", f" DEFAULT {self._default(kind)}")) + self.fill("{notnull}")

    def say_definitions(self) -> str:
        """All columns of a new table."""
        more = (self.say_definition() for _ in range(self._draw(st.integers(0, 5))))
        return ", ".join([self.fill("{id}"), *more])

    def say_default(self) -> str:
        """A default for the column that was named last."""
        return self._default(self.columns.get(self.that, {}).get(self.named, ""))

    def _default(self, kind: str) -> str:
        if kind == "text":
            return self.say_text()
        sequences = [f"nextval({literal(name)})" for name in self.things.get("sequence", ())]
        known = DEFAULTS.get(kind, ("NULL",))
        return str(self.one([*known, *(sequences if kind in ("integer", "bigint") else ())]))

    def say_copy(self) -> str:
        """A new table with the columns of another."""
        self.other = self.say_old("table")
        name = self.say_new("table")
        self.columns[name] = dict(self.columns.get(self.other, {}))
        return name

    def say_copied(self) -> str:
        """The table that is copied."""
        return self.other

    # -- partitions

    def say_partitioned(self, how: str) -> str:
        """A new partitioned table."""
        name = self.say_new("table")
        self.columns[name] = {"id": "integer", "k": "integer", "note": "text"}
        self.partitioned[name] = how
        return name

    def say_partition(self) -> str:
        """A new partition."""
        self.other = self.one(list(self.partitioned) or ["public.missing"])
        name = self.say_new("table")
        self.columns[name] = dict(self.columns.get(self.other, {}))
        return name

    def say_bound(self) -> str:
        """Its bound."""
        n = int(self.say_n())
        bounds = {
            "LIST": f"FOR VALUES IN ({n}, {n + 10})",
            "RANGE": f"FOR VALUES FROM ({n}) TO ({n + 1})",
            "HASH": f"FOR VALUES WITH (modulus 10, remainder {n})",
        }
        return str(self.one((bounds[self.partitioned.get(self.other, "LIST")],) * 3 + ("DEFAULT",)))

    # -- values

    def say_type(self) -> str:
        """A type, perhaps one of ours, perhaps an array."""
        own = [name for kind in OWN_TYPES for name in self.things.get(kind, ())]
        return str(self.one([*TYPES, *own])) + self.one(("", "", "", "", "", "[]"))

    def say_text(self) -> str:
        """A literal."""
        return literal(self.one(TEXTS))

    def say_n(self) -> str:
        """A digit."""
        return str(self._draw(st.integers(0, 9)))

    def can_say(self, template: str) -> bool:
        """Whether there is what the template asks for; what it asks for by a piece may be missing."""
        known = {kind for found in (self.things, self.parts) for kind, names in found.items() if names}
        return known.issuperset(re.findall(r"\{(?:old|of|swap):([\w ]+)\}", template)) and bool(
            self.partitioned or "{partition}" not in template
        )


@st.composite
def ddl(draw: Callable[[Any], Any], least: int = 0, most: int = 40) -> list[str]:
    """A list of statements; it begins with a table, as most need one."""
    world = World(draw)
    found = [world.fill(FIRST)]
    for _ in range(draw(st.integers(least, most))):
        found.append(world.fill(world.one(t for t in (*CREATE, *CREATE, *ALTER) if world.can_say(t))))  # noqa: PERF401
    return found
