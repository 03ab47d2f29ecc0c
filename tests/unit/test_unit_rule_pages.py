"""The pages of the rules say what the rules say."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from alembic_proof.checks import RULES
from alembic_proof.cli import cli
from alembic_proof.findings import Rule
from alembic_proof.render.rule_pages import pages, write

DOCS = Path(__file__).parents[2] / "docs" / "rules"
WITH = [rule for rule in RULES.values() if rule.example]
UPDATE = "update them: python -m alembic_proof.render.rule_pages docs/rules"


def test_the_pages_are_current() -> None:
    """Each rule with an example has its page, and no page is left of a rule that is gone."""
    there = {path.relative_to(DOCS).as_posix(): path.read_text("utf-8") for path in DOCS.rglob("*.md")}
    stale = sorted(name for name in there.keys() | pages().keys() if there.get(name) != pages().get(name))
    assert stale == [], UPDATE


def test_a_page_of_a_rule_that_is_gone_goes(tmp_path: Path) -> None:
    """What is written is what is there."""
    (tmp_path / "lock").mkdir()
    (tmp_path / "lock" / "gone.md").write_text("gone")
    write(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md")} == set(pages())


@pytest.mark.parametrize("rule", WITH, ids=lambda rule: rule.name)
def test_explain_shows_the_example(rule: Rule) -> None:
    """What is found, and every revision of the way out."""
    assert rule.example
    out = CliRunner().invoke(cli, ["explain", rule.name]).output
    said = "\n".join(line.strip() for line in out.splitlines())
    for body in (rule.example.given, rule.example.bad, *rule.example.good):
        assert "\n".join(line.strip() for line in body.strip().splitlines()) in said
