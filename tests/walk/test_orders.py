"""Branched histories in the other orders that Alembic could go."""

from __future__ import annotations

import pytest
from walk_project import NOWHERE, Project, env, ini, revision, table

from alembic_proof.report import Report

ADD = "op.execute(\"ALTER TYPE mood ADD VALUE '{}'\")"


def verified(project: Project, revisions: dict[str, str], **configure: object) -> Report:
    """The report of a project with these revisions."""
    options = ", ".join(f"{k}={v!r}" for k, v in configure.items()) or "target_metadata=None"
    versions = {f"migrations/versions/{name}.py": text for name, text in revisions.items()}
    url = f"postgresql+psycopg://{NOWHERE}"
    project.write({"alembic.ini": ini(url=url), "migrations/env.py": env(configure=options), **versions})
    return project.verify()


BRANCHES = {
    "a": table("a", None, "root"),
    "b1": table("b1", "a", "left_one"),
    "b2": table("b2", "b1", "left_two"),
    "c1": table("c1", "a", "middle", depends_on="b1"),
    "d1": table("d1", "a", "right", labels=("side",)),
    "e": revision("e", ("b2", "c1", "d1")),
    "f": table("f", "e", "last"),
    "z": table("z", None, "apart", labels=("apart",), depends_on="side"),
}


@pytest.mark.parametrize("per_revision", [True, False])
def test_branches_that_do_not_touch_are_clean(per_revision: bool, project: Project) -> None:
    """With a merge of three, dependencies by id and by label, and a history of its own beside it."""
    report = verified(project, BRANCHES, transaction_per_migration=per_revision)
    assert report.findings == ()
    assert [c for c in report.coverage if "order" in c] == []


def test_the_order_of_an_enums_values_is_named(project: Project) -> None:
    """Both branches add a value: which comes first is which ran first."""
    report = verified(
        project,
        {
            "a": revision(
                "a", None, "op.execute(\"CREATE TYPE mood AS ENUM ('fine')\")", 'op.execute("DROP TYPE mood")'
            ),
            "b": revision("b", "a", ADD.format("bored"), 'raise NotImplementedError("stays")'),
            "c": revision("c", "a", ADD.format("curious"), 'raise NotImplementedError("stays")'),
            "d": revision("d", ("b", "c")),
        },
        transaction_per_migration=True,
    )
    (finding,) = report.open_findings
    assert (finding.rule, finding.object) == ("history/order-matters", "public.mood")
    assert "the order of" in finding.message
    assert {"b", "c"} == set(finding.message.partition("order of ")[2].partition(",")[0].split(" and "))


def test_columns_that_only_change_their_places_are_no_difference(project: Project) -> None:
    """Two branches add a column to one table."""
    add, drop = 'op.add_column("root", sa.Column("{0}", sa.Integer))', 'op.drop_column("root", "{0}")'
    branches = {n: revision(n, "a", add.format(n), drop.format(n)) for n in ("b", "c")}
    report = verified(project, {"a": table("a", None, "root"), **branches, "d": revision("d", ("b", "c"))})
    assert report.findings == ()


def test_a_branch_that_fails_first_is_named_with_what_it_lacks(project: Project) -> None:
    """Its line, its statement, the other revision, and what could not be tried after it."""
    report = verified(
        project,
        {
            "a": table("a", None, "root"),
            "b": revision("b", "a", 'op.execute("UPDATE root SET name = 1")'),
            "c": revision(
                "c", "a", 'op.add_column("root", sa.Column("name", sa.Text))', 'op.drop_column("root", "name")'
            ),
            "c2": table("c2", "c", "other"),
            "d": revision("d", ("b", "c2")),
        },
    )
    (finding,) = report.findings
    assert (finding.rule, finding.revision, finding.line) == ("history/order-matters", "b", 12)
    assert finding.message.startswith("b fails when it does not run after c: ")
    assert finding.sql == "UPDATE root SET name = 1"
    assert [c for c in report.coverage if "order" in c] == [
        "parallel branches in another order, past b, which fails: c, c2, d"
    ]
