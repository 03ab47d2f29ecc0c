"""JUnit: well-formed whatever the names are, and a case for everything that was done."""

from xml.etree import ElementTree as ET

import pytest
from ci_reports import HOSTILE, finding, hostile, many, revision

from alembic_proof.findings import Finding, Severity
from alembic_proof.render import RENDERERS
from alembic_proof.report import Report

# of Jenkins' junit-10.xsd, which pytest's own output obeys too
ATTRIBUTES = {
    "testsuites": {"name"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testcase": {"name", "classname", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message", "type"},
    "system-out": set(),
}


def suite_of(report: Report) -> ET.Element:
    out = RENDERERS["junit"](report)
    assert out.isascii()
    root = ET.fromstring(out.encode())
    assert all(set(element.attrib) <= ATTRIBUTES[element.tag] for element in root.iter())
    (suite,) = root
    counts = [len(suite.findall(path)) for path in ("testcase", "*/failure", "*/error", "*/skipped")]
    assert [suite.get(n) for n in ("tests", "failures", "errors", "skipped")] == list(map(str, counts))
    names = [(case.get("classname"), case.get("name")) for case in suite]
    assert len(names) == len(set(names))
    return suite


def outcomes(report: Report) -> dict[str | None, list[str]]:
    return {case.get("name"): [element.tag for element in case] for case in suite_of(report)}


def step(rule: str = "downgrade/fails", direction: str | None = "downgrade", **more: object) -> Finding:
    return finding(rule, revision="a1", direction=direction, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_texts_leave_it_well_formed(text: str) -> None:
    """No name closes an element or ends a section, and no password is told."""
    suite = suite_of(hostile(text))
    assert [len(case.findall("failure")) for case in suite] == [0, 1, 0, 0, 0, 0]
    assert "s3cret" not in RENDERERS["junit"](hostile(text))


def test_a_revision_has_a_case_for_each_direction() -> None:
    """Those that ran pass, those that did not are skipped."""
    assert outcomes(Report(revisions=(revision("a1", "ok", "ok", "not run"), revision("b2", "ok", "not run")))) == {
        "a1 upgrade": [],
        "a1 downgrade": [],
        "a1 again": ["skipped"],
        "b2 upgrade": [],
        "b2 downgrade": ["skipped"],
        "b2 again": [],
    }


def test_an_error_fails_the_step_that_it_is_about() -> None:
    """With rule, message, place, evidence and way out."""
    found = step(file="versions/a1.py", line=4, details=("d",), hint="correct it")
    suite = suite_of(Report((found,), (revision(down="failed", again="not run"),)))
    (failure,) = suite.findall("testcase[@name='a1 downgrade']/failure")
    assert failure.attrib == {"message": "downgrade/fails: it fails", "type": "downgrade/fails"}
    assert failure.text == "error downgrade/fails: it fails\nversions/a1.py:4\nd\nway out: correct it"


def test_several_errors_of_a_step_are_one_failure() -> None:
    """Readers show one; it says that there are more."""
    (failure,) = suite_of(Report((step(), step("x/y")), (revision(),))).findall("*/failure")
    assert failure.get("message") == "downgrade/fails: it fails (and 1 more)"
    assert "error x/y: it fails" in (failure.text or "")


def test_what_is_wrong_with_the_second_upgrade_is_told_there() -> None:
    """Though the finding's direction is `upgrade`."""
    told = outcomes(Report((step("upgrade/again-fails", "upgrade"),), (revision(again="failed"),)))
    assert told == {"a1 upgrade": [], "a1 downgrade": [], "a1 again": ["failure"]}


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.INFO])
def test_less_than_an_error_is_output(severity: Severity) -> None:
    """The step passes."""
    assert outcomes(Report((step(severity=severity),), (revision(),)))["a1 downgrade"] == ["system-out"]


def test_a_step_that_failed_never_passes() -> None:
    """Where the settings make a warning of it, or nothing, it is skipped."""
    failed = (revision(down="failed"),)
    assert outcomes(Report((), failed))["a1 downgrade"] == ["skipped"]
    told = outcomes(Report((step(severity=Severity.WARNING),), failed))
    assert told["a1 downgrade"] == ["system-out", "skipped"]


def test_what_is_accepted_is_skipped_with_the_reason() -> None:
    """Unless something else fails the case."""
    accepted = step(accepted="they know")
    (skipped,) = suite_of(Report((accepted,), (revision(down="failed"),))).findall("*/skipped")
    assert skipped.get("message") == "accepted: downgrade/fails: they know"
    assert outcomes(Report((accepted, step()), (revision(),)))["a1 downgrade"] == ["failure"]


def test_findings_about_no_step_have_their_own_cases() -> None:
    """Of unknown revisions, too; equal names are told apart."""
    drift = finding("drift/models-differ", object="public.t")
    told = outcomes(Report((drift, drift, step(direction=None), finding("x/y", Severity.INFO)), (revision("b2"),)))
    assert list(told.items())[3:] == [
        ("downgrade/fails a1", ["failure"]),
        ("drift/models-differ public.t", ["failure"]),
        ("drift/models-differ public.t (2)", ["failure"]),
        ("x/y", ["system-out"]),
    ]


def test_an_unfinished_run_is_an_error() -> None:
    """Before anything else."""
    suite = suite_of(Report(incomplete="no server"))
    assert [(e.tag, e.get("message")) for e in suite[0]] == [("error", "no server")]


def test_none_of_many_is_left_out() -> None:
    """The format has no limit."""
    assert len(suite_of(Report(many(6000))).findall("*/failure")) == 6000
