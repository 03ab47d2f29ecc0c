"""`alembic-proof post` against a GitHub on loopback: one comment, never stale, never another pull request's."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from github_stub import BOT, HEAD, NEWER, TOKEN, Running, Stub, pull, pull_request, workflow_run

from alembic_proof.cli_post import post
from alembic_proof.errors import CouldNotVerify, RefusedForSafety, UsageError
from alembic_proof.post import comment, github
from alembic_proof.post.event import number_of
from alembic_proof.post.github import connect
from alembic_proof.render.markdown import marker
from alembic_proof.report import Report
from alembic_proof.review import Review

Post = Callable[..., Result]
DIGEST, OTHER = "0123456789abcdef", "fedcba9876543210"


@pytest.fixture
def github_stub() -> Iterator[Stub]:
    with Running() as stub:
        yield stub


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What was waited for, without waiting."""
    waited: list[float] = []
    monkeypatch.setattr(github.time, "sleep", waited.append)
    return waited


@pytest.fixture
def run_post(github_stub: Stub, waits: list[float], tmp_path: Path) -> Callable[..., Result]:
    """`alembic-proof post` on the stub; `text` None: the run made no file."""

    def do(text: str | None, event: dict[str, Any] | None = None, *options: str) -> Result:
        event = event or workflow_run()
        payload, file = tmp_path / "event.json", tmp_path / "comment.md"
        payload.write_text(json.dumps(event))
        file.unlink(missing_ok=True)
        if text is not None:
            file.write_text(text, "utf-8")
        env = {
            **dict.fromkeys([n for n in os.environ if n.startswith(("GITHUB_", "GH_"))]),
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": github_stub.url,
            "GITHUB_EVENT_NAME": next(n for n in ("workflow_run", "pull_request") if n in event),
            "GITHUB_EVENT_PATH": str(payload),
            "GITHUB_RUN_ID": "41",
        }
        result = CliRunner().invoke(post, [str(file), *options], env=env)
        assert TOKEN not in result.output + repr(result.exception)
        return result

    return do


def report(digest: str = DIGEST, text: str = "## Migrations: 2 errors in 1 revision\n\nbody\n", more: str = "") -> str:
    return f"<!-- alembic-proof:report key=default digest={digest} format=1{more} -->\n{text}"


def test_the_first_report_makes_a_comment_and_its_url_is_all_of_standard_output(
    run_post: Post, github_stub: Stub
) -> None:
    result = run_post(report())
    assert result.exit_code == 0
    assert result.stdout == "https://github.com/shop/shop/pull/7#1000\n"
    assert result.stderr == "created\n"
    (made,) = github_stub.comments
    lines = made["body"].split("\n")
    assert comment.key_of(made["body"]) == "default"
    assert lines[1] == "## Migrations: 2 errors in 1 revision"
    assert lines[3] == f"Of commit {HEAD} ([run](https://github.com/shop/shop/actions/runs/99))."
    assert lines[5] == "body"


def test_another_report_edits_the_comment_in_place(run_post: Post, github_stub: Stub) -> None:
    run_post(report())
    result = run_post(report(OTHER, "## Migrations: nothing found\n\nother\n"))
    assert result.stderr == "updated\n"
    (one,) = github_stub.comments
    assert "other" in one["body"]
    assert "body" not in one["body"]


def test_the_same_report_of_the_same_commit_edits_nothing(run_post: Post, github_stub: Stub) -> None:
    run_post(report())
    before = len(github_stub.changes)
    result = run_post(report(text="## Migrations: 2 errors in 1 revision\n\nbody, 3 s\n"))
    assert result.stderr == "unchanged\n"
    assert result.stdout.startswith("https://github.com/")
    assert len(github_stub.changes) == before


def test_the_same_report_of_a_newer_commit_names_the_newer_commit(run_post: Post, github_stub: Stub) -> None:
    run_post(report())
    github_stub.pulls = [pull(head=NEWER)]
    assert run_post(report(), workflow_run(head_sha=NEWER)).stderr == "updated\n"
    assert f"commit {NEWER}" in github_stub.comments[0]["body"]


def test_where_nothing_changes_and_nothing_was_found_no_comment_is_made(run_post: Post, github_stub: Stub) -> None:
    result = run_post(report(more=" news=no"))
    assert result.exit_code == 0
    assert result.stderr == "nothing: no change of the schema, and nothing found\n"
    assert result.stdout == ""
    assert github_stub.changes == []


def test_where_nothing_changes_any_more_the_comment_becomes_one_line(run_post: Post, github_stub: Stub) -> None:
    run_post(report())
    assert run_post(report(OTHER, more=" news=no")).stderr == "updated\n"
    (one,) = github_stub.comments
    marker, line = one["body"].splitlines()
    assert comment.key_of(marker) == "default"
    assert line.startswith("Schema review: no change of the schema, and nothing found (commit ")


def test_a_run_that_failed_is_never_quiet(run_post: Post, github_stub: Stub) -> None:
    run_post(report(more=" news=no"), workflow_run("failure"))
    assert "which ended with `failure`" in github_stub.comments[0]["body"]


@pytest.mark.parametrize("conclusion", ["failure", "cancelled", "timed_out", "success"])
@pytest.mark.parametrize("left", [None, "", "green as ever", "<!-- alembic-proof:report key=x -->\n## fine"])
def test_a_run_without_a_report_leaves_no_green_comment(
    run_post: Post, github_stub: Stub, conclusion: str, left: str | None
) -> None:
    run_post(report(text="## Migrations: nothing found\n\nall green\n"))
    result = run_post(left, workflow_run(conclusion))
    assert (result.exit_code, result.stderr) == (0, "updated\n")
    body = github_stub.comments[0]["body"]
    assert "green" not in body
    assert f"no result.** The run of commit {HEAD}" in body
    assert f"ended with `{conclusion}` and made no report." in body


def test_a_run_without_a_report_makes_no_comment_where_none_was(run_post: Post, github_stub: Stub) -> None:
    assert run_post(None, workflow_run("failure")).stderr == "nothing: the run made no report\n"
    assert github_stub.changes == []


def test_a_report_that_is_a_link_to_another_file_is_no_report(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(report())
    (tmp_path / "comment.md").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe")
    assert comment.read(tmp_path / "secret") is not None
    assert [comment.read(tmp_path / n) for n in ("comment.md", "pipe", ".", "gone")] == [None] * 4


def test_a_report_that_exceeds_a_comment_is_replaced_by_its_title_and_the_place_of_the_whole(
    run_post: Post, github_stub: Stub
) -> None:
    run_post(report(text="## Migrations: 9 errors\n\n" + "😀 word\n" * 9_000))
    body = github_stub.comments[0]["body"]
    assert "## Migrations: 9 errors\n" in body
    assert body.endswith("The report is too long for a comment: see that run.\n")


def test_a_report_below_the_limit_is_posted_whole_and_never_exceeds_it(run_post: Post, github_stub: Stub) -> None:
    run_post(report(text="## Title\n\n" + "x" * 65_000))
    assert "x" * 65_000 in github_stub.comments[0]["body"]
    assert len(github_stub.comments[0]["body"]) <= 65_536


def test_a_file_of_any_size_is_read_no_further_than_a_report_may_be(run_post: Post, github_stub: Stub) -> None:
    run_post(report())
    run_post(report(OTHER, "y" * 300_000))
    assert "made no report" in github_stub.comments[0]["body"]


def test_comments_of_others_are_never_touched_even_with_our_marker(run_post: Post, github_stub: Stub) -> None:
    body = report(text="## mine\n")
    github_stub.comment(body, {"login": "mallory", "type": "User"})
    github_stub.comment("lgtm", BOT)
    github_stub.comment(f"quoted:\n{body}", BOT)
    assert run_post(report()).stderr == "created\n"
    assert [c["body"] for c in github_stub.comments[:3]] == [body, "lgtm", f"quoted:\n{body}"]


def test_comments_of_another_history_stay(run_post: Post, github_stub: Stub) -> None:
    run_post(report(), None, "--key", "billing")
    run_post(report())
    assert [comment.key_of(c["body"]) for c in github_stub.comments] == ["billing", "default"]


def test_the_report_does_not_choose_whose_comment_it_becomes(run_post: Post, github_stub: Stub) -> None:
    run_post(report(), None, "--key", "billing")
    run_post(report(OTHER).replace("key=default", "key=billing"))
    assert [comment.key_of(c["body"]) for c in github_stub.comments] == ["billing", "default"]


def test_the_comment_is_found_behind_hundreds_of_others(run_post: Post, github_stub: Stub) -> None:
    for _ in range(230):
        github_stub.comment("chatter", {"login": "someone", "type": "User"})
    run_post(report())
    assert run_post(report(OTHER)).stderr == "updated\n"
    assert len(github_stub.comments) == 231


def test_of_two_comments_of_ours_one_is_left(run_post: Post, github_stub: Stub) -> None:
    github_stub.comment(report(OTHER, "## first\n"))
    github_stub.comment(report(OTHER, "## second, green\n"))
    run_post(report())
    assert "2 errors" in github_stub.comments[0]["body"]
    assert github_stub.comments[1]["body"] == comment.SECOND


@pytest.mark.parametrize("viewer", ["github-actions[bot]", "github-actions", None])
def test_the_token_s_own_comments_are_known_also_where_github_does_not_say_whose_it_is(
    run_post: Post, github_stub: Stub, viewer: str | None
) -> None:
    github_stub.viewer = viewer
    run_post(report())
    assert run_post(report(OTHER)).stderr == "updated\n"


def test_the_comment_of_a_person_s_token_is_found_again(run_post: Post, github_stub: Stub) -> None:
    github_stub.viewer = "machine-user"
    github_stub.comment(report(), {"login": "machine-user", "type": "User"})
    assert run_post(report(OTHER)).stderr == "updated\n"


def test_a_number_of_another_pull_request_is_refused(run_post: Post, github_stub: Stub) -> None:
    github_stub.pulls = [pull(7), pull(8, source="victim/shop", branch="release")]
    result = run_post(report(), None, "--pr", "8")
    assert isinstance(result.exception, RefusedForSafety)
    assert github_stub.changes == []


def test_a_number_that_is_the_run_s_is_taken(run_post: Post) -> None:
    assert run_post(report(), None, "--pr", "7").stderr == "created\n"


@pytest.mark.parametrize("text", ["", "0", "07", "7 ", "-7", "7/../8", "٧", "7\n", "1" * 11, "seven", "#7"])
def test_what_is_not_digits_is_no_number(text: str) -> None:
    with pytest.raises(UsageError):
        number_of(text)


def test_a_run_of_an_older_commit_posts_nothing(run_post: Post, github_stub: Stub) -> None:
    github_stub.pulls = [pull(head=NEWER)]
    for options in ((), ("--pr", "7")):
        result = run_post(report(), None, *options)
        assert result.exit_code == 0
        assert result.stderr == "nothing: the branch has newer commits than aaaaaaaaaaaa\n"
    assert github_stub.changes == []


def test_without_an_open_pull_request_nothing_is_posted(run_post: Post, github_stub: Stub) -> None:
    github_stub.pulls = [pull(source="someone/other")]
    assert run_post(report()).stderr == "nothing: no open pull request has this branch\n"


def test_a_branch_with_two_pull_requests_needs_the_number(run_post: Post, github_stub: Stub) -> None:
    github_stub.pulls = [pull(7), pull(9)]
    assert isinstance(run_post(report()).exception, UsageError)
    assert run_post(report(), None, "--pr", "7").stderr == "created\n"


def test_in_the_pull_request_s_own_run_it_posts_without_a_second_workflow(run_post: Post, github_stub: Stub) -> None:
    github_stub.pulls = [pull(source="shop/shop")]
    assert run_post(report(), pull_request()).stderr == "created\n"
    assert "actions/runs/41" in github_stub.comments[0]["body"]


def test_in_the_own_run_of_a_fork_s_pull_request_it_says_why_not(run_post: Post, github_stub: Stub) -> None:
    result = run_post(report(), pull_request("someone/shop"))
    assert result.exit_code == 0
    assert "from a fork" in result.stderr
    assert github_stub.requests == []


@pytest.mark.parametrize(
    "event",
    [
        workflow_run(event="push"),
        workflow_run(head_sha="main"),
        workflow_run(head_repository=None),
        workflow_run(head_repository={"full_name": "a/b/../../c"}),
        workflow_run(conclusion="`@everyone`"),
        {"workflow_run": {}},
    ],
)
def test_an_event_that_is_not_of_a_pull_request_s_run_is_refused(
    run_post: Post, github_stub: Stub, event: dict
) -> None:
    assert isinstance(run_post(report(), event).exception, UsageError)
    assert github_stub.requests == []


@pytest.mark.parametrize(
    ("failure", "waited"),
    [
        ((502, {}, "bad gateway"), [2.0]),
        ((503, {"Retry-After": "7"}, ""), [7.0]),
        ((429, {"Retry-After": "11"}, "slow down"), [11.0]),
        ((403, {"Retry-After": "9"}, "You have exceeded a secondary rate limit"), [9.0]),
        ((403, {}, "You have exceeded a secondary rate limit"), [60.0]),
    ],
)
def test_what_may_pass_is_tried_again_as_late_as_github_asks(
    run_post: Post, github_stub: Stub, waits: list[float], failure: tuple, waited: list[float]
) -> None:
    github_stub.failures = [failure]
    assert run_post(report()).stderr == "created\n"
    assert waits == waited


def test_it_does_not_try_for_ever(run_post: Post, github_stub: Stub, waits: list[float]) -> None:
    github_stub.failures = [(500, {}, "down")] * 50
    result = run_post(report())
    assert isinstance(result.exception, CouldNotVerify)
    assert len(github_stub.requests) == 5
    assert waits == [2.0, 4.0, 8.0, 16.0]


def test_it_waits_no_longer_than_a_job_should(run_post: Post, github_stub: Stub, waits: list[float]) -> None:
    github_stub.failures = [(429, {"Retry-After": "3600"}, "later")]
    assert isinstance(run_post(report()).exception, CouldNotVerify)
    assert waits == []


def test_a_comment_whose_answer_was_lost_is_not_made_twice(run_post: Post, github_stub: Stub) -> None:
    github_stub.lose = True
    assert run_post(report()).exit_code == 0
    assert len(github_stub.comments) == 1


def test_a_refusal_says_which_permission_is_missing_and_not_the_token(run_post: Post, github_stub: Stub) -> None:
    github_stub.failures = [(403, {}, f"Resource not accessible by integration {TOKEN}")]
    error = run_post(report()).exception
    assert isinstance(error, CouldNotVerify)
    assert "403 Resource not accessible" in error.message
    assert TOKEN not in error.message


def test_a_redirect_does_not_take_the_token_along(run_post: Post, github_stub: Stub) -> None:
    github_stub.failures = [(302, {"Location": f"{github_stub.url}/elsewhere"}, "")]
    assert isinstance(run_post(report()).exception, CouldNotVerify)
    assert [path for _, path, _, _ in github_stub.requests if "elsewhere" in path] == []


def test_the_token_is_in_a_header_and_nowhere_else(run_post: Post, github_stub: Stub) -> None:
    run_post(report())
    assert github_stub.requests
    for _, path, headers, body in github_stub.requests:
        assert headers["Authorization"] == f"Bearer {TOKEN}"
        assert TOKEN not in path
        assert TOKEN not in str(body)


def test_the_token_is_not_sent_unencrypted_to_another_machine() -> None:
    with pytest.raises(UsageError, match="not https"):
        connect({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "http://github.example.com/api/v3"})
    assert connect({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "https://g.example.com/api/v3"}).graphql == (
        "https://g.example.com/api/graphql"
    )


@pytest.mark.parametrize("token", ["", "two\nlines", "ключ"])
def test_without_a_token_it_says_where_one_comes_from(token: str) -> None:
    with pytest.raises(UsageError, match="no token"):
        connect({"GITHUB_TOKEN": token})


def test_the_marker_of_every_report_is_one_that_is_read() -> None:
    nothing = Report(review=Review())
    for told, quiet in ((nothing, True), (Report(), False), (replace(nothing, incomplete="down"), False)):
        found = comment._MARKER.fullmatch(marker(told, "a b--c"))
        assert found is not None
        assert (found["quiet"] is not None) is quiet
