"""The parts of the inside that need no database: revision files as text, exceptions as data."""

from pathlib import Path

import pytest

from alembic_proof.history import read_history
from alembic_proof.inside import failure, history

HEAD = 'revision = "a1"\ndown_revision = None\n'


def read(folder: Path, text: str | bytes, name: str = "a1_x.py") -> dict:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return history.read_file(str(path))


def shape(folder: Path, downgrade: str) -> dict:
    return read(folder, f"{HEAD}\n{downgrade}\n")["downgrade"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x = 1", "missing"),
        ("def downgrade(): pass", "empty"),
        ('def downgrade():\n    """Nothing."""', "empty"),
        ('def downgrade():\n    """Nothing."""\n    pass', "empty"),
        ("def downgrade(): ...", "empty"),
        ("def downgrade():\n    return", "empty"),
        ("def downgrade():\n    return None", "empty"),
        ("def downgrade():\n    raise NotImplementedError", "raises"),
        ('def downgrade():\n    """No."""\n    raise RuntimeError("no")', "raises"),
        ("def downgrade():\n    x()\n    raise RuntimeError", "code"),
        ("async def downgrade(): pass", "async"),
        ("def downgrade():\n    yield", "generator"),
        ("def downgrade():\n    x = yield from y", "generator"),
        ("def downgrade():\n    def inner():\n        yield\n    inner()", "code"),
        ("def downgrade():\n    f = lambda: (yield)\n    f()", "code"),
        ("def downgrade():\n    x = [i for i in range(3)]", "code"),
        ("def other():\n    def downgrade(): pass", "missing"),
        ("from helpers import downgrade", "missing"),
    ],
)
def test_the_shape_of_a_function(text: str, kind: str, tmp_path: Path) -> None:
    """What its body is, without running it."""
    assert shape(tmp_path, text)["kind"] == kind


def test_the_last_definition_counts(tmp_path: Path) -> None:
    """As in Python."""
    found = shape(tmp_path, "def downgrade(): pass\ndef downgrade():\n    x()")
    assert (found["kind"], found["line"]) == ("code", 5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('raise NotImplementedError("the values are gone")', "the values are gone"),
        ("raise NotImplementedError()", ""),
        ("raise NotImplementedError", None),
        ("raise error(x)", ""),
        ("pass", None),
    ],
)
def test_the_reason_that_is_raised(text: str, reason: str | None, tmp_path: Path) -> None:
    """The text, where it stands there."""
    assert shape(tmp_path, f"def downgrade():\n    {text}")["reason"] == reason


@pytest.mark.parametrize(
    ("text", "parents"),
    [
        ('down_revision = "b2"', ["b2"]),
        ("down_revision = None", []),
        ('down_revision: str | None = "b2"', ["b2"]),
        ('down_revision = ("b2", "c3")', ["b2", "c3"]),
        ('down_revision = ["b2"]', ["b2"]),
        ('PARENT = "b2"\ndown_revision = PARENT', ["b2"]),
        ('down_revision = "b" "2"', ["b2"]),
        ("down_revision = f()", []),
        ("x = 1", []),
    ],
)
def test_parents_as_written(text: str, parents: list[str], tmp_path: Path) -> None:
    """Strings, tuples, lists, annotated or by a name of the module."""
    assert read(tmp_path, f'revision = "a1"\n{text}\n')["parents"] == parents


def test_lines_labels_and_message(tmp_path: Path) -> None:
    """What a finding points at."""
    record = read(
        tmp_path,
        '"""add x\n\nmore\n"""\n\nrevision = "a1"\ndown_revision = "b2"\nbranch_labels = ("one",)\ndepends_on = "c3"\n'
        "def upgrade(): x()\n",
    )
    assert record["message"] == "add x"
    assert (record["line"], record["parent_line"], record["depends_line"]) == (6, 7, 9)
    assert (record["labels"], record["depends_on"]) == (["one"], ["c3"])
    assert record["upgrade"]["line"] == 10


@pytest.mark.parametrize(
    "text",
    ["def upgrade(:\n", "<<<<<<< HEAD\n", b"x = '\xff'\n", b"x = 1\x00\n", "if x:\ny = 1\n", b"# coding: nonsense\n"],
)
def test_a_file_that_is_no_python_is_an_error_with_a_line(text: str | bytes, tmp_path: Path) -> None:
    """Never an exception of ours."""
    record = read(tmp_path, text)
    assert record["error"]
    assert record["line"] >= 1


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "x = 1\n", "revision = f()\n"])
def test_a_file_without_an_id_has_none(text: str, tmp_path: Path) -> None:
    """A helper, an empty file."""
    record = read(tmp_path, text)
    assert (record["revision"], record["error"]) == (None, None)


def test_records_become_a_history(tmp_path: Path) -> None:
    """The two halves agree on the fields."""
    good = read(tmp_path, HEAD + "def upgrade(): pass\n")
    bad = read(tmp_path, "def(\n", "b2_x.py")
    revisions = read_history([good, bad], ["versions"]).revisions
    assert (revisions[0].id, revisions[0].upgrade.kind, revisions[0].downgrade.kind) == ("a1", "empty", "missing")
    assert revisions[1].error


class Script:
    """The part of Alembic's ScriptDirectory that is asked."""

    def __init__(self, folder: Path, recursive: bool = False) -> None:
        self._version_locations = [str(folder)]
        self.recursive_version_locations = recursive


def test_which_files_are_revisions(tmp_path: Path) -> None:
    """Sorted; without packages' own files, locks of editors, caches and folders below."""
    for name in ("b.py", "a.py", "__init__.py", ".#a.py", "a.pyc", "notes.txt", "below/c.py", "__pycache__/d.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    names = [Path(f).relative_to(tmp_path).as_posix() for f in history.revision_files(Script(tmp_path))]
    assert names == ["a.py", "b.py"]
    names = [Path(f).relative_to(tmp_path).as_posix() for f in history.revision_files(Script(tmp_path, recursive=True))]
    assert names == ["a.py", "b.py", "below/c.py"]
    assert history.revision_files(Script(tmp_path / "gone")) == []


def raised(code: str, path: Path, **names: object) -> BaseException:
    """What a file's code raises."""
    path.write_text(code)
    try:
        exec(compile(code, str(path), "exec"), {"__name__": "revision", **names})
    except Exception as error:  # noqa: BLE001
        return error
    raise AssertionError("nothing raised")


def test_a_failure_is_told_at_the_revisions_line(tmp_path: Path) -> None:
    """The innermost frame in a revision file, whatever helpers it calls."""
    path = tmp_path / "a1_x.py"

    def helper() -> None:
        raise ValueError("broken")

    told = failure.describe(
        raised("x = 1\ndef upgrade():\n    helper()\nupgrade()\n", path, helper=helper), {str(path)}
    )
    assert (told["type"], told["message"], told["file"], told["line"]) == ("ValueError", "broken", str(path), 3)
    assert any(f"{path}:3 in upgrade" in line for line in told["traceback"])


def test_a_syntax_error_is_told_where_it_is(tmp_path: Path) -> None:
    """Not where it was imported."""
    path = tmp_path / "a1_x.py"
    told = failure.describe(raised("x = 1\ny = (\n", path))
    assert (told["file"], told["line"]) == (str(path), 2)


class ServerError(Exception):
    """As a driver raises it."""

    pgcode = "42P01"


class WrappedError(Exception):
    """As SQLAlchemy wraps it."""

    def __init__(self, orig: Exception, statement: object) -> None:
        super().__init__(f"(driver) {orig}\n[SQL: {statement}]")
        self.orig = orig
        self.statement = statement


def test_the_servers_words_statement_and_code() -> None:
    """Without SQLAlchemy's frame around them."""
    told = failure.describe(WrappedError(ServerError('relation "x" does not exist'), "SELECT 1"))
    assert (told["message"], told["sqlstate"], told["sql"]) == ('relation "x" does not exist', "42P01", "SELECT 1")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WrappedError(Exception({"C": "23505", "M": "duplicate"}), "x"), "23505"),
        (Exception(), None),
        (type("E", (Exception,), {"sqlstate": "no"})(), None),
        (type("E", (Exception,), {"sqlstate": "57014"})(), "57014"),
    ],
)
def test_codes_of_the_drivers(error: Exception, code: str | None) -> None:
    """psycopg's, psycopg2's, pg8000's."""
    assert failure.describe(error)["sqlstate"] == code


def test_long_texts_are_cut() -> None:
    """A statement of megabytes is no evidence."""
    told = failure.describe(WrappedError(Exception("m" * 100_000 + "\n" * 50 + "x"), "s" * 100_000))
    assert len(told["message"]) <= 2_000
    assert len(told["sql"]) <= 10_000


@pytest.mark.parametrize("statement", [None, 3, ["x"]])
def test_a_statement_that_is_no_text(statement: object) -> None:
    """Left out."""
    assert failure.describe(WrappedError(Exception("m"), statement))["sql"] is None


def test_not_implemented_is_a_decision() -> None:
    """Its class says so."""
    assert failure.describe(NotImplementedError())["reason"] == "not implemented"
    assert failure.describe(ValueError())["reason"] is None


def test_asyncpgs_prefix_is_dropped() -> None:
    """SQLAlchemy's adapter puts the class before the message."""
    error = Exception("<class 'asyncpg.exceptions.UndefinedTableError'>: relation is gone")
    assert failure.describe(error)["message"] == "relation is gone"


def test_the_traceback_has_no_frames_of_libraries(tmp_path: Path) -> None:
    """The project's own only, and not endless."""
    path = tmp_path / "a1_x.py"
    told = failure.describe(raised("import json\ndef f(n):\n    f(n - 1) if n else json.loads('')\nf(30)\n", path))
    assert len(told["traceback"]) <= 8
    assert all(str(path) in line for line in told["traceback"])
