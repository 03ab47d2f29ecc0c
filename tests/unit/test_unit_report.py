"""From findings to the report, its verdict and the exit code; severities and acceptances."""

from pathlib import Path

import pytest

from alembic_proof.accept import apply_rules, apply_settings
from alembic_proof.checks import CHECKS, RULES, judge_all
from alembic_proof.errors import CouldNotVerify, ExitCode, ProofError, RefusedForSafety, UsageError
from alembic_proof.findings import Basis, Finding, Severity
from alembic_proof.history import History, Revision
from alembic_proof.report import Report
from alembic_proof.settings import Accept
from alembic_proof.trace import Context, Evidence, quoted


def finding(severity: Severity = Severity.ERROR, rule: str = "downgrade/fails", **more: object) -> Finding:
    return Finding(rule, severity, Basis.OBSERVED, "it fails", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        (Severity.ERROR, "error", 1),
        (Severity.ERROR, "warning", 1),
        (Severity.ERROR, "never", 0),
        (Severity.WARNING, "error", 0),
        (Severity.WARNING, "warning", 1),
        (Severity.WARNING, "never", 0),
        (Severity.INFO, "warning", 0),
    ],
)
def test_exit_codes(severity: Severity, fail_on: str, code: int) -> None:
    """A finding counts at or above --fail-on."""
    assert Report((finding(severity),)).exit_code(fail_on) == code


@pytest.mark.parametrize("fail_on", ["error", "warning", "never"])
def test_unfinished_is_never_clean(fail_on: str) -> None:
    """Whatever --fail-on says."""
    report = Report(incomplete="the server is gone")
    assert report.exit_code(fail_on) is ExitCode.COULD_NOT_VERIFY
    assert report.verdict == "could not verify"


def test_verdicts() -> None:
    """Warnings are findings, information is not."""
    assert Report().verdict == Report((finding(Severity.INFO),)).verdict == "clean"
    assert Report((finding(Severity.WARNING),)).verdict == "findings"


def test_worst_first_and_accepted_apart() -> None:
    """The order of equals is kept."""
    one, two = finding(Severity.WARNING), finding(rule="upgrade/fails")
    gone = finding(accepted="why not")
    report = Report((one, gone, two))
    assert report.open_findings == (two, one)
    assert report.accepted_findings == (gone,)
    assert (report.count(Severity.ERROR), report.exit_code()) == (1, 1)


def test_errors_have_their_exit_codes() -> None:
    """2 what is to be mended, 3 unknown, 4 refused."""
    codes = [e("m", "h").exit_code for e in (ProofError, UsageError, CouldNotVerify, RefusedForSafety)]
    assert codes == [3, 2, 3, 4]


def test_rules_say_why_and_the_way_out() -> None:
    """Every rule is complete, and its name is family/rule."""
    for name, rule in RULES.items():
        assert name == rule.name
        assert name.count("/") == 1
        assert all((rule.summary, rule.why, rule.way_out))


def test_no_evidence_gives_no_finding() -> None:
    """Every check bears a run that got nowhere."""
    assert judge_all(Evidence(History())) == ()
    assert len(CHECKS) == len(set(CHECKS))


def test_severities_from_the_settings() -> None:
    """Raised, lowered and off."""
    found = [finding(), finding(rule="upgrade/fails"), finding(rule="x/y")]
    changed = apply_rules(found, {"downgrade/fails": "warning", "upgrade/fails": "off"})
    assert [(f.rule, f.severity.value) for f in changed] == [("downgrade/fails", "warning"), ("x/y", "error")]


@pytest.mark.parametrize(
    ("accept", "matches"),
    [
        (Accept("downgrade/fails", "why", revision="a1"), True),
        (Accept("downgrade/fails", "why", object="public.job"), True),
        (Accept("downgrade/fails", "why", "public.job", "a1"), True),
        (Accept("downgrade/fails", "why", "public.job", "b2"), False),
        (Accept("upgrade/fails", "why", revision="a1"), False),
    ],
)
def test_an_acceptance_matches_rule_object_and_revision(accept: Accept, matches: bool) -> None:
    """All that it names; what matches nothing is stale."""
    found = apply_settings([finding(revision="a1", object="public.job")], [accept], History())
    assert (found[0].accepted == "why") is matches
    assert [f.rule for f in found[1:]] == ([] if matches else ["accept/stale"])


def test_one_acceptance_may_cover_several_findings() -> None:
    """The same rule on two objects of a revision."""
    found = apply_settings(
        [finding(revision="a1", object=o) for o in "xy"], [Accept("downgrade/fails", "w", revision="a1")], History()
    )
    assert [f.accepted for f in found] == ["w", "w"]


def written(folder: Path, comment: str) -> History:
    path = folder / "a1_x.py"
    path.write_text(f'"""x"""\n\nrevision = "a1"\n{comment}\n', "utf-8")
    return History((Revision(str(path), "a1"),))


@pytest.mark.parametrize(
    "comment",
    [
        "# alembic-proof: accept downgrade/fails: the values are gone",
        "#alembic-proof:accept downgrade/fails — the values are gone",
        "x = 1  # alembic-proof: accept downgrade/fails - the values are gone",
        "# alembic-proof: accept downgrade/fails on public.job: the values are gone",
    ],
)
def test_a_comment_in_the_revision_accepts(comment: str, tmp_path: Path) -> None:
    """With its reason, for the revision that it stands in."""
    history = written(tmp_path, comment)
    (found,) = apply_settings([finding(revision="a1", object="public.job")], [], history)
    assert found.accepted == "the values are gone"


@pytest.mark.parametrize(
    "comment", ["# alembic-proof: accept downgrade/fails", "# alembic-proof: accept downgrade/fails: "]
)
def test_a_comment_without_a_reason_accepts_nothing(comment: str, tmp_path: Path) -> None:
    """A reason is the price."""
    (found,) = apply_settings([finding(revision="a1")], [], written(tmp_path, comment))
    assert found.accepted is None


def test_a_comment_holds_for_its_own_revision_only(tmp_path: Path) -> None:
    """Elsewhere the finding stays open, and the comment is stale, at its line."""
    history = written(tmp_path, "# alembic-proof: accept downgrade/fails: gone")
    found, stale = apply_settings([finding(revision="b2")], [], history)
    assert found.accepted is None
    assert (stale.rule, stale.severity, stale.revision, stale.line) == ("accept/stale", Severity.WARNING, "a1", 4)
    assert (stale.file or "").endswith("a1_x.py")


@pytest.mark.parametrize(
    ("name", "as_postgres"),
    [("job", "job"), ("Job", '"Job"'), ("a b", '"a b"'), ('a"b', '"a""b"'), ("1a", '"1a"'), ("", '""')],
)
def test_identifiers_are_quoted_as_postgres_prints_them(name: str, as_postgres: str) -> None:
    """Plain ones not at all."""
    assert quoted(name) == as_postgres


def test_the_version_table_has_a_schema() -> None:
    """public, where env.py names none."""
    assert Context().version_table_identity == "public.alembic_version"
    assert Context("V", "ops").version_table_identity == 'ops."V"'
