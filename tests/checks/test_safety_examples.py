"""The example of each rule, run: the bad revision is found at its line, the good ones are not, on each Postgres."""

import re
from pathlib import Path

import pytest

from alembic_proof.checks.safety import SAFETY
from alembic_proof.findings import Finding, Severity
from alembic_proof.provision import Server

from .examples import Told, at, examples, judged

RULES = {module.RULE.name: module.RULE for module in SAFETY}
TOLD = examples(RULES.values())
# no upgrade comes past these bad revisions
ENDS = frozenset(
    {
        "schema/dependent-object-in-the-way",
        "schema/object-missing",
        "schema/privilege-missing",
        "upgrade/enum-value-used",
        "upgrade/refused-in-transaction",
    }
)
# of many revisions not every one is broken off and run again
BROKEN_OFF = frozenset({"schema/invalid-index", "upgrade/not-rerunnable"})
# a good revision that another rule finds something in, and why it is good all the same
_GONE = "in the end it is dropped on purpose, as in the bad one; only the lock, or the index, is another matter"
BUT: dict[tuple[str, str], str] = {
    ("lock/drops-other-indexes", "data/drops-column"): _GONE,
    ("lock/drops-other-indexes", "compat/drops-what-is-used"): _GONE,
    ("lock/referenced-table", "data/drops-table"): _GONE,
    ("lock/referenced-table", "compat/drops-what-is-used"): _GONE,
    (
        "lock/several-scans",
        "lock/type-rewrites-table",
    ): "the rows are copied once; a rule of its own says how not at all",
}


def test_every_rule_over_measurements_has_an_example() -> None:
    """What it finds can be shown; but for what only another env.py or several revisions of one deploy show."""
    without = {name for name, rule in RULES.items() if rule.example is None}
    assert without == {"upgrade/autocommit-impossible", "lock/table-in-several-revisions"}


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told.rule.name)
def test_an_example_can_be_read_and_renamed(told: Told) -> None:
    """It is Python, and each thing that it makes has one of the two names that are exchanged."""
    for side in ("b", "g"):
        for id_, up, down in told.revisions(side):
            compile(up, id_, "exec")
            compile(down, id_, "exec")
            made = re.findall(
                r"\bCREATE (?:OR REPLACE )?(?:\w+ )*?(?:TABLE|VIEW|TYPE|DOMAIN|FUNCTION|INDEX)\s+(\w+)", up
            )
            made += re.findall(r'create_(?:table|index)\(\s*"(\w+)"', up)
            assert [name for name in made if not re.search("account|purchase|CONCURRENTLY", name)] == []


TOGETHER = [t for t in TOLD if t.rule.name not in ENDS | BROKEN_OFF]
# of more revisions under test less is asked: so many examples make as many as a branch may have
FEW = 4
BATCHES = [TOGETHER[n : n + FEW] for n in range(0, len(TOGETHER), FEW)]
BATCHES += [[t] for t in TOLD if t not in TOGETHER]


@pytest.mark.slow
@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: batch[0].rule.name)
def test_what_is_bad_is_found_and_what_is_good_is_not(batch: list[Told], server: Server, tmp_path: Path) -> None:
    """The bad revision at its line; in no good one is it found again, nor anything else that is an error."""
    report = judged(tmp_path, server, [r for t in batch for side in "gb" for r in t.revisions(side)])
    ended = [r.id for r in report.revisions if r.upgrade == "failed"]
    assert (report.incomplete, ended) == (None, []) or batch[0].rule.name in ENDS
    wrong = []
    for told in batch:
        wrong += _missed(told, at(report, told.bad), told.lines(tmp_path)) + _noise(told, at(report, *told.good))
    assert not wrong, "\n".join(wrong)


def _missed(told: Told, found: list[Finding], lines: set[int]) -> list[str]:
    mine = [f for f in found if f.rule == told.rule.name]
    if any(f.line in lines for f in mine):
        return []
    where = f", only at line {[f.line for f in mine]}, not {sorted(lines)}" if mine else ""
    return [f"{told.rule.name}: the bad one is not found{where}; found: {[f.rule for f in found]}"]


def _noise(told: Told, found: list[Finding]) -> list[str]:
    """The rule itself at any level, of the others what is an error; unless the revision says why it may be."""
    return [
        f"{told.rule.name}: a good one has {f.rule}: {f.message} ({f.sql})"
        for f in found
        if f.accepted is None
        and (
            f.rule == told.rule.name
            or (f.rule in RULES and f.severity is Severity.ERROR and (told.rule.name, f.rule) not in BUT)
        )
    ]
