"""The comparison behind the drift rules: what differs, what only its name, and what models cannot express."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from alembic_proof.checks.common import recorded
from alembic_proof.checks.drift.excluded import Excluded
from alembic_proof.checks.drift.literals import same_default
from alembic_proof.checks.drift.names import Pair, pairs, with_names_of
from alembic_proof.checks.drift.unmodelled import Words
from alembic_proof.diff import Attribute, Change, compare_lines
from alembic_proof.snapshot import Fact, Snapshot, parse_fact
from alembic_proof.trace import Evidence, Models, Witness


@dataclass(frozen=True)
class Drift:
    """`structural`: real differences; `renamed`: pairs (migrated, models); `unmodelled`: only the migrations know.

    `excluded` is what was not compared, and by whom.
    """

    structural: tuple[Change, ...] = ()
    renamed: tuple[Pair, ...] = ()
    unmodelled: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def drift_of(evidence: Evidence) -> Drift:
    """Nothing where there is no head or no models to compare."""
    models, upgrade = evidence.models, evidence.upgrade
    if models is None or not models.tables or models.failure or upgrade is None or not recorded(evidence):
        return Drift()
    return _compare(upgrade.snapshot, models, evidence.witness, evidence.exclude)


@lru_cache(maxsize=4)
def _compare(head: Snapshot, models: Models, witness: Witness | None, exclude: tuple[str, ...]) -> Drift:
    have = {line: parse_fact(line) for line in head.lines - models.snapshot.lines}
    want = {line: parse_fact(line) for line in models.snapshot.lines - head.lines}
    given = {identity for _, identity in models.given}
    excluded = Excluded(exclude, witness, head, models.snapshot)

    def counts(fact: Fact) -> bool:
        return fact.key not in models.given and fact.parent not in given and not excluded.covers(fact)

    have_lines, want_lines = ([line for line, fact in facts.items() if counts(fact)] for facts in (have, want))
    changes = _of_their_kind(compare_lines(want_lines, have_lines))
    facts = {f.key: f for f in have.values()}, {f.key: f for f in want.values()}
    words = Words(models.snapshot, witness)
    modelled = [c for c in changes if words.modelled(c)]
    renamed, rest = pairs(modelled)
    structural = [w for c in rest if (w := words.without_unmodelled(_without_noise(c, renamed, *facts))) is not None]
    return Drift(
        structural=tuple(_without_sequences_of_identities(structural)),
        renamed=renamed,
        unmodelled=words.unmodelled,
        excluded=excluded.told,
    )


def _of_their_kind(changes: Iterable[Change]) -> list[Change]:
    """Without the columns of what is a view on one side and a table on the other: that is one change."""
    changes = list(changes)
    whole = {c.identity for c in changes if c.change != "changed" and c.parent is None}
    return [c for c in changes if c.parent not in whole]


_Facts = dict[tuple[str, str], Fact]


def _without_noise(change: Change, renamed: Iterable[Pair], have: _Facts, want: _Facts) -> Change:
    """Without the differences that mean the same: a default's cast, the sequence's name in a serial's default."""
    if change.kind != "column" or change.change != "changed":
        return change
    types = tuple(str(facts[change.kind, change.identity].payload.get("type")) for facts in (have, want))
    kept = tuple(a for a in change.attributes if a.name != "default" or not _means_the_same(a, types, renamed))
    return replace(change, attributes=kept)


def _means_the_same(default: Attribute, types: Iterable[str], renamed: Iterable[Pair]) -> bool:
    return same_default(with_names_of(default.have, renamed), default.want, types)


def _without_sequences_of_identities(changes: list[Change]) -> list[Change]:
    """A sequence comes and goes with its column's identity, as with its column."""
    identities = {c.identity for c in changes if any(a.name == "identity" for a in c.attributes)}
    return [c for c in map(_no_identity_mark, changes) if c is not None and not _of_identity(c, identities)]


def _no_identity_mark(change: Change) -> Change | None:
    """Whose sequence it is says the column."""
    if change.kind != "sequence" or change.change != "changed":
        return change
    kept = tuple(a for a in change.attributes if a.name != "of identity")
    return replace(change, attributes=kept) if kept else None


def _of_identity(change: Change, identities: set[str]) -> bool:
    payload = dict(change.payload)
    return change.kind == "sequence" and bool(payload.get("of identity")) and payload.get("owned by") in identities
