"""What a revision changed in the catalog, as the walk saw it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from alembic_proof.checks.safety.culprit import mentions, name_of, tag_of
from alembic_proof.snapshot import Fact, parse_fact
from alembic_proof.trace import Evidence, Passage, quoted

TABLES = ("table", "foreign table")


@dataclass(frozen=True)
class Changed:
    """The facts that were there before only, and those that are there after only."""

    passage: Passage
    removed: tuple[Fact, ...] = ()
    added: tuple[Fact, ...] = ()

    @cached_property
    def before(self) -> dict[tuple[str, str], Fact]:
        """What was removed or changed, by kind and identity."""
        return {f.key: f for f in self.removed}

    @cached_property
    def after(self) -> dict[tuple[str, str], Fact]:
        """What was added or changed."""
        return {f.key: f for f in self.added}

    def gone(self, *kinds: str) -> Iterator[Fact]:
        """What is no longer there under its name."""
        return (f for f in self.removed if f.kind in kinds and f.key not in self.after)

    def is_gone(self, kind: str, identity: str) -> bool:
        """Whether something of that name is no longer there."""
        return (kind, identity) in self.before and (kind, identity) not in self.after

    def is_new(self, kind: str, identity: str) -> bool:
        """Whether something of that name was not there before."""
        return (kind, identity) in self.after and (kind, identity) not in self.before

    def pairs(self, kind: str) -> Iterator[tuple[Fact, Fact]]:
        """Before and after of what changed and kept its name."""
        return ((f, self.after[f.key]) for f in self.removed if f.kind == kind and f.key in self.after)

    def table_is_gone(self, table: str) -> bool:
        """Whether a table was dropped or has another name."""
        return any(self.is_gone(kind, table) for kind in TABLES)

    def is_renamed(self, table: str, column: str | None = None) -> bool:
        """Whether a statement gives another name, or a table another schema."""
        return any(self._renames(s.sql, tag_of(s), table, column) for s in self.passage.statements)

    def _renames(self, sql: str, tag: str, table: str, column: str | None) -> bool:
        if not (mentions(sql, "RENAME") or mentions(sql, "SET SCHEMA")):
            return False
        if tag.startswith("ALTER SCHEMA") and column is None:
            return mentions(sql, table.partition(".")[0].strip('"'))
        return mentions(sql, name_of(table) if column is None else column)


def changed(evidence: Evidence, passage: Passage) -> Changed:
    """Nothing, where the walk did not look."""
    step = evidence.trace.step(passage.revision, "upgrade")
    if step is None:
        return Changed(passage)
    return Changed(passage, tuple(map(parse_fact, step.removed or ())), tuple(map(parse_fact, step.added or ())))


def in_use(passage: Passage, table: str | None) -> bool:
    """Whether a table was there before the deploy: nobody uses the others yet."""
    return table not in passage.created


def column_in_use(evidence: Evidence, passage: Passage, table: str, column: str) -> bool:
    """Whether a column, as the facts name it, was there before the deploy, perhaps under another name."""
    if not in_use(passage, table):
        return False
    passages = evidence.measured.passages if evidence.measured.together else ()
    earlier = passages[: passages.index(passage)] if passage in passages else ()
    identity = f"{table}.{column}"
    return not any(
        step.is_new("column", identity) and not step.is_renamed(table, name_of(identity))
        for step in (changed(evidence, p) for p in earlier)
    )


def column_of(table: str, column: str) -> str:
    """The identity of a column by its plain name."""
    return f"{table}.{quoted(column)}"
