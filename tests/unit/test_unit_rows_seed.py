"""The project's own rows: functions, mappings, and what it wrote for pytest-alembic."""

import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import sqlalchemy
from pytest_alembic import Config

from alembic_proof.inside import seed as module
from alembic_proof.inside.project import Unusable

ROW = {"__tablename__": "t", "id": 1}
CONFIG = {"before_revision_data": {"r2": [ROW, {"__tablename__": "main.t", "id": 2}]}, "at_revision_data": {"r2": ROW}}


@pytest.fixture
def project() -> Iterator[ModuleType]:
    made = ModuleType("seeding_project")
    sys.modules["seeding_project"] = made
    yield made
    del sys.modules["seeding_project"]


@pytest.fixture
def context() -> Iterator[Any]:
    engine = sqlalchemy.create_engine("sqlite://", future=True)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE t (id integer, name text)"))
        connection.commit()
        yield SimpleNamespace(connection=connection, _transaction=None)
    engine.dispose()


def seeded(project: ModuleType, context: Any, what: Any, revision: str = "r2", reached: bool = False) -> Any:
    project.what = what  # type: ignore[attr-defined]
    return module.seed({"seed": ["seeding_project:what"]}, context, revision, reached)


def ids(context: Any) -> list[int]:
    context.connection.rollback()
    found = [row[0] for row in context.connection.execute(sqlalchemy.text("SELECT id FROM t ORDER BY 1"))]
    context.connection.rollback()
    return found


def test_a_function_is_called_with_the_connection_and_the_revision_and_its_rows_are_committed(
    project: ModuleType, context: Any
) -> None:
    def function(connection: Any, revision: str) -> None:
        connection.execute(sqlalchemy.text("INSERT INTO t VALUES (7, :r)"), {"r": revision})

    assert seeded(project, context, function) == [{"seed": "seeding_project:what", "revision": "r2", "rows": None}]
    assert ids(context) == [7]
    assert seeded(project, context, function, reached=True) == []


def test_rows_of_a_mapping_are_inserted_before_their_revision_only(project: ModuleType, context: Any) -> None:
    assert seeded(project, context, {"r2": ROW}, "r1") == []
    assert seeded(project, context, {"r2": ROW})[0]["rows"] == 1
    assert ids(context) == [1]


@pytest.mark.parametrize("kind", ["dict", "config", "fixture", "generator"])
def test_the_data_of_pytest_alembic_is_inserted_before_and_at_its_revision(
    project: ModuleType, context: Any, kind: str
) -> None:
    config = CONFIG if kind == "dict" else Config(**CONFIG)  # type: ignore[arg-type]

    def returning() -> Any:
        return config

    def yielding() -> Iterator[Any]:
        yield config

    what = {"fixture": pytest.fixture(returning), "generator": pytest.fixture(yielding)}.get(kind, config)
    assert seeded(project, context, what)[0]["rows"] == 2
    assert ids(context) == [1, 2]
    assert seeded(project, context, what, reached=True)[0]["rows"] == 1
    assert ids(context) == [1, 1, 2]


def test_a_configuration_of_pytest_alembic_without_data_has_nothing(project: ModuleType, context: Any) -> None:
    assert seeded(project, context, {"file": "alembic.ini"}) == []


def failing(connection: Any, revision: str) -> None:
    raise KeyError(revision)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"r2": {"id": 1}}, "names no table"),
        ({"r2": {"__tablename__": "nowhere", "id": 1}}, "NoSuchTableError"),
        (5, "is 'int'"),
        (failing, "KeyError: 'r2'"),
        (pytest.fixture(lambda tmp_path: CONFIG), "asks for tmp_path"),
    ],
)
def test_a_mistake_names_the_setting(project: ModuleType, context: Any, what: Any, said: str) -> None:
    with pytest.raises(Unusable, match="seed: ") as told:
        seeded(project, context, what)
    assert said in told.value.message


def test_a_name_that_does_not_exist_is_told_with_the_setting(context: Any) -> None:
    with pytest.raises(Unusable, match="seed: no_such_module:x cannot be imported"):
        module.seed({"seed": ["no_such_module:x"]}, context, "r1")
