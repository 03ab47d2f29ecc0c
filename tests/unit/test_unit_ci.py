"""What docs/ci.md shows, what this repository's workflows do, and the hooks: they name only what there is."""

from __future__ import annotations

import ast
import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from alembic_proof.cli import cli
from alembic_proof.render import RENDERERS

REPOSITORY = Path(__file__).parents[2]
ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))
DOCS = (REPOSITORY / "docs" / "ci.md").read_text("utf-8")
BLOCKS = {m[2]: m[3] for m in re.finditer(r"(?ms)^```(yaml|python)\n# (\S+?):?(?: [^\n]*)?\n(.*?)^```$", DOCS)}
OWN = {path.name: path.read_text("utf-8") for path in sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))}
DOCUMENTED = {f"docs: {Path(name).name}": text for name, text in BLOCKS.items() if ".github" in name}
WORKFLOWS = {**OWN, **DOCUMENTED}
PINNED = re.compile(r"uses: (?:[\w./-]+@[0-9a-f]{40} # v\d\S*|\./.*|OWNER/alembic-proof@COMMIT .*)")


def steps(workflow: Any) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def commands() -> Iterator[list[str]]:
    """Every call of alembic-proof in a workflow, a job of GitLab or a hook."""
    of_steps = (step.get("run", "") for text in WORKFLOWS.values() for step in steps(yaml.safe_load(text)))
    of_gitlab = yaml.safe_load(BLOCKS[".gitlab-ci.yml"])["migrations"]["script"]
    for line in (line for text in (*of_steps, *of_gitlab, *(h["entry"] for h in hooks())) for line in text.split("\n")):
        if line.startswith("alembic-proof "):
            yield shlex.split(line)[1:]


def hooks() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return loaded


def test_the_page_has_a_block_for_each_place() -> None:
    names = {
        "migrations.yml",
        "review.yml",
        "review-post.yml",
        ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
        "noxfile.py",
    }
    assert {Path(name).name for name in BLOCKS} == names
    assert set(OWN) == {"ci.yml", "migrations.yml", "review.yml", "review-post.yml"}
    ast.parse(BLOCKS["noxfile.py"])


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_starts_with_no_permission_and_pins_every_action(name: str) -> None:
    workflow = yaml.safe_load(WORKFLOWS[name])
    assert workflow["permissions"] == {}
    assert all(
        "write" not in job["permissions"].values() or "post" in name or "docs" in name
        for job in workflow["jobs"].values()
    )
    used = re.findall(r"uses: .*", WORKFLOWS[name])
    assert [u for u in used if not PINNED.fullmatch(u)] == []
    for step in steps(workflow):
        assert "${{" not in step.get("run", "")
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", [name for name in WORKFLOWS if "post" in name])
def test_the_workflow_that_may_comment_takes_nothing_of_the_pull_request_but_text(name: str) -> None:
    workflow = yaml.safe_load(WORKFLOWS[name])
    assert set(workflow[True]) == {"workflow_run"}  # YAML takes `on` for true
    for step in steps(workflow):
        about = step.get("with", {})
        assert about.get("ref", "${{ github.event.repository.default_branch }}").endswith("default_branch }}")
        assert not step.get("uses", "").startswith("./")
        if "download-artifact" in step.get("uses", ""):
            assert about["path"].startswith("${{ runner.temp }}/")
            assert step["continue-on-error"] is True
    assert sum("GITHUB_TOKEN" in step.get("env", {}) for step in steps(workflow)) == 1


@pytest.mark.parametrize("name", [name for name in WORKFLOWS if name.endswith("review.yml")])
def test_the_workflow_that_runs_the_code_may_not_write(name: str) -> None:
    workflow = yaml.safe_load(WORKFLOWS[name])
    assert [job["permissions"] for job in workflow["jobs"].values()] == [{"contents": "read"}]
    assert all("comment" not in step.get("with", {}) for step in steps(workflow))


def test_the_poster_downloads_what_the_run_uploads_and_waits_for_that_workflow() -> None:
    for prefix in ("", "docs: "):
        run, post = (yaml.safe_load(WORKFLOWS[f"{prefix}{n}.yml"]) for n in ("review", "review-post"))
        assert post[True]["workflow_run"]["workflows"] == [run["name"]]
        (up,) = (s["with"]["name"] for s in steps(run) if "upload-artifact" in s.get("uses", ""))
        (down,) = (s["with"]["name"] for s in steps(post) if "download-artifact" in s.get("uses", ""))
        assert up == down


@pytest.mark.parametrize("name", WORKFLOWS)
def test_inputs_and_outputs_that_are_named_are_the_action_s(name: str) -> None:
    for step in steps(yaml.safe_load(WORKFLOWS[name])):
        if step.get("uses", "").startswith(("./", "OWNER/alembic-proof")):
            assert set(step.get("with", {})) <= set(ACTION["inputs"])
    assert set(re.findall(r"steps\.proof\.outputs\.([\w-]+)", WORKFLOWS[name])) <= set(ACTION["outputs"])


def test_every_command_and_format_exists() -> None:
    found = list(commands())
    assert {words[0] for words in found} >= {"review", "post", "check", "verify"}
    for name, *words in found:
        known = {option for p in cli.commands[name].params for option in p.opts}
        assert {word for word in words if word.startswith("-")} <= known
        assert {w.partition("=")[0] for o, w in itertools.pairwise(words) if o == "--format"} <= set(RENDERERS)


def test_gitlab_keeps_every_report_that_it_makes() -> None:
    job = yaml.safe_load(BLOCKS[".gitlab-ci.yml"])["migrations"]
    made = dict(word.split("=", 1) for word in job["script"][-1].split() if re.match(r"(gitlab|junit|html)=", word))
    kept = job["artifacts"]
    assert [made["html"]] == kept["paths"]
    assert (made["gitlab"], made["junit"]) == (kept["reports"]["codequality"], kept["reports"]["junit"])
    assert kept["when"] == "always"


def test_hooks_run_once_in_python_and_only_before_a_push_on_a_database() -> None:
    by_id = {hook["id"]: hook for hook in hooks()}
    shown = yaml.safe_load(BLOCKS[".pre-commit-config.yaml"])["repos"][0]["hooks"]
    assert [hook["id"] for hook in shown] == list(by_id)
    for hook in by_id.values():
        assert (hook["language"], hook["pass_filenames"], hook["require_serial"]) == ("python", False, True)
    assert by_id["alembic-proof-verify"]["stages"] == ["pre-push", "manual"]
    history = re.compile(by_id["alembic-proof-check"]["files"])
    assert all(history.search(p) for p in ("migrations/versions/a1.py", "db/versions/2026/a1.py", "m/history.lock"))
    assert not history.search("src/app.py")
