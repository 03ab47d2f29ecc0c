"""What the words of `diff` name, and which way leads from one revision to another."""

import asyncio
from pathlib import Path

import pytest

from alembic_proof.differ import Side, _known, _one_version, _require, leads_to, side
from alembic_proof.errors import CouldNotVerify, UsageError
from alembic_proof.history import History, Revision


def test_a_word_is_a_url_a_file_or_a_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file by its ending, or because it is there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.sql").touch()
    (tmp_path / "dump").touch()
    assert side("postgresql://app@db/jobs") == Side("url", "postgresql://app@db/jobs")
    assert side("old.sql") == Side("file", "old.sql")
    assert side("dump") == Side("file", "dump")
    assert side("head") == Side("revision", "head")
    assert side("a1b2c3") == Side("revision", "a1b2c3")


def test_a_file_that_is_not_there_is_no_revision(tmp_path: Path) -> None:
    """It is named."""
    with pytest.raises(UsageError, match=r"no file .*new\.sql"):
        side(str(tmp_path / "new.sql"))


def revision(id_: str, *parents: str, needs: tuple[str, ...] = (), labels: tuple[str, ...] = ()) -> Revision:
    return Revision(f"{id_}.py", id_, parents, needs, labels)


# base01 - left01 - merge1 - top001;  base01 - right1 - merge1;  own001 of another branch needs left01
HISTORY = History(
    (
        revision("base01"),
        revision("left01", "base01"),
        revision("right1", "base01", labels=("right",)),
        revision("merge1", "left01", "right1"),
        revision("top001", "merge1"),
        revision("own001", needs=("left01",), labels=("own",)),
    )
)


@pytest.mark.parametrize(
    ("one", "other", "leads"),
    [
        ("base", "top001", True),
        ("base", "heads", True),
        ("base01", "top001", True),
        ("left01", "merge1", True),
        ("right1", "merge1", True),
        ("left01", "right1", False),
        ("top001", "base01", False),
        ("merge1", "merge1", True),
        ("left01", "own001", True),
        ("right1", "own001", False),
        ("left01", "heads", True),
        ("own001", "heads", True),
        ("heads", "heads", False),
        ("left", "merge1", True),
        ("left", "top0", True),
        ("right", "top001", True),
        ("left01", "own", True),
        ("left01", "nowhere", False),
        ("left01", "right@head", False),
    ],
)
def test_which_revision_an_upgrade_reaches(one: str, other: str, leads: bool) -> None:
    """Through merges and what a revision depends on; by whole or abbreviated ids, and by labels."""
    assert leads_to(HISTORY, one, other) is leads


def test_a_cycle_ends() -> None:
    """A broken history is no reason to hang."""
    broken = History((revision("aaaa", "bbbb"), revision("bbbb", "aaaa"), revision("cccc")))
    assert leads_to(broken, "cccc", "aaaa") is False


@pytest.mark.parametrize("name", ["base", "head", "heads", "right@head", "left", "own", "top001"])
def test_what_alembic_resolves_is_a_revision(name: str) -> None:
    """Symbols, labels, the beginning of an id."""
    _require(HISTORY, name)


@pytest.mark.parametrize("name", ["nowhere", "lef", "zzzz"])
def test_an_unknown_revision_is_refused_before_anything_runs(name: str) -> None:
    """With the command that lists them."""
    with pytest.raises(UsageError, match=f"no revision {name}") as raised:
        _require(HISTORY, name)
    assert "alembic history" in raised.value.hint


def test_without_a_revision_no_project_is_read() -> None:
    """Two files need none."""
    assert asyncio.run(_known(None, [])) == History()  # type: ignore[arg-type]


def test_majors_that_differ_are_not_compared() -> None:
    """The error names them, and the option that makes them one."""
    assert _one_version([17], None) == 17
    assert _one_version([], 16) == 16
    assert _one_version([], None) is None
    assert _one_version([15, 15], 15) == 15
    for found, asked in (([15, 17], None), ([15], 17)):
        with pytest.raises(CouldNotVerify, match="Postgres 15 and Postgres 17") as raised:
            _one_version(found, asked)
        assert "--postgres-version 15" in raised.value.hint
