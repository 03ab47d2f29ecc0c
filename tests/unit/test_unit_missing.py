"""Why env.py failed, with the way out; and what a run did not look at."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from alembic_proof.coverage import not_looked_at
from alembic_proof.history import Function, History, Revision
from alembic_proof.settings import Settings
from alembic_proof.trace import Evidence, Failure, Models, Offline, Ordered, Orders, Run, Step, Trace, Witness
from alembic_proof.walk.missing import explain_env_failure


def settings(folder: Path, **env: str) -> Settings:
    return Settings(folder, folder / "alembic.ini", python=sys.executable, env=env)


def failed(folder: Path, code: str, type_: str = "KeyError", message: str = "x") -> Failure:
    path = folder / "env.py"
    path.write_text(code)
    return Failure(type_, message, file=str(path), line=1, traceback=(f"{path}:1 in <module>",))


@pytest.mark.parametrize(
    "code",
    [
        "os.environ['JOBS_DATABASE_URL']",
        'os.environ["JOBS_DATABASE_URL"]',
        'os.environ.get("JOBS_DATABASE_URL")',
        'os.getenv( "JOBS_DATABASE_URL" )',
        'environ["JOBS_DATABASE_URL"]',
    ],
)
def test_a_variable_that_is_not_set_is_named(code: str, tmp_path: Path) -> None:
    """With the option that sets it, in the very words to type."""
    error = explain_env_failure(failed(tmp_path, code), settings(tmp_path))
    assert "JOBS_DATABASE_URL, which is not set" in error.hint
    assert "--env JOBS_DATABASE_URL=postgresql+psycopg://" in error.hint
    assert f"{tmp_path}/env.py:1" in error.message
    assert error.exit_code == 2


def test_a_variable_that_is_given_is_not_named(tmp_path: Path) -> None:
    """By --env or by the environment."""
    error = explain_env_failure(
        failed(tmp_path, 'os.getenv("A_URL") + os.getenv("PATH")'), settings(tmp_path, A_URL="x")
    )
    assert "--env" not in error.hint


def test_fields_of_a_settings_class_are_named(tmp_path: Path) -> None:
    """As pydantic tells them."""
    message = "2 validation errors for Settings\ndatabase_url\n  Field required\nsecret_key\n  Field required"
    error = explain_env_failure(failed(tmp_path, "Settings()", "ValidationError", message), settings(tmp_path))
    assert "--env DATABASE_URL=postgresql+psycopg://" in error.hint
    assert "--env SECRET_KEY=value" in error.hint


@pytest.mark.parametrize("type_", ["ModuleNotFoundError", "ImportError"])
def test_a_module_that_is_not_found_names_the_interpreter(type_: str, tmp_path: Path) -> None:
    """It may be the wrong one."""
    error = explain_env_failure(failed(tmp_path, "import x", type_), settings(tmp_path))
    assert sys.executable in error.hint
    assert "--python" in error.hint


def test_a_failure_without_a_place(tmp_path: Path) -> None:
    """Before env.py ran."""
    error = explain_env_failure(Failure("CommandError", "no script_location"), settings(tmp_path))
    assert error.message == "the migration environment cannot run: CommandError: no script_location"
    assert "alembic current" in error.hint


def revision(id_: str, kind: str = "code") -> Revision:
    return Revision(f"{id_}.py", id_, downgrade=Function(kind, 1))


HISTORY = History((revision("a"), Revision("b.py", "b", ("a",), downgrade=Function("code", 1))), ("v",))
DONE = tuple(Step(r, d, ok=True) for r in "ab" for d in ("upgrade", "downgrade", "again"))
REACHED = Run(finished=True, last="b", versions=("b",))
STUCK = Ordered(("b", "a"), Run(last="b", failure=Failure("E", "m")))
WHOLE = Evidence(
    HISTORY,
    Trace(("a", "b"), DONE),
    upgrade=REACHED,
    downgrade=Run(finished=True),
    models=Models(tables=1),
    witness=Witness(),
    offline=Offline(),
)


def changed(**more: object) -> Evidence:
    return Evidence(**{**vars(WHOLE), **more})  # type: ignore[arg-type]


def test_a_whole_run_leaves_nothing_out() -> None:
    """Then nothing is said."""
    assert not_looked_at(WHOLE, ()) == ()


@pytest.mark.parametrize(
    ("evidence", "says"),
    [
        (changed(models=None), "drift: the heads were not reached"),
        (changed(upgrade=Run(finished=True, versions=("a",))), "drift: the heads were not reached"),
        (changed(models=Models(tables=0)), "target_metadata"),
        (changed(offline=None), "`alembic upgrade --sql`: the heads were not reached"),
        (changed(offline=Offline(unjudged="env.py has no offline mode")), "--sql`: env.py has no offline mode"),
        (changed(orders=Orders(("a", "b"), (), (("a", "b"),))), "1 pair(s) of parallel revisions: a and b"),
        (changed(orders=Orders(("a", "b"), (STUCK,))), "in another order, past b, which fails: a"),
        (changed(models=Models(1, failure=Failure("E", "boom"))), "create_all of the models fails: E: boom"),
        (changed(witness=None), "autogenerate as second witness"),
        (changed(upgrade=replace(REACHED, unmodelled=("pg_largeobject_metadata: 2",))), "pg_largeobject_metadata: 2"),
        (changed(downgrade=None), "the way from the heads down to base"),
        (changed(downgrade=Run(last="a", failure=Failure("E", "m"))), "below a"),
        (changed(trace=Trace(("a", "b"), DONE[:2])), "the downgrade of 0"),
        (changed(trace=Trace(("a", "b"), (DONE[0], DONE[3]))), "the downgrade of 2 revision(s) was not run: a, b"),
        (changed(trace=Trace(("a", "b"), ())), "1 revision(s) after a were not reached: b"),
    ],
)
def test_what_was_left_out_is_said(evidence: Evidence, says: str) -> None:
    """Unknown is not clean."""
    said = not_looked_at(evidence, ())
    if says.endswith(" 0"):
        assert not any("was not run" in line for line in said)
    else:
        assert any(says in line for line in said), said


def test_what_the_quick_look_missed_is_said() -> None:
    """A defect of ours is no secret."""
    assert "missed 2 line(s)" in not_looked_at(WHOLE, ("x", "y"))[0]


def test_a_missing_downgrade_is_no_downgrade_that_was_not_run() -> None:
    """It is a finding of its own."""
    history = History((revision("a", "missing"),), ("v",))
    trace = Trace(("a",), (Step("a", "upgrade", ok=True),))
    run = Run(finished=True, last="a", versions=("a",))
    assert not_looked_at(changed(history=history, trace=trace, upgrade=run), ()) == ()
