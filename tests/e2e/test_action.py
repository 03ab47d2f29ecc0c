"""action.yml on a repository with a branch and a pull request: its own steps, as GitHub would run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from action_runner import ACTION, Ran, run_action
from github_stub import TOKEN, Running, Stub, pull

INI = "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql+psycopg://app@db/shop\n"
ENV = """
from alembic import context
from sqlalchemy import create_engine
with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
FIRST = (
    "1111",
    None,
    "op.execute('CREATE TABLE customer (id int PRIMARY KEY, name text)')",
    "op.drop_table('customer')",
)
GOOD = ("2222", "1111", "op.execute('CREATE TABLE visit (id int PRIMARY KEY)')", "op.drop_table('visit')")
LEAVES = ("2222", "1111", "op.execute('CREATE TYPE mood AS ENUM ()')", "op.execute('SELECT 1')")
Act = Callable[..., Ran]


def revision(folder: Path, id_: str, parent: str | None, up: str, down: str) -> None:
    text = f'"""Revision {id_}."""\nfrom alembic import op\nrevision = "{id_}"\ndown_revision = {parent!r}\n'
    text += f"def upgrade():\n    {up}\ndef downgrade():\n    {down}\n"
    (folder / "migrations" / "versions" / f"{id_}.py").write_text(text)


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What actions/checkout leaves, with one revision on main; the branch is the test's to make."""
    folder = tmp_path / "work dir"
    (folder / "migrations" / "versions").mkdir(parents=True)
    (folder / "alembic.ini").write_text(INI)
    (folder / "migrations" / "env.py").write_text(ENV)
    revision(folder, *FIRST)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    git(folder, "update-ref", "refs/remotes/origin/main", "main")
    git(folder, "switch", "-qc", "feature/x")
    return folder


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Running() as running:
        yield running


@pytest.fixture
def act(checkout: Path, tmp_path: Path, postgres_url: str, stub: Stub) -> Act:
    """The action in a run of a pull request from `feature/x` to `main`."""

    def do(**inputs: str) -> Ran:
        git(checkout, "add", "-A")
        git(checkout, "commit", "-qm", "of the branch", "--allow-empty")
        head = git(checkout, "rev-parse", "HEAD").strip()
        # what is checked out is the merge that GitHub made
        git(checkout, "switch", "-q", "--detach", "origin/main")
        git(checkout, "merge", "-q", "--no-ff", "-m", "merge", head)
        stub.pulls = [pull(7, head, "shop/shop")]
        event = tmp_path / "event.json"
        of = {"number": 7, "head": {"sha": head, "ref": "feature/x", "repo": {"full_name": "shop/shop"}}}
        event.write_text(json.dumps({"pull_request": of, "repository": {"full_name": "shop/shop"}}))
        temp = tmp_path / "runner temp"
        temp.mkdir(exist_ok=True)
        hidden = ("PG", "DATABASE_URL", "ALEMBIC_PROOF_", "GITHUB_", "GH_", "VIRTUAL_ENV", "COV_")
        environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(hidden)},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_BASE_REF": "main",
            "GITHUB_REPOSITORY": "shop/shop",
            "GITHUB_RUN_ID": "41",
            "GITHUB_API_URL": stub.url,
        }
        given = {"executable": "alembic-proof", "postgres": postgres_url, "token": TOKEN, **inputs}
        ran = run_action(checkout, temp, {k.replace("_", "-"): v for k, v in given.items()}, environ)
        assert TOKEN not in ran.log + ran.summary
        return ran

    return do


def test_a_branch_that_is_fine_passes_with_every_output(act: Act, checkout: Path) -> None:
    revision(checkout, *GOOD)
    ran = act()
    assert ran.code == 0, ran.log
    report = json.loads(Path(ran.outputs["report-json"]).read_text("utf-8"))
    assert ran.outputs["verdict"] == report["verdict"]
    assert "2222" in json.dumps(report)
    assert Path(ran.outputs["report-html"]).read_text("utf-8").lower().startswith("<!doctype html>")
    assert {p.name for p in Path(ran.outputs["reports"]).iterdir()} >= {"comment.md", "report.json", "report.html"}
    assert "visit" in ran.summary
    assert ran.outputs["comment-url"] == ""


def test_findings_fail_the_last_step_and_are_annotated_at_their_line(act: Act, checkout: Path) -> None:
    revision(checkout, *LEAVES)
    ran = act(comment="true")
    assert ran.code == 1, ran.log
    assert ran.outputs["verdict"] == "findings"
    assert "::error file=migrations/versions/2222.py,line=" in ran.log
    assert "downgrade/leaves-a-trace" in ran.summary
    assert ran.outputs["comment-url"].startswith("https://github.com/shop/shop/pull/7")


def test_fail_on_never_passes_and_further_arguments_are_one_a_line(act: Act, checkout: Path) -> None:
    revision(checkout, *LEAVES)
    ran = act(fail_on="never", args="--format\njunit=the report.xml\n\n--timeout\n100\n")
    assert (ran.code, ran.outputs["verdict"]) == (0, "findings"), ran.log
    assert (checkout / "the report.xml").read_text("utf-8").startswith("<?xml")


def test_a_second_run_of_the_pull_request_edits_the_comment(act: Act, checkout: Path, stub: Stub) -> None:
    revision(checkout, *LEAVES)
    first = act(comment="true")
    git(checkout, "switch", "-q", "feature/x")
    revision(checkout, *GOOD)
    second = act(comment="true")
    assert (first.code, second.code) == (1, 0), second.log
    assert first.outputs["comment-url"] == second.outputs["comment-url"]
    (one,) = stub.comments
    assert "visit" in one["body"]
    assert "mood" not in one["body"]


def test_a_run_that_cannot_verify_says_so_everywhere_and_leaves_no_green_comment(
    act: Act, checkout: Path, stub: Stub
) -> None:
    revision(checkout, *GOOD)
    act(comment="true")
    git(checkout, "switch", "-q", "feature/x")
    (checkout / "alembic.ini").write_text("[alembic]\n")
    ran = act(comment="true")
    assert ran.code in (2, 3)
    assert ran.outputs["verdict"] == "could not verify"
    assert ran.outputs["report-json"] == ran.outputs["report-html"] == ""
    assert "::error title=alembic-proof could not verify::" in ran.log
    assert "could not verify" in ran.summary
    assert "no result" in stub.comments[0]["body"]


def test_a_comment_that_cannot_be_posted_is_a_warning_and_not_the_verdict(act: Act, checkout: Path, stub: Stub) -> None:
    (checkout / "alembic.ini").write_text("[alembic]\n")
    stub.failures = [(403, {}, "Resource not accessible by integration")]
    ran = act(comment="true")
    assert (ran.code, ran.outputs["verdict"]) == (2, "could not verify")
    assert "::warning title=alembic-proof::the comment could not be posted" in ran.log


def test_what_the_project_prints_is_no_command_to_the_runner(act: Act, checkout: Path) -> None:
    hostile = "import os; print('::error::owned', flush=True); "
    hostile += "[open(os.environ[n], 'a').write('EVIL=1') for n in os.environ if n in ('GITHUB_ENV', 'GITHUB_PATH')]"
    revision(checkout, GOOD[0], GOOD[1], f"{hostile}; {GOOD[2]}", GOOD[3])
    ran = act()
    lines = ran.log.splitlines()
    stop = next(n for n, line in enumerate(lines) if line.startswith("::stop-commands::"))
    resume = lines.index(f"::{lines[stop].removeprefix('::stop-commands::')}::")
    assert all(stop < n < resume for n, line in enumerate(lines) if line.startswith("::error::owned"))
    assert set(ran.written.values()) == {""}


def test_values_of_inputs_never_become_commands_of_a_shell(act: Act, checkout: Path) -> None:
    revision(checkout, *GOOD)
    evil = '"; touch owned; $(touch owned) `touch owned` #'
    for name in ("base", "config", "python", "fail_on", "postgres_version", "args"):
        ran = act(**{name: evil})
        assert ran.code == 2, (name, ran.log)
        git(checkout, "switch", "-q", "feature/x")
    (checkout / "alembic.ini").write_text("[alembic]\n")
    assert "--key is letters" in act(key=evil, comment="true").log
    assert list(checkout.parent.rglob("owned")) == []


def test_names_of_inputs_and_outputs_are_in_kebab_case() -> None:
    names = [*ACTION["inputs"], *ACTION["outputs"]]
    assert all(name == name.lower() and "_" not in name and " " not in name for name in names)
    assert {"verdict", "report-json", "report-html", "comment-url"} <= set(ACTION["outputs"])
