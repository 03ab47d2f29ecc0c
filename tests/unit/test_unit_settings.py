"""Settings: flag over environment over pyproject.toml, and mistakes told together."""

import sys
from pathlib import Path
from typing import Any

import pytest

from alembic_proof.errors import UsageError
from alembic_proof.settings import Accept, Settings, load_settings


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine decides."""
    for name in ("ALEMBIC_PROOF_POSTGRES", "VIRTUAL_ENV"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with an ini file."""
    (tmp_path / "alembic.ini").write_text("[alembic]\n")
    return tmp_path


def load(folder: Path, text: str = "", **flags: Any) -> Settings:
    if text:
        (folder / "pyproject.toml").write_text(f"[tool.alembic-proof]\n{text}\n", "utf-8")
    return load_settings(folder, flags)


def test_defaults(folder: Path) -> None:
    """Without any setting: alembic.ini, auto, errors fail, this interpreter."""
    settings = load(folder)
    assert settings.config == folder / "alembic.ini"
    assert (settings.postgres, settings.fail_on, settings.section) == ("auto", "error", "alembic")
    assert settings.python == sys.executable
    assert settings.formats == ("terminal",)
    assert settings.accept == ()


def test_flag_over_environment_over_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest to the user wins."""
    assert load(folder, 'postgres = "embedded"').postgres == "embedded"
    assert load(folder, 'postgres = "embedded"', postgres="container").postgres == "container"
    (folder / "pyproject.toml").unlink()
    monkeypatch.setenv("ALEMBIC_PROOF_POSTGRES", "installed")
    assert load(folder).postgres == "installed"
    assert load(folder, postgres="container").postgres == "container"
    assert load(folder, 'postgres = "embedded"').postgres == "installed"


def test_flags_that_were_not_given_change_nothing(folder: Path) -> None:
    """None and empty are not given."""
    settings = load(folder, 'x = ["a=1"]\nsection = "jobs"', x=(), section=None, rules={}, env={})
    assert (settings.x, settings.section) == (("a=1",), "jobs")


def test_keys_may_have_hyphens(folder: Path) -> None:
    """As in TOML, so in Python."""
    settings = load(folder, 'fail-on = "warning"\npostgres-version = 17\nbefore-upgrade = "init.sql"')
    assert (settings.fail_on, settings.postgres_version) == ("warning", 17)
    assert settings.before_upgrade == ("init.sql",)


def test_one_value_is_a_list_of_one(folder: Path) -> None:
    """A string where a list may stand."""
    assert load(folder, 'metadata = "a:b"\nextensions = "citext"').metadata == ("a:b",)


def test_rules_and_env_are_merged(folder: Path) -> None:
    """The flag adds, and wins where both name it."""
    text = '[tool.alembic-proof.rules]\n"upgrade/fails" = "warning"\n"drift/models-differ" = "off"\n'
    settings = load(folder, text, rules={"drift/models-differ": "error"})
    assert settings.rules == {"upgrade/fails": "warning", "drift/models-differ": "error"}


def test_env_file_env_table_and_flag(folder: Path) -> None:
    """In that order, with quotes, comments and `export` as usual in such files."""
    (folder / ".env").write_text("# A=0\nexport A=1\nB='2'\nC=\"3\"\nD=a=b\n\nnothing\n")
    settings = load(folder, 'env-file = ".env"\n[tool.alembic-proof.env]\nB = "two"\n', env={"C": "three"})
    assert settings.env == {"A": "1", "B": "two", "C": "three", "D": "a=b"}


def test_a_bare_scheme_is_completed(folder: Path) -> None:
    """So that it is recognised as a URL."""
    settings = load(folder, env={"URL": "postgresql+psycopg://", "N": "1"})
    assert settings.env_for_project == {"URL": "postgresql+psycopg://scratch", "N": "1"}


def test_acceptances(folder: Path) -> None:
    """Rule, object or revision, and the reason."""
    settings = load(folder, 'accept = [{ rule = "a/b", object = "public.x", reason = "so" }]')
    assert settings.accept == (Accept("a/b", "so", "public.x"),)


@pytest.mark.parametrize(
    "text",
    [
        'timeout = "soon"',
        "timeout = 0",
        "timeout = true",
        'postgres-version = "17"',
        "postgres = 17",
        'fail-on = "sometimes"',
        "metadata = 3",
        "exclude = [3]",
        "metadata = [3]",
        'env = "A=1"',
        "env = { A = 1 }",
        'rules = ["a"]',
        'accept = "a/b"',
        'accept = ["a/b"]',
    ],
)
def test_a_value_of_another_kind_is_a_mistake(text: str, folder: Path) -> None:
    """Told with the key, the value and what is wanted."""
    key = text.partition(" ")[0]
    with pytest.raises(UsageError, match=f"`{key}` is .*, not "):
        load(folder, text)


def test_a_level_that_does_not_exist_is_a_mistake_of_the_flag_too(folder: Path) -> None:
    """--rule NAME=LEVEL."""
    with pytest.raises(UsageError, match="--rule: rule `a/b` is `fatal`"):
        load(folder, rules={"a/b": "fatal"})


def test_our_table_is_a_table(folder: Path) -> None:
    """`tool.alembic-proof` may be written otherwise by mistake."""
    (folder / "pyproject.toml").write_text('[tool]\nalembic-proof = "yes"\n')
    with pytest.raises(UsageError, match="not a table"):
        load(folder)


def test_mistakes_are_told_together(folder: Path) -> None:
    """One run, all mistakes."""
    text = 'confg = "x"\naccept = [{ rule = "a/b" }]\n[tool.alembic-proof.rules]\n"a/b" = "loud"\n'
    with pytest.raises(UsageError) as raised:
        load(folder, text)
    for words in ("unknown key `confg`", "every `accept` needs", "rule `a/b` is `loud`"):
        assert words in raised.value.message


@pytest.mark.parametrize(
    "accept",
    [
        '{ rule = "a/b", reason = "c" }',
        '{ rule = "a/b", object = "c" }',
        '{ reason = "a", object = "c" }',
        '{ rule = "a/b", reason = "", object = "c" }',
        '{ rule = "a/b", reason = "c", objekt = "d", object = "e" }',
        '{ rule = "a/b", reason = "c", object = "e", file = "f" }',
    ],
)
def test_an_acceptance_is_complete_or_a_mistake(accept: str, folder: Path) -> None:
    """Neither without a reason nor without a target, and no other keys."""
    with pytest.raises(UsageError, match="every `accept` needs"):
        load(folder, f"accept = [{accept}]")


def test_other_tools_tables_are_not_ours(folder: Path) -> None:
    """A pyproject.toml without our table is as none."""
    (folder / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert load(folder).postgres == "auto"


def test_invalid_toml_is_told_with_its_place(folder: Path) -> None:
    """File and line."""
    (folder / "pyproject.toml").write_text("[tool\n")
    with pytest.raises(UsageError, match=r"pyproject\.toml is not valid TOML.*line 1"):
        load(folder)


def test_no_ini(tmp_path: Path) -> None:
    """Where it was looked for, and the option."""
    with pytest.raises(UsageError, match=r"no alembic\.ini in") as raised:
        load(tmp_path)
    assert "-c" in raised.value.hint


def test_an_ini_in_a_folder_below_is_offered(tmp_path: Path) -> None:
    """The very words to type."""
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "alembic.ini").touch()
    with pytest.raises(UsageError) as raised:
        load(tmp_path)
    assert "-c backend/alembic.ini" in raised.value.hint


def test_pyproject_may_be_the_configuration(tmp_path: Path) -> None:
    """[tool.alembic], since Alembic 1.16."""
    (tmp_path / "pyproject.toml").write_text("[tool.alembic]\n")
    assert load(tmp_path).config == tmp_path / "alembic.ini"


def test_a_function_may_be_the_configuration(tmp_path: Path) -> None:
    """Then no ini file is needed."""
    assert load(tmp_path, config_function="app:config").config_function == "app:config"


def test_the_interpreter_is_as_named(folder: Path) -> None:
    """Relative to the project, and there."""
    (folder / "py").touch(0o755)
    (folder / "text").touch(0o644)
    assert load(folder, python="py").python == str(folder / "py")
    with pytest.raises(UsageError, match="no interpreter at gone/python"):
        load(folder, python="gone/python")
    with pytest.raises(UsageError, match="no interpreter at text"):
        load(folder, python="text")


def test_the_active_environment_is_the_default(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it has an interpreter."""
    monkeypatch.setenv("VIRTUAL_ENV", str(folder / "venv"))
    assert load(folder).python == sys.executable
    (folder / "venv" / "bin").mkdir(parents=True)
    (folder / "venv" / "bin" / "python").touch()
    assert load(folder).python == str(folder / "venv" / "bin" / "python")
