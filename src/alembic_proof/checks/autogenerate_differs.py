"""`drift/autogenerate-differs`: autogenerate proposes what the two catalogs do not show."""

from __future__ import annotations

from collections.abc import Iterable

from alembic_proof.checks.drift import drift_of
from alembic_proof.checks.drift.address import address, parts
from alembic_proof.checks.drift.excluded import matches
from alembic_proof.checks.drift.witness import about
from alembic_proof.findings import Basis, Finding, Rule, Severity
from alembic_proof.snapshot import Fact, parse_fact
from alembic_proof.trace import Evidence, Proposal, Witness

RULE = Rule(
    name="drift/autogenerate-differs",
    severity=Severity.INFO,
    summary="Autogenerate proposes a change where models and migrations agree.",
    why="`alembic check` fails, and the next generated revision contains it; some of these proposals drop tables.",
    way_out="let include_object leave it out; do not put it into a revision",
)
_NAMED = {"table", "column", "index", "constraint", "enum"}


def judge(evidence: Evidence) -> list[Finding]:
    """What no difference of the catalogs explains, one finding per object."""
    witness, drift = evidence.witness, drift_of(evidence)
    if witness is None or evidence.models is None or evidence.models.failure or not evidence.models.tables:
        return []
    explained = {id(p) for c in drift.structural for p in about(c, witness)}
    explained |= {id(p) for pair in drift.renamed for c in pair for p in about(c, witness)}
    left = [p for p in witness.proposals if id(p) not in explained and not _excluded(p, evidence)]
    by_object: dict[tuple[str, ...], list[Proposal]] = {}
    for proposal in left:
        by_object.setdefault((proposal.kind, *address(proposal)), []).append(proposal)
    tables = _tables(evidence) if left else {}
    return [_finding(proposals, witness, tables) for proposals in by_object.values()]


def _excluded(proposal: Proposal, evidence: Evidence) -> bool:
    names = (proposal.schema, proposal.table or "")
    return proposal.kind in _NAMED and any(matches(p, names) for p in evidence.exclude)


def _tables(evidence: Evidence) -> dict[tuple[str, ...], Fact]:
    lines: Iterable[str] = evidence.upgrade.snapshot.lines if evidence.upgrade else ()
    facts = (parse_fact(line) for line in lines if line.startswith('["table"'))
    return {parts(f.identity): f for f in facts}


def _finding(proposals: list[Proposal], witness: Witness, tables: dict[tuple[str, ...], Fact]) -> Finding:
    first = proposals[0]
    name = ".".join(filter(None, address(first)))
    what = " and ".join(dict.fromkeys(p.operation for p in proposals))
    aspects = ", ".join(dict.fromkeys(a for p in proposals for a in p.aspects))
    reason = _reason(first, witness, tables)
    if first.kind in _NAMED:
        told = "; models and migrated schema are equal there" + (f": {reason}" if reason else "")
    else:
        told = ": a plug-in of autogenerate says so, and models have no words for it"
    return Finding(
        rule=RULE.name,
        severity=RULE.severity,
        basis=Basis.OBSERVED,
        message=f"autogenerate proposes to {what} {name}{f' ({aspects})' if aspects else ''}{told}",
        hint=RULE.way_out if first.kind in _NAMED else "see whether the revision that it generates is right",
        object=name,
        details=tuple(p.text for p in proposals if p.text),
    )


def _reason(proposal: Proposal, witness: Witness, tables: dict[tuple[str, ...], Fact]) -> str:
    table = tables.get((proposal.schema, proposal.table or ""))
    if table is not None and table.payload.get("partition of"):
        return "it takes a partition for a table of its own"
    if proposal.schema != witness.schema and not witness.include_schemas:
        return f"it does not look into the schema {proposal.schema}, since include_schemas is not set"
    if proposal.kind == "table" and table is None:
        return "the table is no part of the schema, but an extension's"
    return _REASONS.get(proposal.aspects[0] if proposal.aspects else proposal.kind, "")


_REASONS = {
    "index": "it compares the text of expressions, which Postgres writes in its own way",
    "default": "it asks the server whether two defaults are equal, and of NULL or a function the answer is no",
    "type": "it compares the types' names as SQLAlchemy writes them",
}
