"""A branch on what its base has become: what it changes, and what the merge would make of both."""

from __future__ import annotations

from textwrap import dedent

import pytest
from walk_project import NOWHERE, Project, async_env, env, ini, revision, table

from alembic_proof.errors import UsageError
from alembic_proof.picture import ADDED, RENAMED, SAME
from alembic_proof.report import Report
from alembic_proof.review import Review

MAIN = {
    "a1": revision(
        "a1",
        None,
        """
        op.create_table("account", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
        op.create_table("purchase", sa.Column("id", sa.Integer, primary_key=True),
                        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), nullable=False))
        """,
        'op.drop_table("purchase")\nop.drop_table("account")',
    ),
    "a2": table("a2", "a1", "stock"),
}
RENAME = revision(
    "b1",
    "a2",
    'op.alter_column("account", "name", new_column_name="title")',
    'op.alter_column("account", "title", new_column_name="name")',
)


def versions(revisions: dict[str, str]) -> dict[str, str]:
    """Files by their paths."""
    return {f"migrations/versions/{name}.py": text for name, text in revisions.items()}


def branched(
    project: Project, own: dict[str, str], main: dict[str, str] | None = None, env_py: str | None = None
) -> None:
    """`main` with two revisions, a branch with its own; then `main` goes on, where it does."""
    project.folder.mkdir(exist_ok=True)
    project.git("init", "--quiet")
    asynchronous = env_py is not None and "async_engine" in env_py
    url = f"postgresql+{'asyncpg' if asynchronous else 'psycopg'}://{NOWHERE}"
    project.commit({"alembic.ini": ini(url=url), "migrations/env.py": env_py or env(), **versions(MAIN)})
    project.git("switch", "--quiet", "-c", "branch")
    project.commit(versions(own))
    if main:
        project.git("switch", "--quiet", "main")
        project.commit(versions(main))
        project.git("switch", "--quiet", "branch")


def reviewed(report: Report) -> Review:
    """The review of a report that has one."""
    assert report.review is not None
    return report.review


def rules(report: Report) -> set[str]:
    """Of the merge; what the revisions do to rows and code is told elsewhere."""
    return {f.rule for f in report.open_findings if f.rule.startswith(("merge/", "history/", "upgrade/fails"))}


@pytest.mark.parametrize("env_py", [env(), env(configure="target_metadata=None, transaction_per_migration=True"),
                                    env(connect="engine.begin()"), async_env()],
                         ids=["one transaction", "one for each", "of env.py", "async"])  # fmt: skip
def test_a_rename_is_a_rename_whatever_the_transaction(env_py: str, project: Project) -> None:
    """Objects are known by their oids; the neighbours stand in the picture, and the base's revisions in no list."""
    branched(project, {"b1": RENAME}, env_py=env_py)
    report = project.review()
    review = reviewed(report)
    (account,) = review.objects
    assert (account.change, account.subject, account.revisions) == ("changed", "table public.account", ("b1",))
    assert account.before.replace("    name text", "    title text") == account.after
    assert account.needed_by == ("table public.purchase",)
    assert (review.start, review.end, review.revisions) == (("a2",), ("b1",), ("b1",))
    assert review.counts == {"table": {"changed": 1}, "column": {"renamed": 1}}
    assert [(t.identity, t.hops) for t in review.picture.tables] == [("public.account", 0), ("public.purchase", 1)]
    assert [(c.name, c.change, c.was) for c in review.picture.tables[0].columns] == [
        ("id", SAME, ""), ("title", RENAMED, "name")
    ]  # fmt: skip
    assert [r.id for r in report.revisions] == ["b1"]
    assert rules(report) == set()


def test_what_came_to_the_base_meanwhile_runs_first(project: Project) -> None:
    """And the branch's revision is compared with a schema that has it; the merge would give two heads."""
    branched(project, {"b1": RENAME}, {"a3": table("a3", "a2", "ledger")})
    report = project.review()
    review = reviewed(report)
    assert (review.unseen, set(review.merged_heads)) == (("a3",), {"a3", "b1"})
    assert (review.start, review.end) == (("a3",), ("b1",))
    assert [o.identity for o in review.objects] == ["public.account"]
    (finding,) = [f for f in report.open_findings if f.rule == "merge/heads"]
    assert (finding.revision, finding.line, finding.object) == ("b1", 6, "b1")
    assert str(finding.mend).startswith("down_revision = 'a3'")
    assert 'alembic merge -m "merge" a3 b1' in finding.hint


def test_the_edit_that_it_names_mends_it(project: Project) -> None:
    """Taken in and rebased, nothing is left."""
    branched(project, {"b1": RENAME}, {"a3": table("a3", "a2", "ledger")})
    project.git("merge", "--quiet", "main", "--message", "x")
    project.commit(versions({"b1": RENAME.replace("down_revision = 'a2'", "down_revision = 'a3'")}))
    report = project.review()
    assert rules(report) == set()
    assert reviewed(report).unseen == ()


def test_two_sides_that_add_the_same_column_fail_together(project: Project) -> None:
    """Each is green by itself."""
    add = 'op.add_column("account", sa.Column("email", sa.Text))'
    drop = 'op.drop_column("account", "email")'
    branched(project, {"b1": revision("b1", "a2", add, drop)}, {"a3": revision("a3", "a2", add, drop)})
    report = project.review()
    assert rules(report) == {"merge/heads", "merge/fails"}
    (finding,) = [f for f in report.open_findings if f.rule == "merge/fails"]
    assert (finding.revision, finding.line) == ("b1", 12)
    assert 'column "email" of relation "account" already exists' in finding.message
    assert reviewed(report).failed == "b1"
    assert reviewed(report).steps[0].changes is None


def test_two_sides_that_need_another_order_are_told(project: Project) -> None:
    """IF NOT EXISTS hides what is different."""
    make = 'op.execute("CREATE TABLE IF NOT EXISTS audit (id {})")'
    drop = 'op.execute("DROP TABLE IF EXISTS audit")'
    branched(
        project,
        {"b1": revision("b1", "a2", make.format("bigint"), drop)},
        {"a3": revision("a3", "a2", make.format("integer"), drop)},
    )
    report = project.review()
    assert rules(report) == {"merge/heads", "merge/order-matters"}
    (finding,) = [f for f in report.open_findings if f.rule == "merge/order-matters"]
    assert "column public.audit.id" in finding.message


def test_what_the_branch_keeps_from_running_is_told_in_the_bases_own_file(project: Project) -> None:
    """The base's revision passes before the branch's and fails after it."""
    needs = revision(
        "a3", "a2", 'op.drop_column("account", "name")', 'op.add_column("account", sa.Column("name", sa.Text))'
    )
    takes = revision("b1", "a2", 'op.execute("ALTER TABLE account DROP COLUMN IF EXISTS name")', "pass")
    branched(project, {"b1": takes}, {"a3": needs})
    report = project.review()
    assert {"merge/fails", "merge/heads"} <= rules(report)
    (finding,) = [f for f in report.open_findings if f.rule == "merge/fails"]
    assert (finding.revision, finding.line) == ("a3", 12)
    assert finding.file == str(project.folder.resolve() / "migrations" / "versions" / "a3.py")


def test_an_edited_and_a_deleted_revision_of_the_base_are_named(project: Project) -> None:
    """Comments are no edit."""
    branched(project, {})
    project.git("rm", "--quiet", "migrations/versions/a2.py")
    edited = MAIN["a1"].replace('sa.Column("name", sa.Text)', 'sa.Column("name", sa.String(80))')
    project.commit(versions({"a1": edited}))
    report = project.review()
    found = {(f.revision, f.message.rpartition(" ")[2]) for f in report.open_findings if f.rule == "merge/edited"}
    assert found == {("a1", "edited"), ("a2", "deleted")}
    project.commit(versions({**MAIN, "a1": "# a comment\n" + MAIN["a1"]}))
    assert rules(project.review()) == set()


def test_a_branch_without_a_revision_changes_nothing(project: Project) -> None:
    """It is clean, and says so."""
    branched(project, {})
    report = project.review()
    assert report.verdict == "clean"
    assert (reviewed(report).objects, reviewed(report).revisions) == ((), ())


def test_a_branch_that_begins_the_history_is_compared_with_nothing(project: Project) -> None:
    """Its base has no revision."""
    project.folder.mkdir()
    project.git("init", "--quiet")
    project.commit({"alembic.ini": ini(url=f"postgresql+psycopg://{NOWHERE}"), "migrations/env.py": env()})
    project.git("switch", "--quiet", "-c", "branch")
    project.commit(versions(MAIN))
    review = reviewed(project.review())
    assert {(o.change, o.identity) for o in review.objects} == {
        ("added", "public.account"), ("added", "public.purchase"), ("added", "public.stock")
    }  # fmt: skip
    assert {t.change for t in review.picture.tables} == {r.change for r in review.picture.references} == {ADDED}


def test_a_revision_that_fails_is_told_and_what_ran_is_shown(project: Project) -> None:
    """The review is of the part that ran."""
    branched(project, {"b1": RENAME, "b2": revision("b2", "b1", 'op.drop_column("account", "nothing")')})
    report = project.review()
    assert rules(report) == {"upgrade/fails"}
    assert reviewed(report).failed == "b2"
    assert [o.identity for o in reviewed(report).objects] == ["public.account"]


def test_what_older_revisions_have_wrong_is_counted_and_not_told(project: Project) -> None:
    """The branch did not bring it."""
    leaky = revision("a3", "a2", 'op.add_column("account", sa.Column("x", sa.Text))')
    branched(project, {}, {})
    project.git("switch", "--quiet", "main")
    project.commit(versions({"a3": leaky}))
    project.git("switch", "--quiet", "-c", "later")
    project.commit(versions({"b1": RENAME.replace("'a2'", "'a3'")}))
    report = project.review()
    assert not [f for f in report.open_findings if f.revision == "a3"]
    assert any("before this branch" in c for c in report.coverage)


def test_a_model_without_its_migration_is_told_though_an_old_revision_made_the_table(project: Project) -> None:
    """The branch changed the model only."""
    models = """
        from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text
        metadata = MetaData()
        Table("account", metadata, Column("id", Integer, primary_key=True), Column("name", Text), {more})
        Table("purchase", metadata, Column("id", Integer, primary_key=True),
              Column("account_id", Integer, ForeignKey("account.id"), nullable=False))
        Table("stock", metadata, Column("id", Integer, primary_key=True))
        """
    env_py = env(imports=dedent(models).format(more=""), configure="target_metadata=metadata")
    branched(project, {}, env_py=env_py)
    assert project.review().verdict == "clean"
    changed = env(imports=dedent(models).format(more='Column("email", Text)'), configure="target_metadata=metadata")
    project.commit({"migrations/env.py": changed})
    report = project.review()
    assert [(f.rule, f.object) for f in report.open_findings] == [("drift/models-differ", "public.account.email")]


def test_what_env_py_keeps_from_being_run_is_never_clean(project: Project) -> None:
    """Its own version locations do not hold the revisions that the branch has not seen."""
    script = "from alembic.script import ScriptDirectory"
    fixed = "context.script.version_locations = [context.script.dir + '/versions']"
    env_py = env(imports=script, before=fixed + "\nvars(context.script).pop('_version_locations', None)")
    twice = """
        op.add_column("account", sa.Column("email", sa.Text))
        with op.get_context().autocommit_block():
            op.create_index("account_name", "account", ["name"], postgresql_concurrently=True)
        """
    back = 'op.drop_index("account_name", "account")\nop.drop_column("account", "email")'
    branched(project, {"b1": revision("b1", "a2", twice, back)}, {"a3": table("a3", "a2", "ledger")}, env_py=env_py)
    report = project.review()
    assert "upgrade/not-rerunnable" in {f.rule for f in report.open_findings}  # and no explanation of it
    assert report.verdict == "could not verify"
    assert "a3" in str(report.incomplete)


def test_a_base_that_git_does_not_know_is_a_mistake_with_a_way_out(project: Project) -> None:
    """In a shallow clone it is not there."""
    branched(project, {"b1": RENAME})
    with pytest.raises(UsageError) as raised:
        project.review("origin/nowhere")
    assert "fetch-depth" in raised.value.hint
