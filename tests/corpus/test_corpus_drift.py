"""Each difference between two schemas is found, with its object and attribute, and no equal pair is told."""

from collections.abc import Callable, Iterable

import pytest

from alembic_proof.catalog import KINDS
from alembic_proof.ddl.schema import Schema
from alembic_proof.diff import compare
from alembic_proof.snapshot import INFORMATIONAL

from . import judged, servers, sides
from .case import UNSAID, Case
from .drift import CASES, DIFFERENT, EQUAL
from .servers import Ground
from .sides import Pairs

# what `schema.sql` says it cannot bring back, and a label whose provider is not there
BEYOND_TEXT = {
    *("base type left a shell", "index invalid", "foreign key triggers disabled", "security label"),
    *("partition detached half way", "secret of a user mapping", "connection of a subscription"),
    *(case.name for case in CASES if case.kind == "subscription"),
}
MEMBERS = ("member_relations", "member_routines")


def all_right(cases: Iterable[Case], judge: Callable[[Case], str]) -> None:
    """Fails with what is said against each case."""
    wrong = [f"{case.name}: {said}" for case in cases if (said := judge(case))]
    if wrong:
        pytest.fail("\n".join([f"{len(wrong)} cases", *wrong]), pytrace=False)


def test_the_corpus_is_as_large_as_promised() -> None:
    """At least 110 differences and 60 equal pairs, each under a name of its own."""
    assert len(DIFFERENT) >= 110
    assert len(EQUAL) >= 60
    assert len({case.schema for case in CASES}) == len(CASES)
    assert all(len(case.schema) < 64 for case in CASES)


def test_every_difference_is_found_by_the_facts(pairs: Pairs) -> None:
    """The snapshots of the two sides differ in this object and this attribute, and in nothing else."""

    def judge(case: Case) -> str:
        found = judged.facts(pairs, case)
        return "" if found == case.said else f"{found}, not {case.said}"

    all_right((c for c in pairs.cases if c.change), judge)


def test_no_equal_pair_differs_by_the_facts(pairs: Pairs) -> None:
    """However differently the schemas were written, built, or in which order."""
    all_right((c for c in pairs.cases if not c.change), lambda c: "; ".join(judged.facts(pairs, c)))


def test_every_difference_belongs_to_a_case(pairs: Pairs) -> None:
    """Nothing differs that no case asked for."""
    assert pairs.changes.get(None, []) == []


def test_what_models_can_say_is_found_as_drift(pairs: Pairs) -> None:
    """One finding: the rule and the object of the case, and the attribute in its words; none where they are silent."""
    found = judged.drifts(pairs, pairs.other)

    def judge(case: Case) -> str:
        findings = found[case.name]
        spoken = "\n".join(text for f in findings for text in (f.message, *f.details))
        if case.rule == UNSAID:
            return spoken
        right = [(f.rule, f.object) for f in findings] == [(case.rule, case.named(case.object))]
        return "" if right and any(word in spoken for word in case.attribute.split(", ")) else spoken or "nothing"

    all_right((c for c in pairs.cases if c.models and c.change), judge)


def test_models_and_migrations_that_agree_are_no_drift(pairs: Pairs) -> None:
    """Both sides of an equal pair, and the right side of a difference."""
    one, other = judged.drifts(pairs, pairs.one), judged.drifts(pairs, pairs.other)

    def judge(case: Case) -> str:
        found = one[case.name] + ([] if case.change else other[case.name])
        return "; ".join(text for f in found for text in (f.rule, f.message, *f.details))

    all_right((c for c in pairs.cases if c.models), judge)


def test_pg_dump_agrees(pairs: Pairs) -> None:
    """Its text differs where the facts do, and is the same where they are; or the case says why not."""
    texts = judged.dumps(pairs)

    def judge(case: Case) -> str:
        differs = bool(texts.get(case.name))
        agrees = differs is bool(case.change)
        right = agrees is not bool(case.pg_dump)
        return "" if right else "\n".join(sorted(texts[case.name])) or "the same text"

    all_right(pairs.cases, judge)


@pytest.mark.parametrize("side", ["one", "other"])
def test_schema_sql_gives_the_same_facts_again(side: str, ground: Ground, pairs: Pairs) -> None:
    """Loaded into an empty database; of all cases at once, but of those that it says it cannot bring back."""
    schema: Schema = getattr(pairs, side).schema
    loaded = servers.loaded(ground.server, f"loaded_{side}", judged.loadable(schema))
    beyond = judged.beyond_text(pairs, schema)
    assert beyond <= BEYOND_TEXT
    changes = pairs.sorted(compare(have=loaded.snapshot, want=schema.snapshot), lambda change: change.identity)
    all_right((c for c in pairs.cases if c.name not in beyond), lambda c: "; ".join(map(str, changes.get(c.name, []))))
    assert changes.keys() <= {case.name for case in pairs.cases}
    again, first = judged.blocks(pairs, loaded), judged.blocks(pairs, schema)
    assert [c.name for c in pairs.cases if c.name not in beyond and again.get(c.name) != first.get(c.name)] == []


def test_schema_sql_differs_where_the_facts_do(pairs: Pairs) -> None:
    """And is the same text where they are the same."""
    one, other = (judged.blocks(pairs, side.schema) for side in (pairs.one, pairs.other))
    beyond = judged.beyond_text(pairs, pairs.one.schema) | judged.beyond_text(pairs, pairs.other.schema)
    weighed = [case for case in pairs.cases if case.kind not in INFORMATIONAL and case.name not in beyond]

    def judge(case: Case) -> str:
        differs = one.get(case.name) != other.get(case.name)
        return "" if differs is bool(case.change) else f"{one.get(case.name)}"

    all_right(weighed, judge)


def test_the_order_of_creation_is_no_difference(ground: Ground, pairs: Pairs) -> None:
    """Cases in another order, and the statements of each that only creates."""
    equal = [case for case in pairs.cases if not case.change]
    want = judged.of_case(pairs, pairs.one.snapshot)
    for seed in (1, 2, 3):
        have = judged.of_case(pairs, sides.shuffled(ground, equal, seed))
        assert [c.name for c in equal if have[c.name] != want[c.name]] == []


def test_every_kind_of_fact_differs_somewhere(ground: Ground, pairs: Pairs) -> None:
    """Nothing is read of the catalog that no case has seen to differ, but what this server cannot have."""
    same = {
        kind
        for kind in KINDS
        if servers.lines(ground.server, "one", kind) == servers.lines(ground.server, "other", kind)
    }
    # no names of NOT NULL before 18, no extension with members to grant without contrib
    bare = "seg" not in ground.extensions
    cannot = {"not_null_names": ground.major < 18, **dict.fromkeys(MEMBERS, bare)}
    assert same == {kind for kind, so in cannot.items() if so}
