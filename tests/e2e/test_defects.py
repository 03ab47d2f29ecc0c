"""Each of the checks is shown to fail: copies of the example with one defect each, and the finding that names it."""

import ast
from pathlib import Path

import pytest
from defects import Defect, downgrade, drift, edit, found, history, released, schema, upgrade
from defects.running import Outcome, Verify

from alembic_proof.checks import RULES

DEFECTS = (
    *history.DEFECTS,
    *released.DEFECTS,
    *upgrade.DEFECTS,
    *downgrade.DEFECTS,
    *drift.DEFECTS,
    *schema.DEFECTS,
)
# what it tells is a gap of ours, and no project's: its unit test has seen it speak
OURS = {"schema/unmodelled-difference"}
# they need a deploy of several revisions, or another env.py: tests/checks/test_safety_locks.py
ELSEWHERE = {"lock/table-in-several-revisions", "upgrade/autocommit-impossible"}
# they need a branch and its base: tests/walk/test_review.py
ELSEWHERE |= {"merge/heads", "merge/edited", "merge/fails", "merge/order-matters"}
WARNINGS_TOO = ("--fail-on", "warning")


def test_the_intact_copy_is_clean(verify: Verify) -> None:
    """Without a defect there is no finding, nothing that was not looked at, and exit code 0."""
    outcome = verify(*WARNINGS_TOO)
    assert (outcome.code, outcome.stderr) == (0, "")
    assert outcome.report is not None
    assert outcome.report["verdict"] == "clean"
    assert outcome.report["findings"] == []
    assert outcome.report["coverage"]["not_looked_at"] == [
        "what 18 revision(s) do to a database in use; under test are none (--since head)"
    ]
    assert {r[d] for r in outcome.report["revisions"] for d in ("upgrade", "downgrade", "again")} == {"ok"}


def test_a_reformatted_copy_is_clean(project: Path, verify: Verify) -> None:
    """With seal and schema, each revision written anew from its syntax tree, in other quotes and without a comment."""
    released.sealed(project)
    schema.committed(project)
    for path in (project / "migrations" / "versions").glob("*.py"):
        path.write_text(ast.unparse(ast.parse(path.read_text("utf-8"))), "utf-8")
    outcome = verify(*WARNINGS_TOO)
    assert (outcome.code, outcome.open_findings) == (0, []), outcome.said


@pytest.mark.parametrize("defect", [pytest.param(d, id=f"{d.rule}:{d.name}") for d in DEFECTS])
def test_a_defect_is_named(defect: Defect, project: Path, verify: Verify) -> None:
    """Exit code 1, and a finding with the rule, the revision, the object, the file and the line."""
    for apply in defect.edits:
        apply(project)
    outcome = verify(*WARNINGS_TOO, *defect.arguments)
    assert outcome.code == 1, outcome.said
    assert "Traceback" not in outcome.said
    finding = the_finding(defect, outcome)
    assert (finding["revision"], finding["object"]) == (defect.revision, defect.object)
    assert finding["hint"]
    spoken = "\n".join([finding["message"], *finding["details"]])
    assert defect.says in spoken
    assert_place(defect, project, finding)
    noise = {f["rule"] for f in outcome.open_findings} - {defect.rule, *defect.also}
    assert not noise, outcome.stdout


def the_finding(defect: Defect, outcome: Outcome) -> dict:
    """The only finding of the rule: one defect is told once."""
    mine = [f for f in outcome.open_findings if f["rule"] == defect.rule]
    assert len(mine) == 1, outcome.said
    return mine[0]


def assert_place(defect: Defect, project: Path, finding: dict) -> None:
    """The file is the revision's or the one that the defect names, and the line shows what is wrong."""
    name = defect.file or defect.revision
    if name is None or (defect.at is None and defect.file is None):
        return
    file = project / finding["file"]
    assert file == found(project, name)
    if defect.at is not None:
        assert defect.at in file.read_text("utf-8").splitlines()[finding["line"] - 1]


def test_every_rule_has_a_defect() -> None:
    """No rule is listed that no test has seen to speak; those with an example are seen in tests/checks."""
    shown = {name for name, rule in RULES.items() if rule.example is not None}
    assert RULES.keys() - OURS - ELSEWHERE - shown <= {d.rule for d in DEFECTS}


def test_a_decision_with_its_reason_is_accepted(project: Path, verify: Verify) -> None:
    """A downgrade that raises with a text is told as accepted, and is no reason to fail."""
    edit("40f7e281e1cc", 'op.execute("DROP VIEW job_overview")', 'raise NotImplementedError("reports need it")')(
        project
    )
    outcome = verify(*WARNINGS_TOO)
    assert outcome.code == 0, outcome.said
    assert outcome.open_findings == []
    assert outcome.report is not None
    (accepted,) = outcome.report["findings"]
    assert (accepted["rule"], accepted["revision"]) == ("downgrade/irreversible", "40f7e281e1cc")
    assert "reports need it" in accepted["accepted"]
    assert "reports need it" in outcome.stdout


@pytest.mark.parametrize("where", ["revision", "settings"])
def test_an_accepted_finding_does_not_fail(where: str, project: Path, verify: Verify) -> None:
    """Accepted in a comment of the revision or in the settings, with a reason, it stays visible and exit code is 0."""
    new = 'op.execute("DROP VIEW jobs_overview")'
    if where == "revision":
        new = f"# alembic-proof: accept downgrade/fails: it never had one\n    {new}"
    else:
        (project / "pyproject.toml").write_text(
            "[[tool.alembic-proof.accept]]\n"
            'rule = "downgrade/fails"\nrevision = "40f7e281e1cc"\nreason = "it never had one"\n'
        )
    edit("40f7e281e1cc", 'op.execute("DROP VIEW job_overview")', new)(project)
    outcome = verify(*WARNINGS_TOO)
    assert outcome.code == 0, outcome.said
    assert outcome.report is not None
    assert [(f["rule"], f["accepted"]) for f in outcome.report["findings"]] == [("downgrade/fails", "it never had one")]
    assert "it never had one" in outcome.stdout
