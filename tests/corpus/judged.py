"""What the tool says of the pairs: by their facts, by the drift rules, and by pg_dump."""

from __future__ import annotations

import re

from alembic_proof.checks import models_differ, names_differ
from alembic_proof.ddl import cannot_say, schema_text
from alembic_proof.ddl.schema import Schema
from alembic_proof.diff import Change
from alembic_proof.findings import Finding
from alembic_proof.history import History, Revision
from alembic_proof.snapshot import Snapshot, parse_fact
from alembic_proof.trace import Evidence, Models, Run

from .case import Case
from .sides import Pairs, Side

HEAD = "a1"


def words(change: Change) -> str:
    """A change as `change kind identity: attributes`."""
    names = ", ".join(a.name for a in change.attributes)
    return f"{change.change} {change.subject}" + (f": {names}" if names else "")


def facts(pairs: Pairs, case: Case) -> list[str]:
    """What differs between the two sides of a case."""
    return sorted(words(change) for change in pairs.changes.get(case.name, []))


def of_case(pairs: Pairs, snapshot: Snapshot) -> dict[str | None, Snapshot]:
    """A snapshot, cut into the cases."""

    def named(line: str) -> str:
        fact = parse_fact(line)
        return f"{fact.identity} {fact.parent or ''}"

    cut = pairs.sorted(snapshot.lines, named)
    return {name: Snapshot(frozenset(lines)) for name, lines in cut.items()}


def drift(migrated: Snapshot, models: Snapshot) -> list[Finding]:
    """What both drift rules say of two snapshots."""
    evidence = Evidence(
        history=History((Revision("a1.py", HEAD),)),
        upgrade=Run(finished=True, versions=(HEAD,), snapshot=migrated),
        models=Models(tables=1, snapshot=models),
    )
    return [*models_differ.judge(evidence), *names_differ.judge(evidence)]


def drifts(pairs: Pairs, side: Side) -> dict[str, list[Finding]]:
    """The findings by the names of the cases that models can say."""
    migrated, models = of_case(pairs, side.snapshot), of_case(pairs, pairs.models)
    return {case.name: drift(migrated[case.name], models[case.name]) for case in pairs.cases if case.models}


def blocks(pairs: Pairs, schema: Schema) -> dict[str | None, list[str]]:
    """The blocks of `schema.sql` by the names of their cases; each begins with a line that names its object."""
    return pairs.sorted(schema_text(schema).split("\n-- ")[1:], lambda block: block.partition("\n")[0])


def beyond_text(pairs: Pairs, schema: Schema) -> set[str | None]:
    """The cases that `schema.sql` says it cannot bring back, and what no server here has a provider for."""
    return {*pairs.sorted(cannot_say(schema), str), "security label"}


def loadable(schema: Schema) -> str:
    """`schema.sql` without security labels."""
    return re.sub(r"\n-- security label .*\n(?:SECURITY LABEL.*\n)*", "", schema_text(schema))


def dumps(pairs: Pairs) -> dict[str, set[str]]:
    """By the names of the cases, the entries that only one side's dump has."""
    found = {}
    for side in (pairs.one, pairs.other):
        cut = pairs.sorted(side.dump, lambda e: f"{e.schema} {e.name} {e.owner}")
        for name, entries in cut.items():
            found.setdefault(name, []).append({f"{e.type} {e.schema} {e.name} of {e.owner}\n{e.text}" for e in entries})
    return {name: sides[0] ^ (sides[1] if len(sides) > 1 else set()) for name, sides in found.items() if name}
