"""What a rule is about, as text for `explain` and as the pages in `docs/rules`.

`python -m alembic_proof.render.rule_pages docs/rules` writes them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import indent

from alembic_proof.checks import RULES
from alembic_proof.findings import Example, Rule


def explained(rule: Rule) -> str:
    """A rule for the terminal, with its example."""
    text = f"{rule.name} ({rule.severity.value})\n\n{rule.summary}\n\nwhy: {rule.why}\nway out: {rule.way_out}\n"
    parts = _parts(rule.example) if rule.example else ()
    return text + "".join(f"\n{title}:\n\n{indent(code, '    ')}" for title, code in parts)


def page(rule: Rule) -> str:
    """A rule with an example as a page of Markdown."""
    assert rule.example
    text = f"# {rule.name}\n\n{rule.summary} Severity: {rule.severity.value}.\n\n{rule.why}\n\n"
    text += f"**Way out:** {rule.way_out}.\n"
    return text + "".join(f"\n## {_upper(title)}\n\n```python\n{code}```\n" for title, code in _parts(rule.example))


def pages(rules: Mapping[str, Rule] = RULES) -> dict[str, str]:
    """The text of each page by its path, and of the list of them."""
    shown = sorted((rule for rule in rules.values() if rule.example), key=lambda rule: rule.name)
    rows = "".join(f"| [{r.name}]({r.name}.md) | {r.severity.value} | {r.summary} |\n" for r in shown)
    head = (
        "# Rules with an example\n\nEach example is run by the tests on Postgres 15, 16 and 18: the bad revision is "
        "found, the good ones are not.\nAll rules: `alembic-proof rules`. Written by "
        "`python -m alembic_proof.render.rule_pages docs/rules`.\n\n| rule | severity | what it finds |\n"
        "| --- | --- | --- |\n"
    )
    return {"README.md": head + rows, **{f"{rule.name}.md": page(rule) for rule in shown}}


def _parts(example: Example) -> Iterator[tuple[str, str]]:
    yield "given", _code(example.given)
    yield "found", _code(example.bad)
    if example.bad_downgrade:
        yield "found, with this downgrade", _code(example.bad_downgrade)
    for number, body in enumerate(example.good, 1):
        yield "not found" if len(example.good) == 1 else f"not found, revision {number}", _code(body)
    if example.good_downgrade:
        yield "not found, with this downgrade", _code(example.good_downgrade)


def _code(body: str) -> str:
    return body.strip("\n") + "\n"


def _upper(title: str) -> str:
    return title[0].upper() + title[1:]


def write(folder: Path) -> None:
    """Write all pages; those of rules that are gone go, too."""
    wanted = pages()
    for old in folder.rglob("*.md"):
        if old.relative_to(folder).as_posix() not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
