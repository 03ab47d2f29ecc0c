"""What autogenerate says to a difference: whether it sees it, and why it does not."""

from __future__ import annotations

import re
from typing import Any

from alembic_proof.checks.drift.address import address, parts
from alembic_proof.diff import Change
from alembic_proof.trace import Proposal, Witness

# under which of its aspects autogenerate compares an attribute
_ASPECTS = {"identity": "default", "generated": "default", "collation": "type"}
_NO_DEFAULTS = "compare_server_default is not set in context.configure"
_BLIND: dict[tuple[str, str], str] = {
    ("column", "type"): "it takes T[] for T, and compares lengths only where both types have one",
    ("column", "default"): "it passes over the defaults of keys and sequences",
    ("column", "generated"): "of a computed column it only warns",
    ("column", "collation"): "it does not compare a collation that only one side has",
    ("index", "definition"): "of an index it compares columns, expressions and UNIQUE: "
    "not WHERE, INCLUDE, the method, operator classes or WITH",
    ("index", "valid"): "it does not ask whether an index is valid",
    ("CHECK", "definition"): "it compares check constraints not at all, or with a plugin by their names",
    ("PRIMARY KEY", "definition"): "it does not compare primary keys",
    ("EXCLUDE", "definition"): "it does not know exclusion constraints",
    ("UNIQUE", "definition"): "of a unique constraint it compares the set of columns: "
    "not their order, INCLUDE or DEFERRABLE",
    ("FOREIGN KEY", "definition"): "of a foreign key it compares columns, ON DELETE, ON UPDATE and DEFERRABLE: "
    "not the name, MATCH or NOT VALID",
}


def about(change: Change, witness: Witness | None, definition: str = "") -> tuple[Proposal, ...]:
    """The proposals for a difference, drops first; `definition` finds those for a constraint without a name."""
    if witness is None:
        return ()
    where = parts(change.identity)
    found = [p for p in witness.proposals if _is_about(p, change, where, definition or _definition(change))]
    return tuple(sorted(found, key=lambda p: not p.operation.startswith("drop")))


def _is_about(proposal: Proposal, change: Change, where: tuple[str, ...], definition: str) -> bool:
    if change.kind == "table" and change.change != "changed" and (proposal.schema, proposal.table) == where:
        return proposal.kind in ("table", "index")  # the table's indexes come and go with it
    if proposal.kind != change.kind:
        return False
    if address(proposal) == where:
        return not proposal.aspects or bool(set(proposal.aspects) & _aspects(change))
    unnamed = proposal.kind == "constraint" and not proposal.name and bool(proposal.columns)
    return unnamed and (proposal.schema, proposal.table) == where[:2] and _says_columns(definition, proposal)


def _says_columns(definition: str, proposal: Proposal) -> bool:
    columns = re.match(r"(?:FOREIGN KEY|UNIQUE(?: NULLS NOT DISTINCT)?) \(([^)]*)\)", definition)
    return columns is not None and tuple(n.strip(' "') for n in columns[1].split(",")) == proposal.columns


def _definition(change: Change) -> str:
    wanted = next((a.want for a in change.attributes if a.name == "definition"), None)
    return str(wanted or dict(change.payload).get("definition") or "")


def _aspects(change: Change) -> set[str]:
    return {_ASPECTS.get(a.name, a.name) for a in change.attributes}


def unseen(change: Change, proposals: tuple[Proposal, ...]) -> tuple[str, ...]:
    """The attributes that no proposal is about; `definition` stands for the whole."""
    if change.change != "changed" or change.kind not in ("column", "table"):
        whole = change.change == "changed" and _aspects(change) == {"comment"}
        return () if proposals else ("comment" if whole else "definition",)
    covered = {a for p in proposals for a in p.aspects}
    return tuple(a.name for a in change.attributes if _ASPECTS.get(a.name, a.name) not in covered)


def what_it_sees(change: Change, proposals: tuple[Proposal, ...], witness: Witness | None) -> str | None:
    """One sentence for a finding; None where autogenerate was not heard."""
    if witness is None or not witness.answered:
        return None
    missed = unseen(change, proposals)
    if not missed:
        return "autogenerate sees it"
    part = "it" if "definition" in missed or len(missed) == len(change.attributes) else ", ".join(missed)
    reasons = dict.fromkeys(filter(None, (_why(change, attribute, witness) for attribute in missed)))
    return f"autogenerate does not see {part}" + (f": {'; '.join(reasons)}" if reasons else "")


def _why(change: Change, attribute: str, witness: Witness) -> str:
    schema = parts(change.identity)[0]
    if schema != witness.schema and not witness.include_schemas:
        return f"it does not look into the schema {schema}, since include_schemas is not set in context.configure"
    if change.kind == "column" and attribute in ("default", "identity") and witness.failure:
        return f"it fails to compare defaults: {witness.failure.type}"
    if change.kind == "column" and attribute in ("default", "identity"):
        return _BLIND["column", "default"] if witness.compare_server_default else _NO_DEFAULTS
    if change.kind == "column" and attribute == "type" and not witness.compare_type:
        return "compare_type is not set in context.configure"
    if attribute == "comment":
        return f"it does not compare the comment of a {change.kind}"
    kind: Any = change.kind
    if kind == "constraint":
        kind = next((k for k in _CONSTRAINTS if _definition(change).startswith(k)), kind)
    other = f"it does not compare a {change.kind}'s {attribute}" if change.kind == "table" else ""
    return _BLIND.get((kind, attribute)) or other or _not_at_all(change.kind)


_CONSTRAINTS = ("CHECK", "PRIMARY KEY", "EXCLUDE", "UNIQUE", "FOREIGN KEY")


def _not_at_all(kind: str) -> str:
    return "" if kind in ("table", "column", "index", "constraint") else f"it does not compare {kind}s"
