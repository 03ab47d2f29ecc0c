"""`schema/guard-removed`: a constraint that kept wrong rows out is gone, and nothing took its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from alembic_proof.checks.safety.catalog import Changed, changed, in_use
from alembic_proof.checks.safety.culprit import at_culprit, culprit, mentions, name_of
from alembic_proof.checks.safety.words import short
from alembic_proof.findings import Example, Finding, Rule, Severity
from alembic_proof.snapshot import Fact
from alembic_proof.trace import Evidence, Passage

RULE = Rule(
    name="schema/guard-removed",
    severity=Severity.WARNING,
    summary="A constraint is dropped, and nothing takes its place.",
    why="Rows that break it come in silently, and then it cannot be created again.",
    way_out="put what takes its place into the same revision, or accept it with the reason",
    example=Example(
        given="""\
op.create_table("purchase", sa.Column("id", sa.Integer, primary_key=True), sa.Column("amount", sa.Integer))
op.create_check_constraint("ck_purchase_amount", "purchase", "amount >= 0")
""",
        bad="""\
op.drop_constraint("ck_purchase_amount", "purchase")
""",
        good=(
            """\
op.create_check_constraint("ck_purchase_amount_refunds", "purchase", "amount >= -1000", postgresql_not_valid=True)
op.drop_constraint("ck_purchase_amount", "purchase")
""",
        ),
    ),
)
_WORD = re.compile(r'"(?:[^"]|"")+"|\w+')


@dataclass(frozen=True)
class Guard:
    """What kept rows out of a table: a kind of constraint, and the words of its definition."""

    fact: Fact
    table: str
    kind: str
    words: frozenset[str]


def judge(evidence: Evidence) -> list[Finding]:
    """One finding for each constraint, unique index and NOT NULL of a table that stays."""
    return [
        finding
        for passage in evidence.measured.passages
        for finding in _of(evidence, passage, changed(evidence, passage))
    ]


def _of(evidence: Evidence, passage: Passage, catalog: Changed) -> Iterator[Finding]:
    new = tuple(_guards(catalog.added))
    for guard in _guards(catalog.removed):
        if not _is_gone(guard, catalog) or not in_use(passage, guard.table) or _is_told(guard, passage):
            continue
        if not _is_proof(guard, evidence, catalog) and not any(_replaces(n, guard, evidence, catalog) for n in new):
            name = guard.fact.identity
            found = culprit(passage, guard.table, ("ALTER TABLE", "DROP INDEX"), name_of(name), "DROP")
            message = f"{short(name)} is dropped, and nothing takes its place: {guard.fact.payload['definition']}"
            yield at_culprit(RULE, evidence, passage, found, message, object=name)
    yield from _nullable(evidence, passage, catalog)


def _guards(facts: tuple[Fact, ...]) -> Iterator[Guard]:
    for fact in facts:
        definition = str(fact.payload.get("definition"))
        if fact.kind == "constraint":
            kind = re.split(r"[ (]", definition, maxsplit=1)[0]
            yield Guard(fact, fact.parent or "", "UNIQUE" if kind == "PRIMARY" else kind, _words(definition))
        elif fact.kind == "index" and definition.startswith("CREATE UNIQUE") and not fact.payload.get("constraint"):
            yield Guard(fact, fact.parent or "", "UNIQUE", _words(definition.partition(" USING ")[2]))


def _words(definition: str) -> frozenset[str]:
    """All names in it; of a key the columns, which are what it says before anything else."""
    text = definition
    if definition.startswith(("UNIQUE", "PRIMARY", "btree", "FOREIGN")):
        text = definition.partition("(")[2].partition(")")[0]
    return frozenset(w.strip('"') for w in _WORD.findall(text) if not w.isupper())


def _is_gone(guard: Guard, catalog: Changed) -> bool:
    """By itself: not with its table, a column of it, or the table that it refers to."""
    if guard.fact.key in catalog.after or catalog.table_is_gone(guard.table):
        return False
    columns = {name_of(f.identity) for f in catalog.gone("column") if f.parent == guard.table}
    definition = str(guard.fact.payload["definition"])
    referred = [name_of(f.identity) for f in catalog.gone("table")]
    return not guard.words & columns and not (
        guard.kind == "FOREIGN" and any(mentions(definition.partition("REFERENCES")[2], r) for r in referred)
    )


def _is_told(guard: Guard, passage: Passage) -> bool:
    """Whether CASCADE took it, which is a finding by itself."""
    objects = (o for s in passage.statements if s.effects for o in s.effects.cascaded)
    return any(o.startswith("constraint ") and mentions(o, name_of(guard.fact.identity)) for o in objects)


def _replaces(new: Guard, old: Guard, evidence: Evidence, catalog: Changed) -> bool:
    """For a key the same columns or fewer; of two conditions only a person knows which is the wider one."""
    if new.fact.key in catalog.before or (new.table, new.kind) != (old.table, old.kind):
        return False
    if old.kind != "CHECK":
        return new.words <= old.words
    facts = (*evidence.trace.head.facts, *catalog.removed, *catalog.added)
    columns = {name_of(f.identity) for f in facts if f.kind == "column" and f.parent == old.table}
    return bool(new.words & old.words & columns)


def _is_proof(guard: Guard, evidence: Evidence, catalog: Changed) -> bool:
    """A `CHECK (column IS NOT NULL)` of which the column is NOT NULL by itself by now."""
    plain = re.fullmatch(r"CHECK \(\((\S+) IS NOT NULL\)\)(?: NOT VALID)?", str(guard.fact.payload["definition"]))
    if plain is None:
        return False
    columns = (*evidence.trace.head.facts, *catalog.added)
    identity = f"{guard.table}.{plain[1]}"
    return any(f.key == ("column", identity) and f.payload.get("not null") for f in columns)


def _nullable(evidence: Evidence, passage: Passage, catalog: Changed) -> Iterator[Finding]:
    for before, after in catalog.pairs("column"):
        table = before.parent or ""
        if _is_loosened(before, after) and in_use(passage, table) and not catalog.table_is_gone(table):
            found = culprit(passage, table, ("ALTER TABLE",), name_of(before.identity), "NULL")
            message = f"{short(before.identity)} may be NULL now: it was NOT NULL"
            yield at_culprit(RULE, evidence, passage, found, message, object=before.identity)


def _is_loosened(before: Fact, after: Fact) -> bool:
    return bool(before.payload.get("not null")) and not after.payload.get("not null")
